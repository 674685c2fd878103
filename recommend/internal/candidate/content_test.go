package candidate

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// What is wanted is remembered for all sources; one that leaves items out of it
// must not take them from the others.
func TestContentLeavesWhatIsRememberedAsItWas(t *testing.T) {
	catalogue, err := clm.NewCatalogue(clm.Item{ID: "a", Title: "blue tea cup"}, clm.Item{ID: "b", Title: "blue tea pot"}, clm.Item{ID: "z", Title: "rug"})
	require.NoError(t, err)
	v := &interaction.Vocabulary{Items: []clm.ItemID{"a", "b", "untitled", "z"}, Index: map[clm.ItemID]int32{"a": 0, "b": 1, "untitled": 2, "z": 3}}
	for _, id := range v.Items {
		v.Catalogue = append(v.Catalogue, catalogue.Item(id))
	}
	c, err := NewContent(t.Context(), v, ContentOptions{Candidates: 9, Similarity: 0.1, HalfLife: 60 * day}, nil)
	require.NoError(t, err)
	h := (&interaction.History{Customer: -1, Signals: []interaction.Signal{{Item: 0, Weight: 1}, {Item: 2, Weight: 1}, {Item: 3, Weight: 1}}}).Remembering()
	before := slices.Clone(h.Wants(60 * day))
	require.Len(t, before, 3)
	require.NoError(t, c.Score(t.Context(), h, NewScores(4)))
	assert.Equal(t, before, h.Wants(60*day))
}
