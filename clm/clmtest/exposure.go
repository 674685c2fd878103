package clmtest

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/stretchr/testify/require"
)

// RunExposures checks that the stores that newExposures makes keep the contract
// of [clm.Exposures]. Each call of newExposures returns an empty store.
func RunExposures(t *testing.T, newExposures func(*testing.T) clm.Exposures) {
	for _, c := range []struct {
		name string
		test func(*testing.T, clm.Exposures)
	}{
		{"an empty store yields nothing", exposuresEmpty},
		{"an exposure comes back whole", exposuresWhole},
		{"exposures come by time and decision", exposuresOrder},
		{"a customer and a stretch of time can be asked for", exposuresAsked},
		{"a repeated decision changes nothing", exposuresRepeated},
		{"a bad exposure keeps its call out", exposuresAllOrNothing},
		{"exposing while reading is allowed", exposuresWhileReading},
		{"arguments are not kept", exposuresKeepsNothing},
		{"an erased customer is gone", exposuresErased},
		{"a cancelled context changes nothing", exposuresCancelled},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, newExposures(t)) })
	}
}

// exposures returns n exposures, a minute apart, of three customers.
func exposures(n int) []clm.Exposure {
	all := make([]clm.Exposure, n)
	for i := range all {
		all[i] = clm.Exposure{
			Decision: fmt.Sprintf("d-%04d", i), Customer: clm.CustomerID(fmt.Sprintf("c-%d", i%3)),
			Time: Start.Add(time.Duration(i) * time.Minute), Surface: "home", Policy: "blend/7",
			Shown: []clm.Shown{{Item: "mug", Propensity: 0.25, Score: -1.5}, {Item: clm.ItemID(fmt.Sprint("i-", i))}},
		}
	}
	return all
}

func exposed(t *testing.T, s clm.Exposures, q clm.ExposureQuery) []clm.Exposure {
	t.Helper()
	var all []clm.Exposure
	for e, err := range s.Exposed(t.Context(), q) {
		require.NoError(t, err)
		all = append(all, e)
	}
	return all
}

func exposuresEmpty(t *testing.T, s clm.Exposures) {
	require.NoError(t, s.Expose(t.Context()))
	require.Empty(t, exposed(t, s, clm.ExposureQuery{}))
}

func exposuresWhole(t *testing.T, s clm.Exposures) {
	bare := clm.Exposure{Decision: "bare", Customer: "c-9", Time: Start.Add(-time.Nanosecond)}
	all := append(exposures(1), bare)
	require.NoError(t, s.Expose(t.Context(), all...))
	require.Equal(t, []clm.Exposure{bare, all[0]}, exposed(t, s, clm.ExposureQuery{}))
}

func exposuresOrder(t *testing.T, s clm.Exposures) {
	all := exposures(40)
	for i := range all {
		all[i].Time = Start.Add(time.Duration(i/4) * time.Nanosecond)
	}
	for i := range all {
		require.NoError(t, s.Expose(t.Context(), all[(i*7)%40]))
	}
	require.Equal(t, all, exposed(t, s, clm.ExposureQuery{}))
}

func exposuresAsked(t *testing.T, s clm.Exposures) {
	all := exposures(30)
	require.NoError(t, s.Expose(t.Context(), all...))
	got := exposed(t, s, clm.ExposureQuery{Customer: "c-1", Since: all[4].Time, Until: all[13].Time})
	require.Equal(t, []clm.Exposure{all[4], all[7], all[10]}, got)
	require.Equal(t, all[:7], exposed(t, s, clm.ExposureQuery{Until: all[7].Time}))
	require.Equal(t, all[7:], exposed(t, s, clm.ExposureQuery{Since: all[7].Time}))
	require.Empty(t, exposed(t, s, clm.ExposureQuery{Customer: "nobody"}))
	for range s.Exposed(t.Context(), clm.ExposureQuery{}) {
		break
	}
}

func exposuresRepeated(t *testing.T, s clm.Exposures) {
	all := exposures(3)
	require.NoError(t, s.Expose(t.Context(), all[:2]...))
	changed := all[1]
	changed.Surface = "changed"
	require.NoError(t, s.Expose(t.Context(), changed, all[2], all[2]))
	require.Equal(t, all, exposed(t, s, clm.ExposureQuery{}))
}

func exposuresAllOrNothing(t *testing.T, s clm.Exposures) {
	for name, spoil := range map[string]func(*clm.Exposure){
		"no decision":    func(e *clm.Exposure) { e.Decision = "" },
		"no customer":    func(e *clm.Exposure) { e.Customer = "" },
		"no time":        func(e *clm.Exposure) { e.Time = time.Time{} },
		"no item":        func(e *clm.Exposure) { e.Shown[0].Item = "" },
		"impossible":     func(e *clm.Exposure) { e.Shown[1].Propensity = 1.01 },
		"not a number":   func(e *clm.Exposure) { e.Shown[1].Propensity = math.NaN() },
		"infinite score": func(e *clm.Exposure) { e.Shown[0].Score = math.Inf(1) },
		"zero byte":      func(e *clm.Exposure) { e.Policy = "a\x00" },
	} {
		bad := exposures(2)
		spoil(&bad[1])
		require.ErrorIs(t, s.Expose(t.Context(), bad...), clm.ErrInvalid, name)
	}
	require.Empty(t, exposed(t, s, clm.ExposureQuery{}))
}

func exposuresWhileReading(t *testing.T, s clm.Exposures) {
	all := exposures(20)
	require.NoError(t, s.Expose(t.Context(), all[:10]...))
	next, seen := 10, 0
	for _, err := range s.Exposed(t.Context(), clm.ExposureQuery{}) {
		require.NoError(t, err)
		if seen++; next < 20 {
			require.NoError(t, s.Expose(t.Context(), all[next]))
			next++
		}
	}
	require.GreaterOrEqual(t, seen, 10)
	require.Equal(t, all, exposed(t, s, clm.ExposureQuery{}))
}

func exposuresKeepsNothing(t *testing.T, s clm.Exposures) {
	all := exposures(2)
	require.NoError(t, s.Expose(t.Context(), all...))
	all[0].Shown[0].Item = "changed"
	require.Equal(t, exposures(2), exposed(t, s, clm.ExposureQuery{}))
}

func exposuresErased(t *testing.T, s clm.Exposures) {
	all := exposures(9)
	require.NoError(t, s.Expose(t.Context(), all...))
	require.NoError(t, s.Erase(t.Context(), "c-1"))
	require.NoError(t, s.Erase(t.Context(), "nobody"))
	require.Empty(t, exposed(t, s, clm.ExposureQuery{Customer: "c-1"}))
	require.Len(t, exposed(t, s, clm.ExposureQuery{}), 6)
}

func exposuresCancelled(t *testing.T, s clm.Exposures) {
	all := exposures(3)
	require.NoError(t, s.Expose(t.Context(), all[:2]...))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, s.Expose(ctx, all[2]), context.Canceled)
	require.ErrorIs(t, s.Erase(ctx, "c-1"), context.Canceled)
	var last error
	for _, err := range s.Exposed(ctx, clm.ExposureQuery{}) {
		last = err
	}
	require.ErrorIs(t, last, context.Canceled)
	require.Equal(t, all[:2], exposed(t, s, clm.ExposureQuery{}))
}
