package interaction

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/clm"
)

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func onDay(n int) time.Time { return start.AddDate(0, 0, n) }

var orders = Weights{clm.Ordered: 1}

// orderOf returns an order of one piece of each item.
func orderOf(id string, customer clm.CustomerID, day int, items ...clm.ItemID) clm.Event {
	e := clm.Event{ID: id, Customer: customer, Kind: clm.Ordered, Time: onDay(day)}
	for _, item := range items {
		e.Lines = append(e.Lines, clm.Line{Item: item, Quantity: 1, Amount: clm.Money{Minor: 500, Currency: "EUR"}})
	}
	return e
}

func viewOf(id string, customer clm.CustomerID, day int, item clm.ItemID) clm.Event {
	return clm.Event{ID: id, Customer: customer, Kind: clm.Viewed, Time: onDay(day), Item: item}
}

func searchOf(id string, customer clm.CustomerID, day int, query string) clm.Event {
	return clm.Event{ID: id, Customer: customer, Kind: clm.Searched, Time: onDay(day), Query: query}
}

func returnOf(id string, customer clm.CustomerID, day int, items ...clm.ItemID) clm.Event {
	e := orderOf(id, customer, day, items...)
	e.Kind = clm.Returned
	return e
}

func read(t require.TestingT, events []clm.Event, weights Weights) *Records {
	r, err := Read(clm.Sequence(events), weights, time.Time{})
	require.NoError(t, err)
	return r
}

func pastOf(t testing.TB, events []clm.Event, day int) *Past {
	t.Helper()
	p, err := read(t, events, orders).Before(t.Context(), onDay(day), nil)
	require.NoError(t, err)
	return p
}

// anyLog draws a few events of few customers and items, close in time; some
// have the same time, some the same id.
func anyLog(t *rapid.T) []clm.Event {
	return rapid.SliceOfN(rapid.Custom(anyEvent), 0, 40).Draw(t, "events")
}

func anyEvent(t *rapid.T) clm.Event {
	id := fmt.Sprint(rapid.IntRange(0, 60).Draw(t, "id"))
	customer := rapid.SampledFrom([]clm.CustomerID{"ann", "ben", "cem"}).Draw(t, "customer")
	day := rapid.IntRange(0, 9).Draw(t, "day")
	items := rapid.SliceOfN(rapid.SampledFrom([]clm.ItemID{"a", "b", "c", "d"}), 1, 4).Draw(t, "items")
	var e clm.Event
	switch rapid.IntRange(0, 5).Draw(t, "kind") {
	case 0:
		e = viewOf(id, customer, day, items[0])
	case 1:
		e = searchOf(id, customer, day, string(items[0]))
	case 2:
		e = returnOf(id, customer, day, items...)
	case 3:
		e = clm.Event{ID: id, Customer: customer, Kind: clm.Clicked, Time: onDay(day), Decision: "d"}
	default:
		e = orderOf(id, customer, day, items...)
	}
	e.Channel = rapid.SampledFrom([]string{"", "app", "web"}).Draw(t, "channel")
	return e
}

// told is all that a past says, with ids for numbers.
type told struct {
	items     []clm.ItemID
	customers []clm.CustomerID
	at        time.Time
	signals   [][]string
	rows      [][]Cell
	columns   [][]Cell
}

func tell(p *Past) told {
	said := told{items: append([]clm.ItemID{}, p.Items...), customers: append([]clm.CustomerID{}, p.Customers...), at: p.At}
	for c := range p.Customers {
		h := p.History(int32(c))
		said.signals = append(said.signals, said.history(p, h))
		said.rows = append(said.rows, append([]Cell{}, p.Rows.Row(c)...))
	}
	for i := range p.Items {
		said.columns = append(said.columns, append([]Cell{}, p.Columns.Row(i)...))
	}
	return said
}

func (said *told) history(p *Past, h *History) []string {
	lines := []string{fmt.Sprint(h.Customer, h.Now)}
	for _, s := range h.Signals {
		lines = append(lines, fmt.Sprint(s.Time, p.Items[s.Item], s.Order, s.Weight, s.Quantity, s.Price, s.Bought, said.channel(p, s.Channel)))
	}
	return append(lines, fmt.Sprint(h.Touches), fmt.Sprint(h.Returned), fmt.Sprint(h.Shown))
}

func (said *told) channel(p *Past, code uint8) string {
	if int(code) < len(p.Channels) {
		return p.Channels[code]
	}
	return "another"
}
