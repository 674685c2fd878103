package tree

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/internal/metric"
)

// fitted returns a model and its bytes.
func fitted(t testing.TB, d *Data, o Options) (*Model, string) {
	m, err := Fit(t.Context(), d, nil, &o)
	require.NoError(t, err)
	data, err := m.MarshalBinary()
	require.NoError(t, err)
	return m, string(data)
}

// reordered returns the data with its rows, or groups if it has some, in another
// order.
func reordered(d *Data, rng *rand.Rand) *Data {
	starts := []int{0}
	sizes := d.Groups
	if sizes == nil {
		sizes = slices.Repeat([]int{1}, len(d.Labels))
	}
	for _, size := range sizes {
		starts = append(starts, starts[len(starts)-1]+size)
	}
	out := &Data{Features: d.Features}
	for _, g := range rng.Perm(len(sizes)) {
		from, to := starts[g], starts[g+1]
		out.Values = append(out.Values, d.Values[from*d.Features:to*d.Features]...)
		out.Labels = append(out.Labels, d.Labels[from:to]...)
		if d.Groups != nil {
			out.Groups = append(out.Groups, sizes[g])
		}
	}
	return out
}

func TestTheOrderOfRowsChangesNoBit(t *testing.T) {
	for _, c := range []struct {
		name string
		data *Data
		o    Options
	}{
		{"of outcomes", outcomes(3000, 6, 1), Options{Objective: Logistic, Rounds: 30}},
		{"of groups", lists(60, 40, 6, 1), Options{Objective: LambdaMART, Rounds: 30}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, before := fitted(t, c.data, c.o)
			_, after := fitted(t, reordered(c.data, rand.New(rand.NewPCG(5, 5))), c.o)
			require.Equal(t, before, after)
		})
	}
}

func TestTheNumberOfProcessorsChangesNoBit(t *testing.T) {
	d, o := lists(100, 50, 20, 1), Options{Objective: LambdaMART, Rounds: 20, RowShare: 0.7, FeatureShare: 0.6, Seed: 3}
	_, many := fitted(t, d, o)
	for _, processors := range []int{1, 2, 7} {
		before := runtime.GOMAXPROCS(processors)
		_, data := fitted(t, d, o)
		runtime.GOMAXPROCS(before)
		require.Equal(t, many, data, "%d processors", processors)
	}
	o.Seed = 4
	_, other := fitted(t, d, o)
	require.NotEqual(t, many, other, "the control: another seed gives other trees")
}

func TestAGrowingFunctionOfAFeatureChangesNoScore(t *testing.T) {
	d := outcomes(3000, 5, 1)
	m, _ := fitted(t, d, Options{Objective: Logistic, Rounds: 30})
	bent := *d
	bent.Values = slices.Clone(d.Values)
	for i, v := range bent.Values {
		bent.Values[i] = float32(math.Exp(float64(v))) + 3*v
	}
	b, _ := fitted(t, &bent, Options{Objective: Logistic, Rounds: 30})
	require.Equal(t, bitsOf(m, d.Values), bitsOf(b, bent.Values))
}

func TestAWeightOfTwoIsARowTwice(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	d := grid(rng, 400, 4)
	weighted, repeated := *d, &Data{Features: d.Features}
	for i, y := range d.Labels {
		n := rng.IntN(3)
		weighted.Weights = append(weighted.Weights, float32(n))
		for range n {
			repeated.Values = append(repeated.Values, d.Values[i*4:(i+1)*4]...)
			repeated.Labels = append(repeated.Labels, y)
		}
	}
	m, _ := fitted(t, &weighted, Options{MinRows: 1, Rounds: 20})
	r, _ := fitted(t, repeated, Options{MinRows: 1, Rounds: 20})
	for i := range d.Labels {
		require.InDelta(t, m.Predict(d.Values[i*4:]), r.Predict(d.Values[i*4:]), 1e-6)
	}
}

func TestFeaturesThatTellNothingHaveNoImportance(t *testing.T) {
	d := outcomes(3000, 6, 1)
	for i := range d.Labels {
		d.Values[i*6+2] = 7
	}
	m, _ := fitted(t, d, Options{Objective: Logistic, Rounds: 20})
	importance, total := m.Importance(), 0.0
	for _, x := range importance {
		total += x
	}
	require.InDelta(t, 1, total, 1e-12)
	require.Zero(t, importance[2], "it is constant")
	require.Greater(t, importance[0], 2*importance[5], "one that matters, and noise")

	for i := range d.Values {
		d.Values[i] = float32(i % 6)
	}
	m, _ = fitted(t, d, Options{Objective: Logistic, Rounds: 20})
	require.Zero(t, m.Trees(), "all are constant")
	require.Equal(t, make([]float64, 6), m.Importance())
	rate, _ := d.mean()
	require.InDelta(t, math.Log(rate/(1-rate)), m.Predict(d.Values), 1e-12)
}

