package tree

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatCannotBeLearnedIsAnError(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	good := Data{Features: 1, Values: []float32{1, 2, 3, 4}, Labels: []float32{0, 1, 0, 1}, Groups: []int{2, 2}}
	for _, c := range []struct {
		name string
		o    Options
		edit func(d *Data)
		want string
	}{
		{"no rows", Options{}, func(d *Data) { d.Labels, d.Values = nil, nil }, "0 rows of 1 features: nothing to learn from"},
		{"no features", Options{}, func(d *Data) { d.Features = 0 }, "nothing to learn from"},
		{"too few values", Options{}, func(d *Data) { d.Values = d.Values[:3] }, "3 values for 4 rows"},
		{"a row cut short", Options{}, func(d *Data) { d.Features = 3 }, "4 values for 4 rows of 3 features"},
		{"too few weights", Options{}, func(d *Data) { d.Weights = []float32{1} }, "1 weights for 4 rows"},
		{"a negative weight", Options{}, func(d *Data) { d.Weights = []float32{1, -1, 1, 1} }, "weight 1 is -1"},
		{"an infinite weight", Options{}, func(d *Data) { d.Weights = []float32{1, 1, inf, 1} }, "weight 2 is +Inf"},
		{"a label that is no number", Options{}, func(d *Data) { d.Labels = []float32{0, nan, 0, 1} }, "label 1 is NaN"},
		{"an infinite label", Options{}, func(d *Data) { d.Labels = []float32{0, 1, inf, 1} }, "label 2 is +Inf"},
		{"no probability", Options{Objective: Logistic}, func(d *Data) { d.Labels = []float32{0, 2, 0, 1} }, "label 1 is 2, not in [0, 1]"},
		{"a negative gain", Options{Objective: LambdaMART}, func(d *Data) { d.Labels = []float32{0, 1, 0, -1} }, "label 3 is -1"},
		{"no groups", Options{Objective: LambdaMART}, func(d *Data) { d.Groups = nil }, "groups have 0 rows, there are 4"},
		{"groups of too few rows", Options{Objective: Pairwise}, func(d *Data) { d.Groups = []int{3} }, "groups have 3 rows"},
		{"groups of too many rows", Options{Objective: Pairwise}, func(d *Data) { d.Groups = []int{3, 2} }, "group 1 has 2 rows, 1 are left"},
		{"a group of negative size", Options{Objective: Pairwise}, func(d *Data) { d.Groups = []int{5, -1} }, "group 0 has 5 rows"},
		{"too few numbers of relevant items", Options{Objective: LambdaMART}, func(d *Data) { d.Relevant = []int{1} }, "1 numbers of relevant items for 2 groups"},
		{"a negative number of relevant items", Options{Objective: LambdaMART}, func(d *Data) { d.Relevant = []int{1, -1} }, "group 1 has -1 relevant items"},
		{"an unknown objective", Options{Objective: 9}, func(*Data) {}, "unknown objective Objective(9)"},
		{"too many leaves", Options{Leaves: 257}, func(*Data) {}, "257 leaves, not in [2, 256]"},
		{"a negative number of rounds", Options{Rounds: -1}, func(*Data) {}, "-1 rounds"},
		{"a rate above 1", Options{Rate: 1.5}, func(*Data) {}, "rate 1.5"},
		{"a share that is no number", Options{RowShare: math.NaN()}, func(*Data) {}, "share of rows NaN"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := good
			c.edit(&d)
			_, err := Fit(t.Context(), &d, nil, &c.o)
			require.ErrorContains(t, err, c.want)
			require.ErrorContains(t, err, "tree: ")
		})
	}
	_, err := Fit(t.Context(), &Data{}, nil, nil)
	require.ErrorIs(t, err, ErrEmpty)
	_, err = Fit(t.Context(), &good, &Data{Features: 2, Values: make([]float32, 2), Labels: make([]float32, 1)}, nil)
	require.ErrorContains(t, err, "validate: 2 features, 1 to train")
	_, err = Fit(t.Context(), &good, &Data{Features: 1}, nil)
	require.ErrorIs(t, err, ErrEmpty)
}

func TestWhereThereIsNothingToTellApartTheModelIsConstant(t *testing.T) {
	row := []float32{7}
	for _, c := range []struct {
		name string
		o    Options
		data Data
		want float64
	}{
		{"one number", Options{}, Data{Labels: []float32{3, 3, 3}}, 3},
		{"outcomes of one kind: half a row is of the other", Options{Objective: Logistic}, Data{Labels: []float32{1, 1, 1}}, math.Log(7)},
		{"lists of nothing relevant", Options{Objective: LambdaMART}, Data{Labels: []float32{0, 0, 0}, Groups: []int{1, 2}}, 0},
		{"lists of nothing but relevant", Options{Objective: LambdaMART}, Data{Labels: []float32{1, 1, 0}, Groups: []int{2, 1, 0}}, 0},
		{"rows without weight", Options{}, Data{Labels: []float32{1, 2, 3}, Weights: make([]float32, 3)}, 0},
		{"fewer rows than two leaves have", Options{}, Data{Labels: []float32{1, 2, 3}}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.data.Features, c.data.Values = 1, []float32{1, 2, 3}
			m, err := Fit(t.Context(), &c.data, nil, &c.o)
			require.NoError(t, err)
			require.Zero(t, m.Trees())
			require.InDelta(t, c.want, m.Predict(row), 1e-12)
			out := make([]float64, 3)
			m.PredictAll([]float32{1, 2, 3}, out)
			require.InDelta(t, c.want, out[2], 1e-12)
		})
	}
}

func TestRowsOfAnotherLengthAreAMistake(t *testing.T) {
	m, _ := small(t)
	require.Panics(t, func() { m.Predict(make([]float32, 2)) })
	require.Panics(t, func() { m.PredictAll(make([]float32, 5), make([]float64, 2)) })
	require.NotPanics(t, func() { m.PredictAll(nil, nil) })
}
