package recommend

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
)

func TestTuningKeepsWhatHoldsOnOtherCustomers(t *testing.T) {
	events, catalogue := shop(9)
	var tried []Trial
	o := &TuneOptions{Fit: &Options{Sources: []string{EASE, ItemKNN, Popularity}}, Tried: func(t Trial) { tried = append(tried, t) }}
	tuning, err := Tune(t.Context(), clm.Sequence(events), catalogue, now, o)
	require.NoError(t, err)
	assert.True(t, tuning.Done)
	assert.Equal(t, tuning.Trials, tried)
	require.Len(t, tuning.Sources, 3)
	best := map[string]float64{}
	for _, trial := range tried {
		if trial.Kept {
			assert.Greater(t, trial.NDCG, best[trial.Source])
			best[trial.Source] = trial.NDCG
		}
	}
	assert.NotEmpty(t, best, "nothing was better")
	defaults, err := (&Options{Sources: o.Fit.Sources}).defaults()
	require.NoError(t, err)
	for name, changed := range map[string]bool{
		EASE: tuning.Options.EASE != defaults.EASE, ItemKNN: tuning.Options.ItemKNN != defaults.ItemKNN, Popularity: tuning.Options.Popularity != defaults.Popularity,
	} {
		if gain := tuning.Sources[name]; gain.After < gain.Before || best[name] == 0 {
			assert.False(t, changed, "%s: %+v", name, gain)
		} else {
			assert.True(t, changed, "%s: %+v", name, gain)
		}
	}
	again, err := Tune(t.Context(), clm.Sequence(events), catalogue, now, o)
	require.NoError(t, err)
	assert.Equal(t, tuning.Trials, again.Trials)
	_, err = Fit(t.Context(), clm.Sequence(events), catalogue, now, tuning.Options)
	assert.NoError(t, err)
}

func TestTuningEndsWithItsBudget(t *testing.T) {
	events, catalogue := shop(9)
	clock := now
	o := &TuneOptions{Budget: time.Minute, Now: func() time.Time { return clock }, Tried: func(Trial) { clock = clock.Add(25 * time.Second) }}
	tuning, err := Tune(t.Context(), clm.Sequence(events), catalogue, now, o)
	require.NoError(t, err)
	assert.False(t, tuning.Done)
	assert.Len(t, tuning.Trials, 3)
}

func TestWhatCannotBeTuned(t *testing.T) {
	events, catalogue := shop(9)
	_, err := Tune(t.Context(), clm.Sequence(nil), catalogue, now, nil)
	assert.ErrorIs(t, err, ErrNothingToEvaluate)
	_, err = Tune(t.Context(), clm.Sequence(events), catalogue, time.Time{}, nil)
	assert.ErrorContains(t, err, "the moment of the tuning is missing")
	_, err = Tune(t.Context(), clm.Sequence(events), catalogue, now, &TuneOptions{Budget: -1})
	assert.ErrorContains(t, err, "tune for")
}
