package candidate

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// closedForm returns equation 8 of Steck 2019, computed with gonum's inverse.
func closedForm(t testing.TB, p *interaction.Past, lambda float64) *mat.Dense {
	t.Helper()
	x := dense(p)
	n := len(p.Items)
	var gram, inverse mat.Dense
	gram.Mul(x.T(), x)
	for i := range n {
		gram.Set(i, i, gram.At(i, i)+lambda)
	}
	require.NoError(t, inverse.Inverse(&gram))
	b := mat.NewDense(n, n, nil)
	for i := range n {
		for j := range n {
			if i != j {
				b.Set(i, j, -inverse.At(i, j)/inverse.At(j, j))
			}
		}
	}
	return b
}

func TestEASEIsTheClosedFormOfSteck(t *testing.T) {
	p := knownShop(t, 1)
	e, err := TrainEASE(t.Context(), p, EASEOptions{Lambda: 7, MaxItems: 100})
	require.NoError(t, err)
	var want mat.Dense
	want.Mul(dense(p), closedForm(t, p, 7))
	for c, scores := range allScores(t, p, e) {
		assert.InDeltaSlice(t, want.RawRowView(c), scores, 1e-6)
	}
}

func TestEASELeavesOutTheLeastBoughtItems(t *testing.T) {
	p := known(t, []clm.Event{
		order("1", "ann", 1, "a", "b"), order("2", "ben", 1, "b", "c"), order("3", "cem", 1, "a", "b"),
	}, nil)
	e, err := TrainEASE(t.Context(), p, EASEOptions{Lambda: 1, MaxItems: 2})
	require.NoError(t, err)
	scores := allScores(t, p, e)
	assert.Positive(t, scores[1][0], "ben has b, which goes with a")
	assert.Zero(t, scores[0][2])
	_, ok := e.Cause(p.History(0), 2)
	assert.False(t, ok)
}

func TestEASECountsTheOthersWhoBoughtBoth(t *testing.T) {
	p := known(t, []clm.Event{
		order("1", "ann", 1, "a", "b"), order("2", "ben", 1, "a", "b"), order("3", "cem", 1, "a"),
	}, nil)
	e, err := TrainEASE(t.Context(), p, EASEOptions{Lambda: 1, MaxItems: 2})
	require.NoError(t, err)
	cause, ok := e.Cause(p.History(2), 1)
	require.True(t, ok)
	assert.Equal(t, Cause{Kind: AlsoBought, Items: []int32{0}, Count: 2}, cause)
	cause, ok = e.Cause(p.History(0), 1)
	require.True(t, ok)
	assert.Equal(t, 1, cause.Count, "ann is not another customer")
}
