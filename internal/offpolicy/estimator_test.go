package offpolicy

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A world has contexts of equal chance, actions, and the chance that an action
// earns 1 in a context.
type world struct {
	chance          [3][4]float64
	logging, target [3][4]float64
}

// newWorld logs with a policy that looks for reward and evaluates one that does
// the opposite, so that neither's mean is the other's.
func newWorld(random *rand.Rand) *world {
	w := &world{}
	for c := range w.chance {
		var logged, wanted float64
		for a := range w.chance[c] {
			p := 0.05 + 0.9*random.Float64()
			w.chance[c][a] = p
			w.logging[c][a], w.target[c][a] = 0.1+p, 0.1+(1-p)*(1-p)
			logged += w.logging[c][a]
			wanted += w.target[c][a]
		}
		for a := range w.chance[c] {
			w.logging[c][a] /= logged
			w.target[c][a] /= wanted
		}
	}
	return w
}

func (w *world) value(policy *[3][4]float64) float64 {
	sum := 0.0
	for c := range policy {
		for a, p := range policy[c] {
			sum += p * w.chance[c][a] / 3
		}
	}
	return sum
}

// log returns n decisions with a model of rewards that is off by about error.
func (w *world) log(random *rand.Rand, n int, off float64) []Decision {
	model := w.chance
	for c := range model {
		for a := range model[c] {
			model[c][a] += off * (2*random.Float64() - 1)
		}
	}
	decisions := make([]Decision, n)
	for i := range decisions {
		c := random.IntN(3)
		a, left := 0, random.Float64()
		for left -= w.logging[c][a]; left > 0 && a < 3; left -= w.logging[c][a] {
			a++
		}
		d := Decision{Logged: w.logging[c][a], Target: w.target[c][a], Expected: model[c][a]}
		if random.Float64() < w.chance[c][a] {
			d.Reward = 1
		}
		for b, p := range w.target[c] {
			d.Baseline += p * model[c][b]
		}
		decisions[i] = d
	}
	return decisions
}

func estimate(t *testing.T, clip float64, decisions []Decision) *Estimator {
	t.Helper()
	e := &Estimator{Clip: clip}
	for _, d := range decisions {
		require.NoError(t, e.Add(d))
	}
	return e
}

// within counts how many of the runs have the truth within so many standard
// errors.
func within(truth, errors float64, runs []Estimate) int {
	n := 0
	for _, r := range runs {
		if math.Abs(r.Value-truth) <= errors*r.StdErr {
			n++
		}
	}
	return n
}

func TestEstimatesHaveNoBiasAndErrorsThatAreRight(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	w := newWorld(random)
	truth := w.value(&w.target)
	var ips, snips, dr, wrong, ignored []Estimate
	for range 400 {
		decisions := w.log(random, 500, 0.1)
		e := estimate(t, 0, decisions)
		ips, snips, dr = append(ips, e.IPS()), append(snips, e.SNIPS()), append(dr, e.DR())
		wrong = append(wrong, estimate(t, 0, w.log(random, 500, 3)).DR())
		for i := range decisions {
			decisions[i].Target = decisions[i].Logged // as if the policies were one
		}
		ignored = append(ignored, estimate(t, 0, decisions).IPS())
	}
	for _, c := range []struct {
		name string
		runs []Estimate
	}{{"ips", ips}, {"snips", snips}, {"dr", dr}, {"dr with a model that knows nothing", wrong}} {
		t.Run(c.name, func(t *testing.T) {
			var all moments
			for _, r := range c.runs {
				all.add(r.Value)
			}
			mean := all.estimate()
			assert.LessOrEqual(t, math.Abs(mean.Value-truth), 3*mean.StdErr, "%v is not %v", mean, truth)
			assert.InDelta(t, 0.95, float64(within(truth, 1.96, c.runs))/400, 0.035)
		})
	}
	t.Run("without the propensities it is the value of the logging policy", func(t *testing.T) {
		assert.Less(t, within(truth, 3, ignored), 4)
		assert.Greater(t, within(w.value(&w.logging), 3, ignored), 390)
	})
}

