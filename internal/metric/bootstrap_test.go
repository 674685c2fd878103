package metric

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"gonum.org/v1/gonum/stat"
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

// coverage returns the share of runs in which the interval of draw's mean
// contains the truth, and the share for intervals a tenth as wide.
func coverage(runs int, truth float64, draw func(random *rand.Rand) *Sample) (whole, tenth float64) {
	for run := range runs {
		i := draw(rand.New(rand.NewPCG(uint64(run), 1))).Bootstrap(400, uint64(run))[0]
		whole += outcome(i.Low <= truth && truth <= i.High) / float64(runs)
		tenth += outcome(i.Mean-(i.Mean-i.Low)/10 <= truth && truth <= i.Mean+(i.High-i.Mean)/10) / float64(runs)
	}
	return whole, tenth
}

func TestAnIntervalOf95PercentContainsTheTruthSoOften(t *testing.T) {
	lists := func(random *rand.Rand) *Sample {
		s := NewSample(1)
		for range 200 {
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
	for _, c := range []struct {
		name  string
		runs  int
		truth float64
		draw  func(random *rand.Rand) *Sample
	}{
		{"the mean of lists", 500, reciprocalMean, lists},
		{"the difference of two methods", 500, 0.1, paired},
	} {
		t.Run(c.name, func(t *testing.T) {
			whole, tenth := coverage(c.runs, c.truth, c.draw)
			assert.InDelta(t, 0.95, whole, 0.03)
			assert.Less(t, tenth, 0.35, "control: a tenth of the width is not enough")
		})
	}
}

func TestMoreCasesThanGroupsHaveTheIntervalOfTheirMean(t *testing.T) {
	random, s := rand.New(rand.NewPCG(1, 2)), NewSample(1)
	var all []float64
	for range groupsAtMost*2 + 1000 {
		all = append(all, reciprocal(random))
		s.Add(all[len(all)-1])
	}
	mean, deviation := stat.MeanStdDev(all, nil)
	half := 1.96 * deviation / math.Sqrt(float64(len(all)))
	got := s.Bootstrap(400, 1)[0]
	assert.InDelta(t, mean, got.Mean, 1e-12)
	assert.InDelta(t, 1, (got.High-got.Low)/(2*half), 0.12)
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
