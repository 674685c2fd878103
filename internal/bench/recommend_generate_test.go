package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
)

func TestGeneratedOrdersAreTheSameEachTime(t *testing.T) {
	events, catalogue := generated(1, 5000, 100, 1000)
	read := func() (all []clm.Event) {
		for e, err := range events {
			require.NoError(t, err)
			require.NoError(t, e.Validate(e.Time))
			all = append(all, e)
		}
		return all
	}
	first := read()
	assert.Equal(t, first, read())
	lines, ids, customers, sold := 0, map[string]bool{}, map[clm.CustomerID]bool{}, map[clm.ItemID]int{}
	for _, e := range first {
		ids[e.ID], customers[e.Customer] = true, true
		lines += len(e.Lines)
		for item := range e.Items {
			require.NotNil(t, catalogue.Item(item))
			sold[item]++
		}
	}
	assert.Equal(t, 5000, lines)
	assert.Len(t, ids, len(first))
	assert.Len(t, customers, 100)
	assert.Greater(t, sold["i0"], 20*sold["i900"]+20, "the first items are the most popular")
	other, _ := generated(2, 5000, 100, 1000)
	for e := range other {
		assert.NotEqual(t, first[0], e)
		break
	}
}
