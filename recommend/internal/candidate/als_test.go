package candidate

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

func alsOptions() ALSOptions {
	return ALSOptions{Factors: 6, Rounds: 8, Steps: 3, Alpha: 5, Lambda: 2, HalfLife: 60 * day, Candidates: 1000, Seed: 1}
}

// solved returns the factors of equation 4 of Hu, Koren and Volinsky, by
// gonum's solver: the minimum for one customer with the items' factors as they
// are.
func solved(t testing.TB, y *mat.Dense, o ALSOptions, wants []interaction.Wanted) []float64 {
	t.Helper()
	d := o.Factors
	var a mat.Dense
	a.Mul(y.T(), y)
	b := mat.NewVecDense(d, nil)
	for _, w := range wants {
		row := y.RowView(int(w.Item))
		var outer mat.Dense
		outer.Outer(o.Alpha*w.Weight, row, row)
		a.Add(&a, &outer)
		b.AddScaledVec(b, 1+o.Alpha*w.Weight, row)
	}
	for i := range d {
		a.Set(i, i, a.At(i, i)+o.Lambda)
	}
	var x mat.VecDense
	require.NoError(t, x.SolveVec(&a, b))
	return x.RawVector().Data
}

func itemFactors(a *ALS) *mat.Dense {
	y := mat.NewDense(len(a.past.Items), a.o.Factors, nil)
	for i := range a.past.Items {
		for j, v := range a.items.row(i) {
			y.Set(i, j, float64(v))
		}
	}
	return y
}

func TestALSFoldsAHistoryIn(t *testing.T) {
	p := knownShop(t, 6)
	a, err := TrainALS(t.Context(), p, alsOptions())
	require.NoError(t, err)
	y := itemFactors(a)
	for c := range p.Customers {
		h := p.History(int32(c))
		x := mat.NewVecDense(a.o.Factors, solved(t, y, a.o, h.Wants(a.o.HalfLife)))
		var want mat.VecDense
		want.MulVec(y, x)
		for i, got := range scoresOf(t, a, h, len(p.Items)) {
			require.InDelta(t, max(0, want.AtVec(i)), got, 1e-4)
		}
	}
}

// loss is equation 3 of Hu, Koren and Volinsky with the best customers for the
// items.
func loss(t testing.TB, a *ALS, p *interaction.Past) float64 {
	t.Helper()
	y, x := itemFactors(a), dense(p)
	total := a.o.Lambda * mat.Dot(y.ColView(0), y.ColView(0))
	for j := 1; j < a.o.Factors; j++ {
		total += a.o.Lambda * mat.Dot(y.ColView(j), y.ColView(j))
	}
	for c := range p.Customers {
		var wants []interaction.Wanted
		for _, cell := range p.Rows.Row(c) {
			wants = append(wants, interaction.Wanted{Item: cell.Number, Weight: float64(cell.Weight)})
		}
		customer := mat.NewVecDense(a.o.Factors, solved(t, y, a.o, wants))
		total += a.o.Lambda * mat.Dot(customer, customer)
		for i := range p.Items {
			wanted := x.At(c, i)
			miss := min(1, wanted) - mat.Dot(customer, y.RowView(i))
			total += (1 + a.o.Alpha*wanted) * miss * miss
		}
	}
	return total
}

func TestEachRoundOfALSLowersItsLoss(t *testing.T) {
	p := knownShop(t, 7)
	last := 1e300
	for rounds := 1; rounds <= 5; rounds++ {
		o := alsOptions()
		o.Rounds = rounds
		a, err := TrainALS(t.Context(), p, o)
		require.NoError(t, err)
		now := loss(t, a, p)
		assert.Less(t, now, last, "round %d", rounds)
		last = now
	}
}

func TestALSSplitsAScoreAmongTheHistory(t *testing.T) {
	p := knownShop(t, 6)
	a, err := TrainALS(t.Context(), p, alsOptions())
	require.NoError(t, err)
	h := p.History(0)
	for _, b := range best(t, p, a, h, 5) {
		cause, ok := a.Cause(h, p.Index[b])
		if !ok {
			continue
		}
		assert.Equal(t, AlsoBought, cause.Kind)
		assert.Equal(t, p.BuyersOfBoth(cause.Items[0], p.Index[b], 0), cause.Count)
		return
	}
	t.Fatal("no cause")
}

func TestALSIsTheSameForTheSameSeed(t *testing.T) {
	p := knownShop(t, 8)
	train := func(seed uint64) []float32 {
		o := alsOptions()
		o.Seed = seed
		a, err := TrainALS(t.Context(), p, o)
		require.NoError(t, err)
		return a.items.values
	}
	assert.Equal(t, train(3), train(3))
	assert.NotEqual(t, train(3), train(4))
}

func TestALSKnowsNothingOfStrangersAndEmptyShops(t *testing.T) {
	a, err := TrainALS(t.Context(), knownShop(t, 6), alsOptions())
	require.NoError(t, err)
	assert.Empty(t, best(t, a.past, a, &interaction.History{Customer: -1}, 9))
	catalogue, err := clm.NewCatalogue(clm.Item{ID: "unsold"})
	require.NoError(t, err)
	empty := known(t, nil, catalogue)
	a, err = TrainALS(t.Context(), empty, alsOptions())
	require.NoError(t, err)
	assert.Empty(t, best(t, empty, a, &interaction.History{Signals: []interaction.Signal{{Weight: 1}}}, 9))
}

func TestOnlyTheBestItemsGetAScore(t *testing.T) {
	p := knownShop(t, 6)
	o := alsOptions()
	whole, err := TrainALS(t.Context(), p, o)
	require.NoError(t, err)
	o.Candidates = 4
	few, err := TrainALS(t.Context(), p, o)
	require.NoError(t, err)
	for c := range p.Customers {
		h := p.History(int32(c))
		assert.Equal(t, best(t, p, whole, h, 4), best(t, p, few, h, 99))
	}
}