func TestMissingValuesGoWhereTheyDidBefore(t *testing.T) {
	nan := float32(math.NaN())
	for _, c := range []struct {
		name      string
		like      float32
		low, high float32
	}{
		{"they are like low values", -1, 1, 0},
		{"they are like high values", 1, 0, 1},
		{"they are like no others", nan, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := &Data{Features: 1}
			for i := range 300 {
				v := []float32{-1, 1, nan}[i%3]
				y := c.low
				if v == 1 {
					y = c.high
				}
				if v != v {
					y = 1
				}
				d.Values, d.Labels = append(d.Values, v), append(d.Labels, y)
			}
			m, _ := fitted(t, d, Options{Rate: 1, Rounds: 1})
			assert.InDelta(t, 1, m.Predict([]float32{nan}), 1e-6)
			assert.InDelta(t, c.low, m.Predict([]float32{-1}), 1e-6)
			assert.InDelta(t, c.high, m.Predict([]float32{float32(math.Inf(1))}), 1e-6)
		})
	}
}

// With as many leaves as rows nothing is left to explain, and one leaf of all
// rows explains nothing.
func TestTreesLearnRowsByHeartIfTheyMay(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 3))
	d := &Data{Features: 2}
	for range 200 {
		d.Values = append(d.Values, rng.Float32(), rng.Float32())
		d.Labels = append(d.Labels, rng.Float32())
	}
	errorOf := func(o Options) float64 {
		m, _ := fitted(t, d, o)
		scores := make([]float64, 200)
		m.PredictAll(d.Values, scores)
		return -squared{d}.quality(scores)
	}
	require.Less(t, errorOf(Options{MinRows: 1, Leaves: 256, Rate: 1, Rounds: 2}), 1e-9)
	require.Greater(t, errorOf(Options{MinRows: 101, Leaves: 256, Rate: 1, Rounds: 2}), 0.05)
}

func TestShuffledLabelsTeachNothing(t *testing.T) {
	auc := func(train *Data) float64 {
		m, _ := fitted(t, train, Options{Objective: Logistic, Rounds: 30})
		test := outcomes(20_000, 5, 2)
		scores, positive := make([]float64, len(test.Labels)), make([]bool, len(test.Labels))
		m.PredictAll(test.Values, scores)
		for i, y := range test.Labels {
			positive[i] = y == 1
		}
		d, err := metric.Discriminate(scores, positive)
		require.NoError(t, err)
		return d.AUC
	}
	d := outcomes(4000, 5, 1)
	require.Greater(t, auc(d), 0.75, "the control")
	rand.New(rand.NewPCG(1, 4)).Shuffle(len(d.Labels), func(i, j int) { d.Labels[i], d.Labels[j] = d.Labels[j], d.Labels[i] })
	require.InDelta(t, 0.5, auc(d), 0.03)
}

func TestLimitsOfTreesAreKept(t *testing.T) {
	d := outcomes(2000, 5, 1)
	m, _ := fitted(t, d, Options{Objective: Logistic, Rounds: 10, Leaves: 9, Depth: 3, MinRows: 50})
	require.Equal(t, 10, m.Trees())
	for _, tree := range m.trees {
		require.LessOrEqual(t, len(tree.leaves), 8, "a depth of 3 has room for no more")
		counts := map[float64]int{}
		for i := range d.Labels {
			counts[tree.output(d.Values[i*5:])]++
		}
		for _, n := range counts {
			require.GreaterOrEqual(t, n, 50)
		}
	}
	few, _ := fitted(t, d, Options{Objective: Logistic, Rounds: 10, MinGain: 20})
	many, _ := fitted(t, d, Options{Objective: Logistic, Rounds: 10})
	require.Less(t, len(few.trees[0].leaves), len(many.trees[0].leaves))
	small, _ := fitted(t, d, Options{Objective: Logistic, Rounds: 1, L2: 1e6})
	require.Less(t, math.Abs(small.trees[0].leaves[0]), 1e-4)
}

func TestValidationEndsAFit(t *testing.T) {
	train, valid := outcomes(2000, 5, 1), outcomes(2000, 5, 2)
	o := Options{Objective: Logistic, Rounds: 500, Rate: 0.3, Patience: 10}
	m, err := Fit(t.Context(), train, valid, &o)
	require.NoError(t, err)
	require.Len(t, m.Quality, m.Trees()+10)
	require.Less(t, m.Trees(), 200)
	require.Equal(t, slices.Max(m.Quality), m.Quality[m.Trees()-1])

	scores := make([]float64, len(valid.Labels))
	m.PredictAll(valid.Values, scores)
	require.Equal(t, m.Quality[m.Trees()-1], logistic{valid}.quality(scores), "it is that of the model")
	once, err := Fit(t.Context(), train, nil, &Options{Objective: Logistic, Rounds: m.Trees(), Rate: 0.3})
	require.NoError(t, err)
	require.Equal(t, bitsOf(once, valid.Values), bitsOf(m, valid.Values), "validation rows teach nothing")
	require.Equal(t, once.Importance(), m.Importance())

	o.Patience = 0
	o.Rounds = 100
	m, err = Fit(t.Context(), train, valid, &o)
	require.NoError(t, err)
	require.Equal(t, 100, m.Trees())
	require.Len(t, m.Quality, 100)
}

func TestAFitEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Fit(ctx, outcomes(1000, 5, 1), nil, nil)
	require.ErrorIs(t, err, context.Canceled)
}
