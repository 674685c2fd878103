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
		p := &Past{Columns: Matrix{ends: []int{len(long), len(long) + len(short)}, cells: append(long, short...)}}
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
	p := &Past{Columns: Matrix{ends: []int{400, 800}, cells: append(a, b...)}, pairs: &pairs{}}
	for range 3 {
		require.Equal(t, 67, p.BuyersOfBoth(0, 1, -1), "every sixth of 400")
		require.Equal(t, 66, p.BuyersOfBoth(1, 0, 6), "but for one of them")
		require.Equal(t, 67, p.BuyersOfBoth(1, 0, 7), "but for somebody else")
	}
	require.Len(t, p.pairs.known, 1)
}
