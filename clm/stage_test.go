package clm_test

import (
	"testing"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const day = 24 * time.Hour

func TestStageRules(t *testing.T) {
	ago := func(days int) time.Time { return now.Add(-time.Duration(days) * day) }
	for _, c := range []struct {
		name     string
		activity clm.Activity
		rules    *clm.StageRules
		want     clm.Stage
		reason   string
	}{
		{"nothing known is acquisition", clm.Activity{}, nil, clm.Acquisition, "0 interactions, active from 3"},
		{"two views are acquisition", clm.Activity{Interactions: 2}, nil, clm.Acquisition, "2 interactions"},
		{"three views are activation", clm.Activity{Interactions: 3}, nil, clm.Activation, "3 interactions"},
		{"an account is activation", clm.Activity{SignedUp: true}, nil, clm.Activation, "signed up"},
		{"a cart is activation", clm.Activity{Carted: true}, nil, clm.Activation, "used the cart"},
		{"one order is conversion", clm.Activity{Orders: 1, LastOrder: ago(10)}, nil, clm.Conversion, "1 order, the last 10 days ago, lapsed after 90"},
		{"two orders are retention", clm.Activity{Orders: 2, LastOrder: ago(10), MeanGap: 20 * day}, nil, clm.Retention, "2 orders"},
		{"ninety days of silence are not yet a lapse", clm.Activity{Orders: 1, LastOrder: ago(90)}, nil, clm.Conversion, ""},
		{"ninety-one are", clm.Activity{Orders: 1, LastOrder: ago(91)}, nil, clm.Maintenance, "lapsed after 90"},
		{"who buys twice a year is not lost after three months", clm.Activity{Orders: 5, LastOrder: ago(180), MeanGap: 180 * day}, nil, clm.Retention, "lapsed after 360"},
		{"nobody is retained after a year of silence", clm.Activity{Orders: 5, LastOrder: ago(366), MeanGap: 300 * day}, nil, clm.Maintenance, "lapsed after 365"},
		{"a grocer lapses sooner", clm.Activity{Orders: 9, LastOrder: ago(30), MeanGap: 7 * day}, &clm.StageRules{LapseAfter: 14 * day}, clm.Maintenance, "lapsed after 14"},
		{"a regular can mean five orders", clm.Activity{Orders: 4, LastOrder: ago(1)}, &clm.StageRules{RetainedAfter: 5}, clm.Conversion, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := c.rules.Place(c.activity, now)
			assert.Equal(t, c.want, got.Stage)
			assert.Contains(t, got.Reason, c.reason)
		})
	}
}

func TestSilenceAloneMovesABuyerToMaintenanceAtTheLapse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := clm.Activity{
			Orders:    rapid.IntRange(1, 50).Draw(t, "orders"),
			LastOrder: now,
			MeanGap:   time.Duration(rapid.IntRange(0, 1000).Draw(t, "gap")) * day,
		}
		var rules *clm.StageRules
		lapses := rules.Place(a, now).Lapses
		require.NotEqual(t, clm.Maintenance, rules.Place(a, lapses).Stage)
		require.Equal(t, clm.Maintenance, rules.Place(a, lapses.Add(1)).Stage)
		require.False(t, lapses.Before(now.Add(90*day)))
		require.False(t, lapses.After(now.Add(365*day)))
	})
}

func TestTransitionsAreRecordedOnce(t *testing.T) {
	log := clm.NewMemory(&clm.MemoryOptions{Partitions: 1, Now: func() time.Time { return now }})
	e := clm.Transition("c-1", clm.Conversion, clm.Retention, now)
	require.NoError(t, log.Append(t.Context(), e))
	require.NoError(t, log.Append(t.Context(), clm.Transition("c-1", clm.Conversion, clm.Retention, now.In(time.FixedZone("x", 3600)))))
	n := 0
	for range log.Read(t.Context(), 0, 0) {
		n++
	}
	require.Equal(t, 1, n)
}

func TestStagesAreFive(t *testing.T) {
	require.Len(t, clm.Stages(), 5)
	for _, s := range clm.Stages() {
		require.True(t, s.Valid())
	}
	require.False(t, clm.Stage("").Valid())
}
