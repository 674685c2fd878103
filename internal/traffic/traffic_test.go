package traffic_test

import (
	"slices"
	"testing"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/traffic"
	"github.com/stretchr/testify/require"
)

func TestAStreamIsValidAndRepeats(t *testing.T) {
	o := traffic.Options{Seed: 3, Customers: 500}
	events := slices.Collect(traffic.Events(o, 20_000))
	require.Equal(t, events, slices.Collect(traffic.Events(o, 20_000)))
	ids, kinds, customers := map[string]bool{}, map[clm.Kind]int{}, map[clm.CustomerID]int{}
	for i := range events {
		e := &events[i]
		require.NoError(t, e.Validate(traffic.Start.Add(time.Hour)))
		ids[e.ID], kinds[e.Kind], customers[e.Customer] = true, kinds[e.Kind]+1, customers[e.Customer]+1
	}
	require.Len(t, ids, 20_000, "ids are unique")
	require.Len(t, customers, 500)
	require.Greater(t, kinds[clm.Viewed], kinds[clm.Ordered])
	require.Positive(t, kinds[clm.Ordered])
}

func TestIDsGrowWithTimeUnlessToldOtherwise(t *testing.T) {
	prefix := func(o traffic.Options) (ids []string) {
		for e := range traffic.Events(o, 1000) {
			ids = append(ids, e.ID[:13]) // the milliseconds
		}
		return ids
	}
	require.True(t, slices.IsSorted(prefix(traffic.Options{Customers: 9})))
	require.False(t, slices.IsSorted(prefix(traffic.Options{Customers: 9, RandomIDs: true})))
}

func TestTheCatalogueHasTheItems(t *testing.T) {
	c, err := traffic.Catalogue()
	require.NoError(t, err)
	require.Equal(t, traffic.Items, c.Len())
	for e := range traffic.Events(traffic.Options{Customers: 9}, 1000) {
		for id := range e.Items {
			require.NotNil(t, c.Item(id))
		}
	}
}
