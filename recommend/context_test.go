package recommend

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
)

// In this shop the same customers buy even items on the web and odd ones in the
// store.
func TestARankerKnowsWhatSellsInAChannel(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	var events []clm.Event
	var items []clm.Item
	for i := range 40 {
		items = append(items, clm.Item{ID: clm.ItemID(fmt.Sprintf("i%02d", i)), Title: fmt.Sprint("thing ", i)})
	}
	for c := range 200 {
		for n := range 6 {
			channel := random.IntN(2)
			var basket []clm.ItemID
			for range 2 {
				basket = append(basket, items[2*random.IntN(20)+channel].ID)
			}
			e := order(fmt.Sprintf("o%d-%d", c, n), clm.CustomerID(fmt.Sprintf("c%03d", c)), 1+random.IntN(200), slices.Compact(basket)...)
			e.Channel = []string{"web", "store"}[channel]
			events = append(events, e)
		}
	}
	catalogue, err := clm.NewCatalogue(items...)
	require.NoError(t, err)
	m := mustFit(t, events, catalogue, nil)
	require.True(t, m.Blends()[NewItems].Ranker.Used)
	odd := func(channel string) (n int) {
		for c := range 50 {
			for _, item := range mustRecommend(t, m, Request{Customer: clm.CustomerID(fmt.Sprintf("c%03d", c)), K: 5, Channel: channel}).Items {
				if (item.ID[2]-'0')%2 == 1 {
					n++
				}
			}
		}
		return n
	}
	assert.Less(t, odd("web"), 50, "of 250")
	assert.Greater(t, odd("store"), 200)
	assert.InDelta(t, 125, odd(""), 60, "the control")
}