func TestADecentModelLowersTheVariance(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 20 {
		w := newWorld(random)
		good, bad := estimate(t, 0, w.log(random, 5000, 0.1)), estimate(t, 0, w.log(random, 5000, 3))
		assert.Less(t, good.DR().StdErr, good.IPS().StdErr)
		assert.Greater(t, bad.DR().StdErr, bad.IPS().StdErr, "control: a model that knows nothing adds noise")
	}
}

func TestClippingTradesVarianceForBias(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	w := newWorld(random)
	decisions := w.log(random, 20000, 0.1)
	free, clipped := estimate(t, 0, decisions), estimate(t, 1, decisions)
	assert.Less(t, clipped.IPS().StdErr, free.IPS().StdErr)
	assert.Less(t, clipped.IPS().Value, w.value(&w.target)-3*clipped.IPS().StdErr)
	assert.Positive(t, clipped.Clipped())
	assert.Zero(t, free.Clipped())
	assert.Equal(t, free.Largest(), clipped.Largest())
	assert.Less(t, free.Effective(), clipped.Effective())
}

func TestEstimatesByHand(t *testing.T) {
	e := estimate(t, 0, []Decision{
		{Reward: 2, Logged: 0.5, Target: 1, Expected: 1, Baseline: 1.5},  // weight 2
		{Reward: 4, Logged: 1, Target: 0.5, Expected: 2, Baseline: 1},    // weight 0.5
		{Reward: 8, Logged: 0.25, Target: 0, Expected: 3, Baseline: 0.5}, // weight 0
	})
	assert.InDelta(t, (4.0+2)/3, e.IPS().Value, 1e-15)
	assert.InDelta(t, 2/math.Sqrt(3), e.IPS().StdErr, 1e-15) // of 4, 2, 0
	assert.InDelta(t, 6/2.5, e.SNIPS().Value, 1e-15)
	assert.InDelta(t, math.Sqrt(4*0.16+0.25*2.56)/2.5, e.SNIPS().StdErr, 1e-14)
	assert.InDelta(t, (3.5+2+0.5)/3, e.DR().Value, 1e-15)
	assert.InDelta(t, 6.25/4.25, e.Effective(), 1e-15)
	assert.Equal(t, 2.0, e.Largest())
}

func TestEstimatesAtTheEdges(t *testing.T) {
	var none Estimator
	assert.True(t, math.IsNaN(none.IPS().Value) && math.IsNaN(none.SNIPS().Value) && math.IsNaN(none.DR().StdErr))
	assert.Zero(t, none.Effective())
	one := estimate(t, 0, []Decision{{Reward: 3, Logged: 1, Target: 1}})
	assert.Equal(t, 3.0, one.SNIPS().Value)
	assert.True(t, math.IsNaN(one.IPS().StdErr) && math.IsNaN(one.SNIPS().StdErr))
}

func TestWhatIsNoDecisionIsRefused(t *testing.T) {
	for _, c := range []struct {
		name string
		d    Decision
		want string
	}{
		{"a propensity of zero", Decision{Target: 1}, "logged propensity 0"},
		{"a propensity above one", Decision{Logged: 1.5}, "logged propensity 1.5"},
		{"a propensity that is no number", Decision{Logged: math.NaN()}, "logged propensity NaN"},
		{"a target below zero", Decision{Logged: 1, Target: -0.5}, "target propensity -0.5"},
		{"an endless reward", Decision{Logged: 1, Reward: math.Inf(1)}, "reward +Inf"},
		{"a model that broke", Decision{Logged: 1, Expected: math.NaN()}, "expected NaN"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var e Estimator
			assert.ErrorContains(t, e.Add(c.d), c.want)
			assert.Equal(t, Estimator{}, e)
		})
	}
}

func TestTheLoggingPolicyItselfEarnsTheMean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rewards := rapid.SliceOfN(rapid.Float64Range(-10, 10), 2, 50).Draw(t, "rewards")
		var e Estimator
		mean := 0.0
		for _, r := range rewards {
			p := rapid.Float64Range(0.01, 1).Draw(t, "p")
			require.NoError(t, e.Add(Decision{Reward: r, Logged: p, Target: p}))
			mean += r / float64(len(rewards))
		}
		assert.InDelta(t, mean, e.IPS().Value, 1e-9)
		assert.InDelta(t, mean, e.SNIPS().Value, 1e-9)
		assert.InDelta(t, float64(len(rewards)), e.Effective(), 1e-6)
	})
}
