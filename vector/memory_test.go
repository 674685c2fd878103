package vector_test

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/vector"
	"github.com/clmkit/clmkit/vector/vectortest"
)

func TestMemoryIsAStore(t *testing.T) {
	vectortest.Run(t, func(*testing.T) vector.Store { return new(vector.Memory) })
}

// TestMemoryAgreesWithSorting compares searches with a full sort over cosines computed in float64, for dimensions
// around the width of the kernel, while records come and go.
func TestMemoryAgreesWithSorting(t *testing.T) {
	for _, dimension := range []int{1, 2, 7, 8, 9, 31, 1536} {
		random := rand.New(rand.NewPCG(uint64(dimension), 1))
		var store vector.Memory
		records := map[string]vector.Record{}
		for range 400 {
			id := strconv.Itoa(random.IntN(150))
			if random.IntN(4) == 0 {
				require.NoError(t, store.Delete(t.Context(), id))
				delete(records, id)
				continue
			}
			colour := []string{"red", "blue", "green"}[random.IntN(3)]
			r := vector.Record{ID: id, Vector: randomVector(random, dimension), Attributes: map[string]string{"colour": colour}}
			require.NoError(t, store.Upsert(t.Context(), r))
			records[id] = r
		}
		q := vector.Query{Vector: randomVector(random, dimension), K: 12,
			Filter: vector.Filter{{Attribute: "colour", AnyOf: []string{"red", "green"}}}}
		matches, err := store.Search(t.Context(), q)
		require.NoError(t, err)
		assertScores(t, sortedCosines(records, q), matches, records, q)
	}
}

func sortedCosines(records map[string]vector.Record, q vector.Query) []float64 {
	var scores []float64
	for _, r := range records {
		if r.Attributes["colour"] != "blue" {
			scores = append(scores, cosine(r.Vector, q.Vector))
		}
	}
	slices.SortFunc(scores, func(a, b float64) int { return cmp.Compare(b, a) })
	return scores[:min(q.K, len(scores))]
}

func assertScores(t *testing.T, want []float64, got []vector.Match, records map[string]vector.Record, q vector.Query) {
	t.Helper()
	require.Len(t, got, len(want))
	for i, m := range got {
		assert.InDelta(t, want[i], m.Score, 1e-5)
		assert.InDelta(t, cosine(records[m.ID].Vector, q.Vector), m.Score, 1e-5)
	}
}

func cosine(a, b []float32) float64 {
	var ab, aa, bb float64
	for i, x := range a {
		ab += float64(x) * float64(b[i])
		aa += float64(x) * float64(x)
		bb += float64(b[i]) * float64(b[i])
	}
	return ab / math.Sqrt(aa*bb)
}

func TestAnEmptiedMemoryTakesANewDimension(t *testing.T) {
	var store vector.Memory
	require.NoError(t, store.Upsert(t.Context(), vector.Record{ID: "a", Vector: []float32{1, 0}}))
	err := store.Upsert(t.Context(), vector.Record{ID: "b", Vector: []float32{1, 0, 0}})
	require.EqualError(t, err, `vector: record 0 ("b"): 3 numbers instead of 2: wrong dimension`)
	require.NoError(t, store.Delete(t.Context(), "a"))
	require.NoError(t, store.Upsert(t.Context(), vector.Record{ID: "b", Vector: []float32{1, 0, 0}}))
}

func TestTheDimensionIsThatOfTheFirstRecordOfTheCall(t *testing.T) {
	var store vector.Memory
	err := store.Upsert(t.Context(),
		vector.Record{ID: "a", Vector: []float32{1, 0}}, vector.Record{ID: "b", Vector: []float32{1, 0, 0}})
	require.ErrorIs(t, err, vector.ErrDimension)
	require.NoError(t, store.Upsert(t.Context(), vector.Record{ID: "b", Vector: []float32{1, 0, 0}}),
		"the refused call must not have fixed the dimension")
}

func randomVector(random *rand.Rand, dimension int) []float32 {
	v := make([]float32, dimension)
	for i := range v {
		v[i] = float32(random.NormFloat64())
	}
	return v
}
