package candidate

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

const day = 24 * time.Hour

// now is the moment up to which sources learn in tests.
var now = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// order returns an order that was made some days before now.
func order(id string, customer clm.CustomerID, daysAgo int, items ...clm.ItemID) clm.Event {
	e := clm.Event{ID: id, Customer: customer, Kind: clm.Ordered, Time: now.AddDate(0, 0, -daysAgo)}
	for _, item := range items {
		e.Lines = append(e.Lines, clm.Line{Item: item, Quantity: 1, Amount: clm.Money{Minor: 500, Currency: "EUR"}})
	}
	return e
}

func viewed(id string, customer clm.CustomerID, daysAgo int, item clm.ItemID) clm.Event {
	return clm.Event{ID: id, Customer: customer, Kind: clm.Viewed, Time: now.AddDate(0, 0, -daysAgo), Item: item}
}

// shop returns the orders of 60 customers with one of four tastes over 200
// days, and the catalogue. Items of a taste share a word.
func shop(seed uint64) ([]clm.Event, *clm.Catalogue) {
	random := rand.New(rand.NewPCG(seed, 1))
	words := []string{"tea", "garden", "paper", "kitchen"}
	var items []clm.Item
	for i := range 40 {
		items = append(items, clm.Item{
			ID:    clm.ItemID(fmt.Sprintf("i%02d", i)),
			Title: fmt.Sprintf("%s %s", words[i%4], []string{"box", "set", "jar", "bag", "tin"}[i/4%5]),
		})
	}
	var events []clm.Event
	for c := range 60 {
		customer := clm.CustomerID(fmt.Sprintf("c%02d", c))
		for n := range 3 + random.IntN(4) {
			var basket []clm.ItemID
			for range 1 + random.IntN(4) {
				i := random.IntN(10)*4 + c%4
				if random.IntN(4) == 0 {
					i = random.IntN(40)
				}
				basket = append(basket, items[i].ID)
			}
			events = append(events, order(fmt.Sprintf("%s-%d", customer, n), customer, 1+random.IntN(200), basket...))
		}
		events = append(events, viewed(string(customer)+"-v", customer, 3, items[random.IntN(40)].ID))
	}
	catalogue, err := clm.NewCatalogue(items...)
	if err != nil {
		panic(err)
	}
	return events, catalogue
}

// mall returns the orders and views of 400 customers with one of twenty tastes
// over 200 days. It has no catalogue; before that, everything was bought and
// viewed once.
func mall(seed uint64) []clm.Event {
	random := rand.New(rand.NewPCG(seed, 2))
	item := func(taste int) clm.ItemID {
		if random.IntN(20) == 0 {
			taste = random.IntN(20)
		}
		return clm.ItemID(fmt.Sprintf("i%03d", 20*random.IntN(1+random.IntN(20))+taste))
	}
	var events []clm.Event
	for i := range 400 {
		id, house := clm.ItemID(fmt.Sprintf("i%03d", i)), clm.CustomerID(fmt.Sprint("house ", i/40))
		events = append(events, order(fmt.Sprint("ho", i), house, 210, id), viewed(fmt.Sprint("hv", i), house, 209, id))
	}
	for c := range 400 {
		customer := clm.CustomerID(fmt.Sprintf("c%03d", c))
		for n := range 2 + random.IntN(5) {
			var basket []clm.ItemID
			for range 1 + random.IntN(5) {
				basket = append(basket, item(c%20))
			}
			events = append(events, order(fmt.Sprint("o", c, "-", n), customer, 1+random.IntN(200), basket...))
		}
		for n := range 5 {
			events = append(events, viewed(fmt.Sprint("v", c, "-", n), customer, 1+random.IntN(200), item(c%20)))
		}
	}
	return events
}

// known returns what is known of events at now.
func known(t testing.TB, events []clm.Event, catalogue *clm.Catalogue) *interaction.Past {
	t.Helper()
	r, err := interaction.Read(clm.Sequence(events), interaction.Weights{clm.Ordered: 1}, now)
	require.NoError(t, err)
	p, err := r.Before(t.Context(), now, catalogue)
	require.NoError(t, err)
	return p
}

// knownShop returns what is known of shop.
func knownShop(t testing.TB, seed uint64) *interaction.Past {
	t.Helper()
	events, catalogue := shop(seed)
	return known(t, events, catalogue)
}

// dense returns the matrix of customers and items.
func dense(p *interaction.Past) *mat.Dense {
	x := mat.NewDense(len(p.Customers), len(p.Items), nil)
	for c := range p.Customers {
		for _, cell := range p.Rows.Row(c) {
			x.Set(c, int(cell.Number), float64(cell.Weight))
		}
	}
	return x
}

// scoresOf returns the scores of a source for a history, by item.
func scoresOf(t testing.TB, s Source, h *interaction.History, items int) []float64 {
	t.Helper()
	scores := NewScores(items)
	require.NoError(t, s.Score(t.Context(), h, scores))
	all := make([]float64, items)
	for i := range all {
		all[i] = scores.Of(int32(i))
	}
	return all
}

// allScores returns the scores of a source for each customer.
func allScores(t testing.TB, p *interaction.Past, s Source) [][]float64 {
	t.Helper()
	all := make([][]float64, len(p.Customers))
	for c := range all {
		all[c] = scoresOf(t, s, p.History(int32(c)), len(p.Items))
	}
	return all
}

// best returns the ids of the n items with the highest scores.
func best(t testing.TB, p *interaction.Past, s Source, h *interaction.History, n int) []clm.ItemID {
	t.Helper()
	scores := NewScores(len(p.Items))
	require.NoError(t, s.Score(t.Context(), h, scores))
	var ids []clm.ItemID
	for _, b := range scores.Top(n, everything) {
		ids = append(ids, p.Items[b.Item])
	}
	return ids
}

func everything(int32) bool { return true }
