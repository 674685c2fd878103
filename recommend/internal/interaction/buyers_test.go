package interaction

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/clm"
)

func TestOrdersAndTurnsAreCounted(t *testing.T) {
	p := pastOf(t, []clm.Event{
		orderOf("1", "ann", 1, "a", "b"), orderOf("2", "ann", 2, "a", "b"), orderOf("3", "ann", 3, "c"),
		orderOf("4", "ben", 1, "a"), orderOf("5", "ben", 2, "x"), orderOf("6", "ben", 3, "c"),
		orderOf("7", "cem", 1, "c"), orderOf("8", "cem", 2, "a"),
	}, 9)
	a, b, c := p.Index["a"], p.Index["b"], p.Index["c"]
	assert.Equal(t, 2, p.OrdersOfBoth(a, b, -1))
	assert.Equal(t, 0, p.OrdersOfBoth(a, b, p.Number["ann"]))
	assert.Equal(t, 0, p.OrdersOfBoth(a, c, -1))
	assert.Equal(t, 1, p.BuyersInTurn(a, c, -1, 1), "ann")
	assert.Equal(t, 2, p.BuyersInTurn(a, c, -1, 2), "and ben")
	assert.Equal(t, 1, p.BuyersInTurn(c, a, -1, 2), "cem")
	assert.True(t, p.Bought(p.Number["ann"], c))
	assert.False(t, p.Bought(p.Number["cem"], b))
}

func TestOrdersAndTurnsAreThoseOfWholeHistories(t *testing.T) {
	ctx := t.Context()
	rapid.Check(t, func(t *rapid.T) {
		p, err := read(t, anyLog(t), Weights{clm.Ordered: 1, clm.Viewed: 0.5}).Before(ctx, onDay(9), nil)
		require.NoError(t, err)
		but, steps := rapid.Int32Range(-1, int32(len(p.Customers))).Draw(t, "but"), rapid.IntRange(1, 3).Draw(t, "steps")
		for a := range int32(len(p.Items)) {
			for b := range int32(len(p.Items)) {
				orders, turns := 0, 0
				for c := range p.Customers {
					if int32(c) != but {
						both, inTurn := readWhole(p.History(int32(c)), a, b, steps)
						orders, turns = orders+both, turns+inTurn
					}
				}
				require.Equal(t, orders, p.OrdersOfBoth(a, b, but), "orders of %d and %d", a, b)
				require.Equal(t, turns, p.BuyersInTurn(a, b, but, steps), "turns from %d to %d", a, b)
			}
		}
	})
}

// readWhole returns how many orders hold both items, and 1 if b is in one of the
// next orders after one with a.
func readWhole(h *History, a, b int32, steps int) (both, inTurn int) {
	left := 0 // orders that still count as after a
	for order := range ByOrder(h.Signals) {
		if !order[0].Bought {
			continue
		}
		if Holds(order, a) && Holds(order, b) {
			both++
		}
		if left > 0 && Holds(order, b) {
			inTurn = 1
		}
		if left--; Holds(order, a) {
			left = steps
		}
	}
	return both, inTurn
}

// pastOfColumns returns a past of two items.
func pastOfColumns(customers int, a, b []Cell) *Past {
	columns := Matrix{RunsOf([][]Cell{a, b})}
	return &Past{Columns: columns, Rows: columns.transposed(customers)}
}

func TestBuyersAreCountedAlsoWhereOneColumnIsLong(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		customers := func(n int) []Cell {
			numbers := rapid.SliceOfNDistinct(rapid.Int32Range(0, 99), 0, n, rapid.ID[int32]).Draw(t, "customers")
			var cells []Cell
			for c := range int32(100) {
				for _, n := range numbers {
					if n == c {
						cells = append(cells, Cell{Number: c, Bought: c%5 != 0})
					}
				}
			}
			return cells
		}
		long, short := customers(80), customers(3)
		p := pastOfColumns(100, long, short)
		want := 0
		for _, x := range long {
			for _, y := range short {
				if x.Number == y.Number && x.Bought && x.Number != 7 {
					want++
				}
			}
		}
		require.Equal(t, want, p.BuyersOfBoth(0, 1, 7))
		require.Equal(t, want, p.BuyersOfBoth(1, 0, 7))
	})
}

func TestWhatPopularItemsHaveInCommonIsRemembered(t *testing.T) {
	var a, b []Cell
	for c := range int32(400) {
		a = append(a, Cell{Number: c, Bought: c%2 == 0})
		b = append(b, Cell{Number: c, Bought: c%3 == 0})
	}
	p := pastOfColumns(400, a, b)
	p.pairs = &pairs{}
	for range 3 {
		require.Equal(t, 67, p.BuyersOfBoth(0, 1, -1), "every sixth of 400")
		require.Equal(t, 66, p.BuyersOfBoth(1, 0, 6), "but for one of them")
		require.Equal(t, 67, p.BuyersOfBoth(1, 0, 7), "but for somebody else")
	}
	require.Len(t, p.pairs.known, 1)
}
