package quality

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
)

func TestCompareIsTheDifferenceOfTheValues(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	lists := randomLists(random, 150)
	others := slices.Clone(lists)
	for i := range others {
		others[i].Items = slices.Clone(others[i].Items)
		slices.Reverse(others[i].Items)
	}
	o := &Options{Ks: []int{3}, Items: 30}
	a, b := measure(t, o, lists...), measure(t, o, others...)
	ab, err := Compare(a, b)
	require.NoError(t, err)
	ba, err := Compare(b, a)
	require.NoError(t, err)
	assert.Len(t, ab.Metrics, len(a.Metrics))
	for name, e := range ab.Metrics {
		assert.InDelta(t, a.Metrics[name].Value-b.Metrics[name].Value, e.Value, 1e-12, name)
		assert.InDelta(t, -e.Value, ba.Metrics[name].Value, 1e-12, name)
		assert.InDelta(t, -e.Low, ba.Metrics[name].High, 1e-12, name)
	}
	for name, e := range ab.Segments["b"].Metrics {
		assert.InDelta(t, a.Segments["b"].Metrics[name].Value-b.Segments["b"].Metrics[name].Value, e.Value, 1e-12, name)
	}
	same, err := Compare(a, a)
	require.NoError(t, err)
	for name, e := range same.Metrics {
		assert.Equal(t, Estimate{Lists: a.Metrics[name].Lists}, e, name)
	}
}

func TestReportsThatCannotBePaired(t *testing.T) {
	ann, bob := List{Customer: "ann", Relevant: ids("tea")}, List{Customer: "bob", Relevant: ids("tea")}
	a := measure(t, nil, ann)
	text, err := json.Marshal(a)
	require.NoError(t, err)
	var read Report
	require.NoError(t, json.Unmarshal(text, &read))
	for _, c := range []struct {
		name string
		b    *Report
	}{
		{"of another customer", measure(t, nil, bob)},
		{"of more customers", measure(t, nil, ann, bob)},
		{"of other ranks", measure(t, &Options{Ks: []int{1}}, ann)},
		{"read from JSON", &read},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Compare(a, c.b)
			assert.ErrorIs(t, err, ErrUnpaired)
			_, err = Compare(c.b, a)
			assert.ErrorIs(t, err, ErrUnpaired)
		})
	}
	_, err = Compare(&read, &read)
	assert.ErrorIs(t, err, ErrUnpaired)
}

// hitting returns lists of two items that are right with the chance of the
// customer plus the lift, and wrong else.
func hitting(random *rand.Rand, chances []float64, lift float64) []List {
	lists := make([]List, len(chances))
	for i, chance := range chances {
		lists[i] = List{Customer: clm.CustomerID(fmt.Sprint(i)), Items: ids("no"), Relevant: ids("yes")}
		if random.Float64() < chance+lift {
			lists[i].Items = ids("yes")
		}
	}
	return lists
}

func TestTheIntervalOfADifferenceContainsItSoOften(t *testing.T) {
	const runs, lift = 250, 0.1
	in, narrow, wrong := 0, 0, 0
	for run := range runs {
		random := rand.New(rand.NewPCG(uint64(run), 5))
		chances := make([]float64, 100)
		for i := range chances {
			chances[i] = 0.9 * random.Float64()
		}
		o := &Options{Ks: []int{1}, Resamples: 200, Seed: uint64(run)}
		a, b := measure(t, o, hitting(random, chances, lift)...), measure(t, o, hitting(random, chances, 0)...)
		d, err := Compare(a, b)
		require.NoError(t, err)
		e := d.Metrics["hit_rate_at_1"]
		if e.Low <= lift && lift <= e.High {
			in++
		}
		if e.Value-(e.Value-e.Low)/10 <= lift && lift <= e.Value+(e.High-e.Value)/10 {
			narrow++
		}
		if e.Low > lift {
			wrong++
		}
	}
	assert.InDelta(t, 0.95, float64(in)/runs, 0.035)
	assert.Less(t, float64(narrow)/runs, 0.3, "control: a tenth of the width")
	assert.Less(t, float64(wrong)/runs, 0.05)
}
