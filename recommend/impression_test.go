package recommend

import (
	"errors"
	"fmt"
	"iter"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
)

// shows yields that a customer was shown items some days ago, n times.
func shows(customer clm.CustomerID, daysAgo, n int, items ...clm.ItemID) iter.Seq2[clm.Exposure, error] {
	return func(yield func(clm.Exposure, error) bool) {
		for i := range n {
			e := clm.Exposure{Decision: fmt.Sprint("d", i), Customer: customer, Time: now.AddDate(0, 0, -daysAgo)}
			for _, item := range items {
				e.Shown = append(e.Shown, clm.Shown{Item: item})
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

func TestWhatWasShownAndNotTakenSinks(t *testing.T) {
	events, catalogue := shop(1)
	first := func(o Options) clm.ItemID {
		o.Ranker.Off = true
		return mustRecommend(t, mustFit(t, events, catalogue, &o), Request{Customer: "c07"}).Items[0].ID
	}
	best := first(Options{})
	assert.NotEqual(t, best, first(Options{Exposures: shows("c07", 1, 20, best)}))
	assert.Equal(t, best, first(Options{Exposures: shows("c08", 1, 20, best)}), "to another customer")
	assert.Equal(t, best, first(Options{Exposures: shows("c07", 1, 20, best), Fatigue: -1}), "the control")
	assert.Equal(t, best, first(Options{Exposures: shows("c07", -1, 20, best)}), "later than the moment")
	assert.Equal(t, best, first(Options{Exposures: shows("c07", 300, 20, best)}), "long forgotten")
	events = append(events, viewed("taken", "c07", 1, best))
	assert.Equal(t, best, first(Options{Exposures: shows("c07", 1, 20, best)}), "looked at")
}

func TestExposuresThatCannotBeRead(t *testing.T) {
	events, catalogue := shop(1)
	broken := errors.New("the disk is gone")
	for _, c := range []struct {
		name string
		e    clm.Exposure
		err  error
		says string
	}{
		{"an error", clm.Exposure{}, broken, "recommend: reading exposures"},
		{"one without a customer", clm.Exposure{Decision: "d", Time: now}, nil, "customer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Fit(t.Context(), clm.Sequence(events), catalogue, now, &Options{Exposures: func(yield func(clm.Exposure, error) bool) { yield(c.e, c.err) }})
			require.ErrorContains(t, err, c.says)
		})
	}
}
