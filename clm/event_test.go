package clm_test

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var now = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

func eur(minor int64) clm.Money { return clm.Money{Minor: minor, Currency: "EUR"} }

func order(id string, lines ...clm.Line) clm.Event {
	return clm.Event{ID: id, Customer: "c-1", Kind: clm.Ordered, Time: now.Add(-time.Hour), Lines: lines}
}

func line(item clm.ItemID, quantity int, minor int64) clm.Line {
	return clm.Line{Item: item, Quantity: quantity, Amount: eur(minor)}
}

func TestEveryKindHasAValidEvent(t *testing.T) {
	fill := map[clm.Kind]func(*clm.Event){
		clm.Viewed:       func(e *clm.Event) { e.Item = "i" },
		clm.Searched:     func(e *clm.Event) { e.Query = "socks" },
		clm.CartAdded:    func(e *clm.Event) { e.Item, e.Quantity = "i", 2 },
		clm.CartRemoved:  func(e *clm.Event) { e.Item = "i" },
		clm.Ordered:      func(e *clm.Event) { e.Lines = []clm.Line{line("i", 1, 500)} },
		clm.Returned:     func(e *clm.Event) { e.Lines = []clm.Line{line("i", 1, 500)} },
		clm.Reviewed:     func(e *clm.Event) { e.Item, e.Text = "i", "good" },
		clm.Rated:        func(e *clm.Event) { e.Item, e.Rating = "i", 4.5 },
		clm.Messaged:     func(e *clm.Event) { e.Text = "where is it?" },
		clm.Contacted:    func(e *clm.Event) { e.Channel = "email" },
		clm.Opened:       func(e *clm.Event) { e.Decision = "d" },
		clm.Clicked:      func(e *clm.Event) { e.Decision = "d" },
		clm.Consented:    func(e *clm.Event) { e.Purpose = "marketing" },
		clm.StageChanged: func(e *clm.Event) { e.To = clm.Retention },
		clm.Inferred:     func(e *clm.Event) { e.Traits = []clm.Trait{trait()} },
		clm.Corrected: func(e *clm.Event) {
			e.Correction = &clm.Correction{Name: clm.WearsSize, Value: "M", Verdict: clm.Pin}
		},
		clm.Identified: func(e *clm.Event) { e.Alias, e.Granted = "visitor-7", true },
	}
	for _, kind := range clm.Kinds() {
		e := clm.Event{ID: "e", Customer: "c", Kind: kind, Time: now}
		if f := fill[kind]; f != nil {
			require.ErrorIs(t, e.Validate(now), clm.ErrInvalid, "a bare %s event lacks something", kind)
			f(&e)
		}
		require.NoError(t, e.Validate(now), kind)
	}
}

