package metric

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDiscriminationAgreesWithPublishedExamples(t *testing.T) {
	// The examples of roc_auc_score and average_precision_score in the manual
	// of scikit-learn, which prints 0.75 and 0.83.
	d, err := Discriminate([]float64{0.1, 0.4, 0.35, 0.8}, []bool{false, false, true, true})
	require.NoError(t, err)
	assert.InDelta(t, 0.75, d.AUC, 1e-15)
	assert.InDelta(t, 5.0/6, d.PRAUC, 1e-15)
}

func TestDiscrimination(t *testing.T) {
	for _, c := range []struct {
		name     string
		scores   []float64
		positive []bool
		want     Discrimination
	}{
		{"a perfect order", []float64{3, 2, 1}, []bool{true, false, false}, Discrimination{1, 1, 1, 3, 1.5}},
		{"a reversed order", []float64{1, 2, 3}, []bool{true, false, false}, Discrimination{0, 1.0 / 3, (0.5 + 2.0/3) / 2, 0, 0}},
		{"all scores equal", []float64{5, 5, 5, 5}, []bool{true, false, false, true}, Discrimination{0.5, 0.5, 0.5, 2, 0}},
		// pairs: won, won, tied, won
		{"a tie counts one half", []float64{4, 2, 2, 1}, []bool{true, true, false, false}, Discrimination{3.5 / 4, (1 + 2.0/3) / 2, (1 + 2.0/3) / 2, 2, 2}},
		{"infinite scores", []float64{math.Inf(1), math.Inf(-1)}, []bool{true, false}, Discrimination{1, 1, 1, 2, 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := Discriminate(c.scores, c.positive)
			require.NoError(t, err)
			assert.InDeltaSlice(t,
				[]float64{c.want.AUC, c.want.PRAUC, c.want.PRAUCNegative, c.want.Lift, c.want.LiftNegative},
				[]float64{d.AUC, d.PRAUC, d.PRAUCNegative, d.Lift, d.LiftNegative}, 1e-15)
		})
	}
}

func TestLiftCountsATenth(t *testing.T) {
	scores, positive := make([]float64, 29), make([]bool, 29)
	for i := range scores {
		scores[i] = float64(-i)
		positive[i] = i == 0 || i == 2 // ranks 1 and 3; the tenth of 29 is 2
	}
	d, err := Discriminate(scores, positive)
	require.NoError(t, err)
	assert.InDelta(t, 0.5/(2.0/29), d.Lift, 1e-12)
	assert.InDelta(t, 29.0/27, d.LiftNegative, 1e-12)
}

func TestCalibrationAgreesWithPublishedExamples(t *testing.T) {
	// The examples of brier_score_loss and log_loss in the manual of
	// scikit-learn, which print 0.037 and 0.21616.
	c, err := Calibrate([]float64{0.1, 0.9, 0.8, 0.3}, []bool{false, true, true, false})
	require.NoError(t, err)
	assert.InDelta(t, 0.0375, c.Brier, 1e-12)
	c, err = Calibrate([]float64{0.9, 0.1, 0.2, 0.65}, []bool{true, false, false, true})
	require.NoError(t, err)
	assert.InDelta(t, 0.21616, c.LogLoss, 5e-6)
}

func TestCalibrationErrorTakesBinsOfEqualSize(t *testing.T) {
	// Eleven rows: the first bin has two, with a mean of 0.15 and one
	// positive; the other bins have one row each.
	p := []float64{0.1, 0.2, 0.3, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1}
	y := []bool{true, false, false, true, false, true, true, true, true, true, true}
	want := (math.Abs(1-0.3) + 0.3 + 0.7 + 0.4 + 0.5 + 0.4 + 0.3 + 0.2 + 0.1 + 0) / 11
	c, err := Calibrate(p, y)
	require.NoError(t, err)
	assert.InDelta(t, want, c.ECE, 1e-12)
	assert.InDelta(t, 8.0/11, c.Rate, 1e-12)
	assert.InDelta(t, 5.8/11, c.Mean, 1e-12)
}

func TestCertaintyThatFailsIsBoundedLoss(t *testing.T) {
	c, err := Calibrate([]float64{1, 0}, []bool{false, true})
	require.NoError(t, err)
	assert.InDelta(t, 1, c.Brier, 0)
	assert.InDelta(t, 15*math.Ln10, c.LogLoss, 0.1)
}

func TestMeasuresRefuseWhatCannotBeMeasured(t *testing.T) {
	_, err := Discriminate([]float64{1, 2}, []bool{true, true})
	require.ErrorIs(t, err, ErrClasses)
	_, err = Discriminate(nil, nil)
	require.ErrorIs(t, err, ErrClasses)
	_, err = Discriminate([]float64{1}, []bool{true, false})
	require.ErrorContains(t, err, "1 scores for 2 outcomes")
	_, err = Discriminate([]float64{1, math.NaN()}, []bool{true, false})
	require.ErrorContains(t, err, "score 1 is not a number")
	_, err = Calibrate(nil, nil)
	require.ErrorContains(t, err, "no rows")
	_, err = Calibrate([]float64{1.5}, []bool{true})
	require.ErrorContains(t, err, "not in [0, 1]")
	_, err = Calibrate([]float64{math.NaN()}, []bool{true})
	require.ErrorContains(t, err, "not a number")
}

func TestLawsOfMeasures(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 50 {
		n := 20 + rng.IntN(100)
		p, y, cubed := make([]float64, n), make([]bool, n), make([]float64, n)
		for i := range p {
			p[i] = float64(rng.IntN(20)) / 20
			y[i] = i < 2 || i > 2 && rng.Float64() < p[i]
			cubed[i] = p[i] * p[i] * p[i]
		}
		before, err := Discriminate(p, y)
		require.NoError(t, err)
		same, err := Discriminate(cubed, y)
		require.NoError(t, err)
		require.Equal(t, before, same, "a growing function of the scores changes nothing")

		loss, err := Calibrate(p, y)
		require.NoError(t, err)
		rng.Shuffle(n, func(i, j int) { p[i], p[j], y[i], y[j] = p[j], p[i], y[j], y[i] })
		after, err := Discriminate(p, y)
		require.NoError(t, err)
		require.InDelta(t, before.AUC, after.AUC, 1e-12, "the order of rows does not matter")
		require.InDelta(t, before.PRAUC, after.PRAUC, 1e-12)
		moved, err := Calibrate(p, y)
		require.NoError(t, err)
		require.InDelta(t, loss.Brier, moved.Brier, 1e-12)
		require.GreaterOrEqual(t, loss.ECE+1e-12, math.Abs(loss.Mean-loss.Rate), "no bins hide a wrong level")
	}
}
