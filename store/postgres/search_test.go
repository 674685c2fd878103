package postgres_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/clmkit/clmkit/internal/pgtest"
	"github.com/clmkit/clmkit/store/postgres"
	"github.com/clmkit/clmkit/vector"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// cloud returns n vectors around a number of centres, as embeddings lie. Every
// hundredth is rare, every tenth is uncommon.
func cloud(random *rand.Rand, n, dimension int) []vector.Record {
	centres := make([][]float32, 50)
	for i := range centres {
		centres[i] = noise(random, dimension)
	}
	records := make([]vector.Record, n)
	for i := range records {
		v := noise(random, dimension)
		for j, x := range centres[random.IntN(len(centres))] {
			v[j] = x + 0.6*v[j]
		}
		records[i] = vector.Record{ID: fmt.Sprintf("r-%06d", i), Vector: v, Attributes: map[string]string{
			"rare": fmt.Sprint(i%100 == 7), "uncommon": fmt.Sprint(i%10 == 3),
		}}
	}
	return records
}

func noise(random *rand.Rand, dimension int) []float32 {
	v := make([]float32, dimension)
	for i := range v {
		v[i] = float32(random.NormFloat64())
	}
	return v
}

// recall returns the share of the true neighbours that a store finds, and fails
// when it finds too few, or in another order than that of their scores.
func recall(t testing.TB, s vector.Store, truth *vector.Memory, queries []vector.Query) float64 {
	found, wanted := 0, 0
	for _, q := range queries {
		want, err := truth.Search(t.Context(), q)
		require.NoError(t, err)
		got, err := s.Search(t.Context(), q)
		require.NoError(t, err)
		require.Len(t, got, len(want), "as many as there are")
		near := map[string]float64{}
		for _, m := range want {
			near[m.ID] = m.Score
		}
		for i, m := range got {
			score, ok := near[m.ID]
			if ok {
				found++
				assert.InDelta(t, score, m.Score, 1e-4)
			}
			require.True(t, i == 0 || got[i-1].Score >= m.Score, "best first")
		}
		wanted += len(want)
	}
	return float64(found) / float64(wanted)
}

func TestTheIndexFindsNearlyAllAndAlwaysEnough(t *testing.T) {
	pool := pgtest.Open(t)
	random := rand.New(rand.NewPCG(1, 2))
	const dimension = 24
	records := cloud(random, 1000, dimension)
	var truth vector.Memory
	require.NoError(t, truth.Upsert(t.Context(), records...))
	for _, half := range []bool{false, true} {
		db := open(t, pool, nil)
		s, err := db.Vectors(t.Context(), fmt.Sprintf("half_%v", half), dimension, &postgres.VectorOptions{Half: half, Exact: 100})
		require.NoError(t, err)
		require.NoError(t, s.Upsert(t.Context(), records...))
		exec(t, pool, "ANALYZE")
		for _, c := range []struct {
			name   string
			k      int
			filter vector.Filter
			least  float64
		}{
			{"ten of all", 10, nil, 0.95},
			{"more than an index search looks at", 150, nil, 0.95},
			{"so many that all are compared", 800, nil, 1},
			{"one in a hundred", 10, vector.Filter{{Attribute: "rare", AnyOf: []string{"true"}}}, 1},
			{"nine in ten", 10, vector.Filter{{Attribute: "uncommon", AnyOf: []string{"false"}}}, 0.95},
			{"more than pass", 100, vector.Filter{{Attribute: "rare", AnyOf: []string{"true"}}}, 1},
		} {
			var queries []vector.Query
			for range 20 {
				queries = append(queries, vector.Query{Vector: noise(random, dimension), K: c.k, Filter: c.filter})
			}
			r := recall(t, s, &truth, queries)
			t.Logf("half=%v %s: recall %.3f", half, c.name, r)
			assert.GreaterOrEqual(t, r, c.least, "half=%v %s", half, c.name)
		}
	}
}

func TestASetThatCannotBeMadeIsRefused(t *testing.T) {
	db := open(t, pgtest.Open(t), nil)
	for _, name := range []string{"", "Items", "a-b", "1a", `a"; DROP TABLE x`, "ä"} {
		_, err := db.Vectors(t.Context(), name, 3, nil)
		assert.ErrorContains(t, err, "no name of a set", name)
	}
	for _, dimension := range []int{-1, 0, 2001} {
		_, err := db.Vectors(t.Context(), "items", dimension, nil)
		assert.ErrorIs(t, err, vector.ErrDimension)
	}
	_, err := db.Vectors(t.Context(), "items", 3, nil)
	require.NoError(t, err)
	_, err = db.Vectors(t.Context(), "items", 4, nil)
	assert.ErrorIs(t, err, vector.ErrDimension, "a set keeps its dimension")
	_, err = db.Vectors(t.Context(), "large", 4000, &postgres.VectorOptions{Half: true})
	require.NoError(t, err)
}

func TestLongAttributesAreFoundToo(t *testing.T) {
	db := open(t, pgtest.Open(t), nil)
	s := vectors(t, db)
	long := make([]byte, 100_000)
	for i := range long {
		long[i] = 'a' + byte(i*i%23)
	}
	require.NoError(t, s.Upsert(t.Context(),
		vector.Record{ID: "a", Vector: []float32{1, 0, 0}, Attributes: map[string]string{"text": string(long)}},
		vector.Record{ID: "b", Vector: []float32{1, 0, 0}, Attributes: map[string]string{"text": string(long[1:])}}))
	found, err := s.Search(t.Context(), vector.Query{Vector: []float32{1, 0, 0}, Filter: vector.Filter{{Attribute: "text", AnyOf: []string{string(long)}}}})
	require.NoError(t, err)
	require.Len(t, found, 1)
	assert.Equal(t, "a", found[0].ID)
}
