package recommend

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// trials returns n customers with one relevant item among three candidates:
// of two sources the first ranks it at place a, the second at place b.
func trials(n, a, b int) []trial {
	column := func(first int) []float64 {
		var scores []float64
		for item := range 3 {
			scores = append(scores, 1/float64(1+(item-first+3)%3))
		}
		return scores
	}
	one := trial{scores: [][]float64{column(a), column(b)}, hits: []bool{false, false, true}, relevant: 1}
	all := make([]trial, n)
	for i := range all {
		all[i] = one
	}
	return all
}

func TestTheBestSourceStandsAloneWhereABlendIsNoBetter(t *testing.T) {
	weights, b := chooseWeights([]string{"good", "bad"}, trials(20, 2, 0))
	assert.Equal(t, []float64{1, 0}, weights)
	assert.Equal(t, Blend{Weights: map[string]float64{"good": 1}, Customers: 20, NDCG: 1, Best: "good", BestNDCG: 1}, b)
}

func TestWithoutTrialsOneSourceHasAllTheWeight(t *testing.T) {
	m := mustFit(t, []clm.Event{order("1", "ann", 1, "a")}, nil, nil)
	assert.Equal(t, Blends{
		NewItems:   {Weights: map[string]float64{ItemKNN: 1}},
		NextBasket: {Weights: map[string]float64{Repeat: 1}},
	}, m.Blends())
	m = mustFit(t, []clm.Event{order("1", "ann", 1, "a")}, nil, &Options{Sources: []string{Popularity}})
	assert.Equal(t, map[string]float64{Popularity: 1}, m.Blends()[NextBasket].Weights)
}

func TestABlendIsChosenWhereItIsBetterOnCustomersThatDidNotChooseIt(t *testing.T) {
	events, catalogue := shop(1)
	for task, b := range mustFit(t, events, catalogue, nil).Blends() {
		assert.Positive(t, b.Customers, "task %s", task)
		if len(b.Weights) > 1 {
			assert.Greater(t, b.NDCG, b.BestNDCG, "task %s", task)
		} else {
			assert.Equal(t, map[string]float64{b.Best: 1}, b.Weights)
		}
	}
}

func TestTheWindowIsHeldOut(t *testing.T) {
	p := known(t, []clm.Event{order("1", "ann", 100, "a"), order("2", "ann", 60, "b"), order("3", "ben", 10, "a")})
	assert.Equal(t, 50*day, holdOut(p, 0), "half of what the events span")
	assert.Equal(t, 20*day, holdOut(p, 20*day))
	past, err := p.Before(t.Context(), now.Add(-50*day))
	require.NoError(t, err)
	assert.Equal(t, []interaction.Wanted{{Item: 0, Weight: 1}, {Item: 1, Weight: 1}}, past.History(0).Wants(0))
	assert.Empty(t, past.History(1).Signals)
	nothing, err := p.Before(t.Context(), now.AddDate(-1, 0, 0))
	require.NoError(t, err)
	assert.Zero(t, nothing.Span())
}

func TestCustomersAreSpreadEvenly(t *testing.T) {
	assert.Equal(t, []int{0, 2, 4}, spread([]int{0, 1, 2, 3, 4, 5}, 3))
	assert.Equal(t, []int{0, 1}, spread([]int{0, 1}, 3))
}

// known returns what was known of the events at now.
func known(t testing.TB, events []clm.Event) *interaction.Past {
	t.Helper()
	records, err := interaction.Read(clm.Sequence(events), interaction.Weights{clm.Ordered: 1}, now)
	require.NoError(t, err)
	p, err := records.Before(t.Context(), now, nil)
	require.NoError(t, err)
	return p
}
