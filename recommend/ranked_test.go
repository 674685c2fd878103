package recommend

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/recommend/internal/candidate"
)

// What the ranker does not order stays below in the order of the blend.
func TestWhatIsNotRankedComesAfter(t *testing.T) {
	events, catalogue := shop(6)
	blends := mustFit(t, events, catalogue, &Options{Sources: Sources()}).Blends()
	with := func(r RankerOptions) *Model {
		return mustFit(t, events, catalogue, &Options{Sources: Sources(), Ranker: r, Blend: BlendOptions{Use: blends}})
	}
	m, unranked := with(RankerOptions{Candidates: 5}), with(RankerOptions{Off: true})
	require.NotNil(t, m.rankers[NewItems], "the control: there is a ranker")
	moved := 0
	for _, c := range m.past.Customers {
		list := mustRecommend(t, m, Request{Customer: c, K: 15})
		plain := ids(mustRecommend(t, unranked, Request{Customer: c, K: 15}))
		require.Len(t, list.Items, len(plain))
		assert.ElementsMatch(t, plain[:5], ids(list)[:5])
		assert.Equal(t, plain[5:], ids(list)[5:])
		for i := 1; i < len(list.Items); i++ {
			if list.Items[i].Path == ByBlend {
				assert.LessOrEqual(t, list.Items[i].Score, list.Items[i-1].Score)
			}
		}
		if plain[0] != ids(list)[0] {
			moved++
		}
	}
	assert.Positive(t, moved, "the control: the ranker orders something anew")
}

func TestWhatFollowsIsNeverAbove(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		end, other := rapid.Float64Range(1e-9, 9).Draw(t, "end"), rapid.Float64Range(1e-9, 1).Draw(t, "other")
		items := []candidate.Scored{{Score: end}, {Score: end * rapid.Float64Range(0, 1).Draw(t, "share")}}
		follow(items, end, other)
		require.LessOrEqual(t, items[0].Score, other)
		require.LessOrEqual(t, items[1].Score, items[0].Score)
	})
}
