package metric

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// reciprocal draws a number as lists have them: half of them 0, else 1 over a
// rank. Its mean is reciprocalMean.
func reciprocal(random *rand.Rand) float64 {
	if random.IntN(2) == 0 {
		return 0
	}
	return 1 / float64(1+random.IntN(10))
}

const reciprocalMean = 0.5 * 2.9289682539682538 / 10 // half of the mean of 1, 1/2, ..., 1/10

// coverage returns the share of runs in which the interval of draw's mean,
// made narrower around it, contains the truth.
func coverage(runs int, truth, narrower float64, draw func(random *rand.Rand) *Sample) float64 {
	in := 0
	for run := range runs {
		i := draw(rand.New(rand.NewPCG(uint64(run), 1))).Bootstrap(500, uint64(run))[0]
		low, high := i.Mean-(i.Mean-i.Low)/narrower, i.Mean+(i.High-i.Mean)/narrower
		if low <= truth && truth <= high {
			in++
		}
	}
	return float64(in) / float64(runs)
}

func TestAnIntervalOf95PercentContainsTheTruthSoOften(t *testing.T) {
	lists := func(random *rand.Rand) *Sample {
		s := NewSample(1)
		for range 200 {
			s.Add(reciprocal(random))
		}
		return s
	}
	grouped := func(random *rand.Rand) *Sample { // in more cases than groups
		s := NewSample(1)
		for range groupsAtMost + 1000 {
			s.Add(reciprocal(random))
		}
		return s
	}
	// Two methods on the same lists: their difference is 0.1 with little noise,
	// though each alone is noisy.
	paired := func(random *rand.Rand) *Sample {
		a, b := NewSample(1), NewSample(1)
		for range 200 {
			x := reciprocal(random)
			a.Add(x + 0.1 + random.NormFloat64()/20)
			b.Add(x)
		}
		return a.Minus(b)
	}
	assert.InDelta(t, 0.95, coverage(500, reciprocalMean, 1, lists), 0.03)
	assert.InDelta(t, 0.95, coverage(500, 0.1, 1, paired), 0.03)
	assert.InDelta(t, 0.95, coverage(40, reciprocalMean, 1, grouped), 0.1)
	t.Run("control: a tenth of the width does not", func(t *testing.T) {
		assert.Less(t, coverage(500, reciprocalMean, 10, lists), 0.3)
		assert.Less(t, coverage(500, 0.1, 10, paired), 0.3)
	})
}

func TestPairingTellsApartWhatIntervalsAloneCannot(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	a, b := NewSample(1), NewSample(1)
	for range 300 {
		x := reciprocal(random)
		a.Add(x + 0.01*random.Float64())
		b.Add(x)
	}
	alone, other := a.Bootstrap(500, 0)[0], b.Bootstrap(500, 0)[0]
	assert.Less(t, alone.Low, other.High, "alone they overlap")
	assert.Positive(t, a.Minus(b).Bootstrap(500, 0)[0].Low)
}

// The interval of a number of the whole set of lists comes from influences. The
// truth is the mean of the number over many sets of lists.
func TestIntervalsOfSetsContainTheTruth(t *testing.T) {
	const n, items, runs = 150, 600, 300
	numbers := []func(Reach) float64{
		func(r Reach) float64 { return r.Coverage },
		func(r Reach) float64 { return r.Gini },
		func(r Reach) float64 { return r.Personalisation },
	}
	truth, in := make([]float64, 3), make([]float64, 3)
	for run := range 2000 {
		r := exposureOf(items, randomLists(rand.New(rand.NewPCG(uint64(run), 99)), n, items)...).Reach()
		for j, number := range numbers {
			truth[j] += number(r) / 2000
		}
	}
	for run := range runs {
		lists := randomLists(rand.New(rand.NewPCG(uint64(run), 3)), n, items)
		e, s := exposureOf(items, lists...), NewSample(3)
		for i := range e.Influence(slices.Values(lists)) {
			s.Add(i.Coverage, i.Gini, i.Personalisation)
		}
		for j, i := range s.Bootstrap(300, 1) {
			at := numbers[j](e.Reach()) - i.Mean
			if at+i.Low <= truth[j] && truth[j] <= at+i.High {
				in[j] += 1.0 / runs
			}
		}
	}
	assert.Greater(t, in[0], 0.92, "coverage") // the jackknife errs to the wide side
	assert.InDelta(t, 0.95, in[1], 0.04, "gini")
	assert.InDelta(t, 0.95, in[2], 0.04, "personalisation")
}

func TestIntervalsAtTheEdges(t *testing.T) {
	nan := math.NaN()
	s := NewSample(3)
	s.Add(0.4, nan, nan)
	s.Add(0.4, 2, nan)
	s.Add(0.4, nan, nan)
	got := s.Bootstrap(100, 0)
	assert.Equal(t, 3, got[0].Cases)
	assert.InDelta(t, 0.4, got[0].Low, 1e-15)
	assert.LessOrEqual(t, got[0].Low, got[0].Mean)
	assert.GreaterOrEqual(t, got[0].High, got[0].Mean)
	assert.Equal(t, Interval{1, 2, 2, 2}, got[1], "resamples without the number are left out")
	assert.True(t, got[2].Cases == 0 && math.IsNaN(got[2].Mean) && math.IsNaN(got[2].Low))
	none := NewSample(1).Bootstrap(10, 0)[0]
	assert.True(t, none.Cases == 0 && math.IsNaN(none.High))
	assert.Empty(t, NewSample(0).Bootstrap(10, 0))
}

func TestTheSameSeedGivesTheSameInterval(t *testing.T) {
	random, s := rand.New(rand.NewPCG(1, 2)), NewSample(2)
	for range 50 {
		s.Add(reciprocal(random), reciprocal(random))
	}
	assert.Equal(t, s.Bootstrap(200, 7), s.Bootstrap(200, 7))
	assert.NotEqual(t, s.Bootstrap(200, 7), s.Bootstrap(200, 8))
}

func TestQuantilesLieBetweenTheirNeighbours(t *testing.T) {
	sorted := []float64{1, 2, 3, 4}
	assert.Equal(t, 1.0, quantile(sorted, 0.01))
	assert.Equal(t, 2.5, quantile(sorted, 0.5))
	assert.Equal(t, 4.0, quantile(sorted, 0.99))
}

func BenchmarkBootstrap(b *testing.B) {
	random, s := rand.New(rand.NewPCG(1, 2)), NewSample(25)
	row := make([]float64, 25)
	for range 1224 {
		for j := range row {
			row[j] = random.Float64()
		}
		s.Add(row...)
	}
	for b.Loop() {
		s.Bootstrap(1000, 1)
	}
}
