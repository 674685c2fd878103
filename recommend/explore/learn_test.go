package explore_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/internal/offpolicy"
	"github.com/clmkit/clmkit/recommend/explore"
)

// earns returns what the arms of the shop earn in a place: the arm's true rate,
// which its score does not know, less towards the end of the list.
func earns(arm, place int) float64 {
	rates := []float64{0.3, 0.25, 0.2, 0.1, 0.17, 0.9, 0.6, 0.05, 0.12, 0.02}
	return rates[arm] / math.Log2(float64(place)+2)
}

// worth returns what a policy earns in one place, by its own propensities.
func worth(t *testing.T, p explore.Policy, arms []explore.Arm, k, place int) float64 {
	sum := 0.0
	for arm := range arms {
		sum += propensity(t, p, arms, k, place, arm) * earns(arm, place)
	}
	return sum
}

// TestLogsTellWhatAnotherPolicyEarns logs lists of one policy and estimates what
// another would have earned that does nothing which the first never does. The
// control logs the propensities of a wrong policy.
func TestLogsTellWhatAnotherPolicyEarns(t *testing.T) {
	const k, lists = 4, 6_000
	arms := shop()
	for _, c := range []struct {
		name            string
		logging, target explore.Policy
	}{
		{"the list as it is, from thompson", explore.Thompson{}, explore.EpsilonGreedy{}},
		{"a firmer prior, from thompson", explore.Thompson{Weight: 0.3}, explore.Thompson{Weight: 10}},
		{"epsilon greedy, from softmax", explore.Softmax{Temperature: 0.1}, explore.EpsilonGreedy{Epsilon: 0.95}},
		{"thompson, from softmax", explore.Softmax{Temperature: 0.2}, explore.Thompson{}},
		{"the list as it is, from epsilon greedy", explore.EpsilonGreedy{Epsilon: 0.5}, explore.EpsilonGreedy{}},
	} {
		truth, logged := 0.0, 0.0
		for place := range k {
			truth += worth(t, c.target, arms, k, place)
			logged += worth(t, c.logging, arms, k, place)
		}
		right, wrong := estimate(t, c.logging, c.target, arms, k, lists)
		for kind, e := range map[string]offpolicy.Estimate{"IPS": right.IPS(), "SNIPS": right.SNIPS(), "DR": right.DR()} {
			require.InDelta(t, truth, k*e.Value, 4*k*e.StdErr, "%s by %s", c.name, kind)
		}
		require.Greater(t, math.Abs(truth-logged), 4*k*right.IPS().StdErr, "%s: the two differ by more than the error", c.name)
		require.Greater(t, math.Abs(truth-k*wrong.IPS().Value), 4*k*wrong.IPS().StdErr, "%s: wrong propensities are a bias", c.name)
	}
}

// estimate logs lists and weighs their rewards, with the propensities of the
// choices, and with twice those.
func estimate(t *testing.T, logging, target explore.Policy, arms []explore.Arm, k, lists int) (right, wrong *offpolicy.Estimator) {
	random := rand.New(rand.NewPCG(3, 4))
	right, wrong = &offpolicy.Estimator{}, &offpolicy.Estimator{}
	targets, baselines := make([][]float64, k), make([]float64, k)
	model := func(arm, place int) float64 { return arms[arm].Score / float64(place+1) } // not the truth
	for place := range targets {
		for arm := range arms {
			p := propensity(t, target, arms, k, place, arm)
			targets[place] = append(targets[place], p)
			baselines[place] += p * model(arm, place)
		}
	}
	for range lists {
		list, err := logging.Choose(arms, k, random)
		require.NoError(t, err)
		for place, c := range list {
			d := offpolicy.Decision{Logged: c.Propensity, Target: targets[place][c.Arm], Expected: model(c.Arm, place), Baseline: baselines[place]}
			if random.Float64() < earns(c.Arm, place) {
				d.Reward = 1
			}
			require.NoError(t, right.Add(d))
			if c.Propensity < 1 {
				d.Logged = min(1, 2*c.Propensity)
			}
			require.NoError(t, wrong.Add(d))
		}
	}
	return right, wrong
}

// A market is arms of whose rates a policy learns from what it shows.
type market struct {
	rates []float64
	arms  []explore.Arm
}

// newMarket returns arms that all have the same score, whatever their rates: the
// first ones, which the list has, are good, and one behind it is the best.
func newMarket() *market {
	m := &market{rates: []float64{0.10, 0.10, 0.06, 0.02, 0.04, 0.03, 0.05, 0.30, 0.04, 0.02}}
	for range m.rates {
		m.arms = append(m.arms, explore.Arm{Score: 0.08})
	}
	return m
}

// regret plays rounds and returns what was lost against the best arms in the places
// that explore, in the first half and in the second.
func (m *market) regret(t *testing.T, p explore.Policy, rounds int, seed uint64) (first, second float64) {
	random := rand.New(rand.NewPCG(seed, 5))
	for round := range rounds {
		list, err := p.Choose(m.arms, 2, random)
		require.NoError(t, err)
		lost := 0.30 + 0.10
		for _, c := range list {
			a := &m.arms[c.Arm]
			a.Expected += a.Score
			if random.Float64() < m.rates[c.Arm] {
				a.Taken++
			}
			lost -= m.rates[c.Arm]
		}
		if round < rounds/2 {
			first += lost
		} else {
			second += lost
		}
	}
	return first, second
}

// TestThompsonFindsTheBestArm counts what is lost: Thompson loses less and less,
// and a list that never explores loses the same for ever.
func TestThompsonFindsTheBestArm(t *testing.T) {
	const rounds, runs = 3_000, 3
	thompson := explore.Thompson{Enough: 1000}
	var first, second, stuckFirst, stuckSecond, coin float64
	for seed := range uint64(runs) {
		a, b := newMarket().regret(t, thompson, rounds, seed)
		first, second = first+a, second+b
		a, b = newMarket().regret(t, explore.EpsilonGreedy{}, rounds, seed)
		stuckFirst, stuckSecond = stuckFirst+a, stuckSecond+b
		_, b = newMarket().regret(t, explore.EpsilonGreedy{Epsilon: 0.5, Enough: 1000}, rounds, seed)
		coin += b
	}
	require.InDelta(t, stuckFirst, stuckSecond, 1e-6, "who never explores is stuck: it loses in the second half what it lost in the first")
	require.InDelta(t, 0.2*rounds/2*runs, stuckSecond, 1e-6)
	require.Less(t, second, 0.5*first, "Thompson loses less than half in the second half")
	require.Less(t, first+second, 0.2*(stuckFirst+stuckSecond))
	require.Less(t, second, coin, "and less than a coin that does not learn")
}
