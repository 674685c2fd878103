package candidate

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
)

func arrivalsShop(t *testing.T) ([]clm.Event, *clm.Catalogue) {
	t.Helper()
	catalogue, err := clm.NewCatalogue(
		clm.Item{ID: "added", Added: now.AddDate(0, 0, -4), Title: "tea box"},
		clm.Item{ID: "added and sold", Added: now.AddDate(0, 0, -4), Title: "garden box"},
		clm.Item{ID: "long there", Added: now.AddDate(0, 0, -400), Title: "tea tin"},
		clm.Item{ID: "older", Added: now.AddDate(0, 0, -20), Title: "tea jar"},
		clm.Item{ID: "undated", Title: "paper bag"},
	)
	require.NoError(t, err)
	return []clm.Event{
		order("1", "ann", 200, "long there", "first day"), order("2", "ben", 2, "long there", "first sold", "added and sold"),
		order("3", "cem", 190, "undated"),
	}, catalogue
}

func TestArrivalsAreWhatWasAddedOrFirstSold(t *testing.T) {
	events, catalogue := arrivalsShop(t)
	p := known(t, events, catalogue)
	s := TrainArrivals(p, ArrivalsOptions{Window: 30 * day, HalfLife: 10 * day})
	assert.Equal(t, []clm.ItemID{"first sold", "added and sold", "added", "older"}, p.IDs(s.Order()...))
	cause, ok := s.Cause(nil, p.Index["added"])
	require.True(t, ok)
	assert.Equal(t, Cause{Kind: Arrived, Items: []int32{p.Index["added"]}, Last: now.AddDate(0, 0, -4)}, cause)
	_, ok = s.Cause(nil, p.Index["long there"])
	assert.False(t, ok)
	young := TrainArrivals(p, ArrivalsOptions{Window: 190 * day, HalfLife: 10 * day})
	assert.NotContains(t, p.IDs(young.Order()...), clm.ItemID("undated"), "in the first window everything is sold for the first time")
}