func TestValidateNamesEventAndField(t *testing.T) {
	for _, c := range []struct {
		name    string
		change  func(*clm.Event)
		field   string
		problem string
	}{
		{"an unknown kind", func(e *clm.Event) { e.Kind = "veiw" }, "kind", `unknown kind "veiw"`},
		{"no kind", func(e *clm.Event) { e.Kind = "" }, "kind", `unknown kind ""`},
		{"no id", func(e *clm.Event) { e.ID = "" }, "id", "missing"},
		{"an endless id", func(e *clm.Event) { e.ID = strings.Repeat("x", 600) }, "id", "600 bytes"},
		{"no customer", func(e *clm.Event) { e.Customer = "" }, "customer", "missing"},
		{"no time", func(e *clm.Event) { e.Time = time.Time{} }, "time", "missing"},
		{"a time far in the future", func(e *clm.Event) { e.Time = now.Add(25 * time.Hour) }, "time", "in the future"},
		{"a time before the web", func(e *clm.Event) { e.Time = time.Unix(-1, 0) }, "time", "before 1970"},
		{"an order without lines", func(e *clm.Event) { e.Lines = nil }, "lines", "missing"},
		{"a view with lines", func(e *clm.Event) { e.Kind, e.Item = clm.Viewed, "i" }, "lines", "only orders"},
		{"a line without an item", func(e *clm.Event) { e.Lines[1].Item = "" }, "lines[1].item", "missing"},
		{"a line of nothing", func(e *clm.Event) { e.Lines[0].Quantity = 0 }, "lines[0].quantity", "not in [1,"},
		{"negative money", func(e *clm.Event) { e.Lines[0].Amount.Minor = -5 }, "lines[0].amount", "negative money: -0.05 EUR"},
		{"an unknown currency", func(e *clm.Event) { e.Lines[0].Amount.Currency = "EURO" }, "lines[0].amount", `unknown currency "EURO"`},
		{"two currencies", func(e *clm.Event) { e.Lines[1].Amount.Currency = "GBP" }, "lines[1].amount", "currency GBP"},
		{"a sum that overflows", func(e *clm.Event) {
			e.Lines[0].Amount.Minor, e.Lines[1].Amount.Minor = math.MaxInt64, 1
		}, "lines", "out of range"},
		{"an order with a stage", func(e *clm.Event) { e.To = clm.Retention }, "to", "only changes of stages"},
		{"a negative quantity", func(e *clm.Event) { e.Quantity = -1 }, "quantity", "not in [0,"},
		{"no rating", func(e *clm.Event) { e.Rating = math.NaN() }, "rating", "not in [1, 5]"},
		{"six stars", func(e *clm.Event) { e.Rating = 6 }, "rating", "not in [1, 5]"},
		{"invalid UTF-8", func(e *clm.Event) { e.Text = "\xc3\x28" }, "text", "not valid UTF-8"},
		{"a zero byte", func(e *clm.Event) { e.Channel = "we\x00b" }, "channel", "zero byte"},
		{"invalid UTF-8 in a line", func(e *clm.Event) { e.Lines[0].Item = "\xff" }, "lines[0].item", "not valid UTF-8"},
		{"too many lines", func(e *clm.Event) { e.Lines = make([]clm.Line, clm.MaxLines+1) }, "lines", "10001 lines"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := order("e-17", line("i-1", 1, 500), line("i-2", 2, 700))
			require.NoError(t, e.Validate(now))
			c.change(&e)
			err := e.Validate(now)
			require.ErrorIs(t, err, clm.ErrInvalid)
			field, ok := errors.AsType[*clm.FieldError](err)
			require.True(t, ok)
			assert.Equal(t, c.field, field.Field)
			assert.Contains(t, field.Problem, c.problem)
			assert.Equal(t, e.ID, field.ID)
		})
	}
}

func TestStageChangesNeedStages(t *testing.T) {
	e := clm.Transition("c", "", clm.Conversion, now)
	require.NoError(t, e.Validate(now))
	e.To = "gone"
	require.ErrorContains(t, e.Validate(now), `to: unknown stage "gone"`)
	e = clm.Transition("c", "lead", clm.Conversion, now)
	require.ErrorContains(t, e.Validate(now), `from: unknown stage "lead"`)
}

func TestTotalAndPieces(t *testing.T) {
	e := order("e", line("a", 2, 500), line("b", 3, 1499))
	total, err := e.Total()
	require.NoError(t, err)
	assert.Equal(t, eur(1999), total)
	assert.Equal(t, 5, e.Pieces())
	assert.Equal(t, 1, (&clm.Event{Item: "a"}).Pieces(), "a view is about one piece")
	assert.Equal(t, 0, (&clm.Event{Query: "socks"}).Pieces())
	huge := order("e", clm.Line{Item: "a", Quantity: math.MaxInt}, clm.Line{Item: "a", Quantity: 2})
	assert.Equal(t, math.MaxInt, huge.Pieces())
}

func TestEventsSurviveJSON(t *testing.T) {
	want := order("e", line("a", 2, 500))
	want.Text, want.Session, want.Rating = "très bien", "s", 4
	raw, err := json.Marshal(want)
	require.NoError(t, err)
	var got clm.Event
	require.NoError(t, json.Unmarshal(raw, &got))
	require.Equal(t, want, got)
}

func FuzzEvent(f *testing.F) {
	good, err := json.Marshal(order("e", line("a", 2, 500)))
	require.NoError(f, err)
	f.Add(good)
	f.Add([]byte(`{"id":"e","lines":[{"amount":{"minor":9223372036854775807}}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var e clm.Event
		if json.Unmarshal(raw, &e) != nil || e.Validate(now) != nil {
			return
		}
		total, err := e.Total()
		require.NoError(t, err, "a valid event can be added up")
		require.GreaterOrEqual(t, total.Minor, int64(0))
		require.NoError(t, clm.NewMemory(&clm.MemoryOptions{Now: func() time.Time { return now }}).Append(t.Context(), e))
	})
}
