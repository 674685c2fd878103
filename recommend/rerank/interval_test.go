package rerank

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestAnIntervalIsOneOfTheMean(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		numbers := rapid.SliceOfN(rapid.Float64Range(-1, 1), 1, 200).Draw(rt, "numbers")
		alpha := rapid.Float64Range(0.001, 0.5).Draw(rt, "alpha")
		low, high := interval(numbers, alpha)
		mean := 0.0
		for _, x := range numbers {
			mean += x / float64(len(numbers))
		}
		require.LessOrEqual(rt, -1.0, low)
		require.LessOrEqual(rt, low, mean+1e-9)
		require.LessOrEqual(rt, mean-1e-9, high)
		require.LessOrEqual(rt, high, 1.0)

		wider, higher := interval(numbers, alpha/2)
		require.LessOrEqual(rt, wider, low, "more confidence, more room")
		require.LessOrEqual(rt, high, higher)

		slices.Reverse(numbers)
		again, _ := interval(numbers, alpha)
		require.InDelta(rt, low, again, 1e-9, "the order of the numbers does not matter")

		for i := range numbers {
			numbers[i] = -numbers[i]
		}
		low2, high2 := interval(numbers, alpha)
		require.InDelta(rt, -high, low2, 1e-9, "the mirror image")
		require.InDelta(rt, -low, high2, 1e-9)
	})
}

func TestWealthFallsAsTheBarRises(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		numbers := rapid.SliceOfN(rapid.Float64Range(-1, 1), 1, 50).Draw(rt, "numbers")
		last := math.Inf(1)
		for m := -0.99; m < 1; m += 0.03 {
			w := wager{m: m}
			for _, x := range numbers {
				w.add(x)
			}
			require.LessOrEqual(rt, w.wealth(), last+1e-9)
			last = w.wealth()
		}
	})
}

func TestAnIntervalOfNoNumbersIsEverything(t *testing.T) {
	low, high := interval(nil, 0.05)
	assert.Equal(t, -1.0, low)
	assert.Equal(t, 1.0, high)
}

func TestALongRunIsNarrow(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	numbers := make([]float64, 5000)
	for i := range numbers {
		numbers[i] = max(-1, min(1, 0.1+0.2*random.NormFloat64()))
	}
	low, high := interval(numbers, 0.05)
	assert.InDelta(t, 0.1, low, 0.02)
	assert.InDelta(t, 0.1, high, 0.02)
	assert.Less(t, high-low, 0.03, "the interval of a single look is 0.011 wide")
}

// fair are draws with mean 0 that bets go wrong on where they are made for others: rare large losses against frequent small
// gains, the reverse, and coins.
var fair = map[string]func(*rand.Rand) float64{
	"rare losses": func(r *rand.Rand) float64 {
		if r.Float64() < 0.02 {
			return -0.98
		}
		return 0.02
	},
	"rare gains": func(r *rand.Rand) float64 {
		if r.Float64() < 0.02 {
			return 0.98
		}
		return -0.02
	},
	"coins": func(r *rand.Rand) float64 { return float64(2*r.IntN(2) - 1) },
}

func TestALookAtEachMomentErrsNoMoreThanAlpha(t *testing.T) {
	const runs, alpha = 2000, 0.05
	for name, draw := range fair {
		t.Run(name, func(t *testing.T) {
			wrong := 0
			for run := range runs {
				random := rand.New(rand.NewPCG(uint64(run), 3))
				w := wager{}
				for range 300 {
					if w.add(draw(random)); w.beaten(alpha) {
						wrong++
						break
					}
				}
			}
			t.Logf("%d of %d", wrong, runs)
			// Three standard deviations above alpha.
			assert.LessOrEqual(t, float64(wrong)/runs, alpha+3*math.Sqrt(alpha*(1-alpha)/runs))
		})
	}
}

func TestHowManyListsAGainTakes(t *testing.T) {
	// Half of the lists do not change, the others by a normal draw.
	for _, c := range []struct {
		mean, deviation float64 // of lists that change
		most            int     // lists, the median of 200 runs
	}{
		{0.80, 0.20, 25}, {0.40, 0.25, 45}, {0.12, 0.25, 130}, {0.06, 0.20, 260},
	} {
		var lists []int
		for run := range 200 {
			random := rand.New(rand.NewPCG(uint64(run), 4))
			n := 0
			for w := (wager{}); n < 5000 && !w.beaten(0.025); n++ {
				x := 0.0
				if random.IntN(2) == 0 {
					x = max(-1, min(1, c.mean+c.deviation*random.NormFloat64()))
				}
				w.add(x)
			}
			lists = append(lists, n)
		}
		slices.Sort(lists)
		t.Logf("a gain of %.2f: %d lists, %d in 9 of 10 runs", c.mean/2, lists[100], lists[180])
		assert.LessOrEqual(t, lists[100], c.most)
	}
}

func BenchmarkInterval(b *testing.B) {
	numbers := make([]float64, 500)
	for i := range numbers {
		numbers[i] = float64(i%3-1) / 4
	}
	for b.Loop() {
		interval(numbers, 0.05)
	}
}
