package explore_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/filter"
	"github.com/clmkit/clmkit/recommend/explore"
	"github.com/clmkit/clmkit/recommend/rules"
)

// TestExplorationKeepsTheRules arranges, explores with what the rules can spare, and
// counts: no cap is broken, promotions stand where they stood, nothing is there
// twice.
func TestExplorationKeepsTheRules(t *testing.T) {
	own, err := filter.Parse(`brand = "own"`)
	require.NoError(t, err)
	r := rules.Rules{
		Promotions: []rules.Promotion{{Name: "own", Where: own, Share: 0.3}},
		Caps:       []rules.Cap{{By: rules.Brand, Most: 3}, {By: "attribute.colour", Most: 2}},
	}
	plan, err := r.Compile(time.Unix(0, 0))
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		list := rules.List{K: 6, Seed: rapid.Uint64().Draw(t, "seed")}
		for i := range rapid.IntRange(6, 40).Draw(t, "candidates") {
			list.Candidates = append(list.Candidates, rules.Candidate{Score: 1 / float64(i+1), Item: &clm.Item{
				ID: clm.ItemID(fmt.Sprint(i)), Brand: rapid.SampledFrom([]string{"own", "a", "b", ""}).Draw(t, "brand"),
				Attributes: map[string]string{"colour": rapid.SampledFrom([]string{"red", "blue", "green", ""}).Draw(t, "colour")},
			}})
		}
		arranged, err := plan.Arrange(&list)
		require.NoError(t, err)
		spare, err := plan.Spare(&list, arranged, 20)
		require.NoError(t, err)

		var items []*clm.Item
		var arms []explore.Arm
		for _, p := range arranged.Places {
			items, arms = append(items, p.Item), append(arms, explore.Arm{Score: p.Score, Expected: 100, Taken: 50, Held: p.Held})
		}
		for _, c := range spare {
			items, arms = append(items, c.Item), append(arms, explore.Arm{Score: c.Score})
		}
		if len(arranged.Places) == 0 {
			return
		}
		choices, err := explore.Thompson{Slots: 4}.Choose(arms, len(arranged.Places), rand.New(rand.NewPCG(list.Seed, 1)))
		require.NoError(t, err)
		brands, colours, seen := map[string]int{}, map[string]int{}, map[clm.ItemID]bool{}
		for place, c := range choices {
			item := items[c.Arm]
			brands[item.Brand]++
			colours[item.Attributes["colour"]]++
			require.False(t, seen[item.ID])
			seen[item.ID] = true
			if arranged.Places[place].Promotion != "" {
				require.Same(t, arranged.Places[place].Item, item)
			}
		}
		delete(brands, "")
		delete(colours, "")
		for brand, n := range brands {
			require.LessOrEqual(t, n, 3, brand)
		}
		for colour, n := range colours {
			require.LessOrEqual(t, n, 2, colour)
		}
	})
}
