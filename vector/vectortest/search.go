package vectortest

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/vector"
)

func emptyStore(t *testing.T, s vector.Store) {
	assert.Empty(t, found(t, s, 5))
	require.NoError(t, s.Upsert(t.Context()))
	require.NoError(t, s.Delete(t.Context()))
	assert.Empty(t, found(t, s, 5))
}

func nearestFirst(t *testing.T, s vector.Store) {
	upsert(t, s, record("opposite", -2, 0, 0), record("same", 5, 0, 0), record("diagonal", 1, 1, 0),
		record("right angle", 0, 0, 0.001), record("huge", 3e38, 3e38, 3e38), record("tiny", 1e-40, 0, 1e-40))
	matches, err := s.Search(t.Context(), vector.Query{Vector: []float32{0.5, 0, 0}, K: 6})
	require.NoError(t, err)
	want := map[string]float64{"same": 1, "diagonal": math.Sqrt(1. / 2), "tiny": math.Sqrt(1. / 2),
		"huge": math.Sqrt(1. / 3), "right angle": 0, "opposite": -1}
	require.Len(t, matches, len(want))
	for i, m := range matches {
		assert.InDelta(t, want[m.ID], m.Score, 1e-4, m.ID)
		assert.LessOrEqual(t, math.Abs(m.Score), 1.0, m.ID)
		if i > 0 {
			assert.LessOrEqual(t, m.Score, matches[i-1].Score)
		}
	}
}

func ties(t *testing.T, s vector.Store) {
	for i := range 20 {
		id := fmt.Sprintf("r%02d", (i*7)%20)
		upsert(t, s, record(id, 0.3, 0.5, 0.7))
	}
	assert.Equal(t, []string{"r00", "r01", "r02", "r03", "r04"}, found(t, s, 5))
	require.NoError(t, s.Delete(t.Context(), "r01", "r03"))
	assert.Equal(t, []string{"r00", "r02", "r04", "r05", "r06"}, found(t, s, 5))
}

func largeK(t *testing.T, s vector.Store) {
	upsert(t, s, record("a", 1, 0, 0), record("b", 0, 1, 0))
	assert.Equal(t, []string{"a", "b"}, found(t, s, 2))
	assert.Equal(t, []string{"a", "b"}, found(t, s, math.MaxInt32))
}

func oddK(t *testing.T, s vector.Store) {
	for i := range vector.DefaultK + 5 {
		upsert(t, s, record(fmt.Sprintf("r%02d", i), 1, 0, 0))
	}
	assert.Len(t, found(t, s, 0), vector.DefaultK)
	_, err := s.Search(t.Context(), vector.Query{Vector: []float32{1, 0, 0}, K: -1})
	assert.ErrorIs(t, err, vector.ErrK)
}

// filtered stores 1,000 records of which the ten that pass the filter are the farthest from the query.
func filtered(t *testing.T, s vector.Store) {
	records := make([]vector.Record, 0, 1000)
	for i := range 1000 {
		angle := float64(i) / 1000 * math.Pi / 2
		r := record(fmt.Sprintf("r%03d", i), float32(math.Cos(angle)), float32(math.Sin(angle)), 0)
		records = append(records, withAttributes(r, "far", fmt.Sprint(i >= 990)))
	}
	upsert(t, s, records...)
	far := vector.Condition{Attribute: "far", AnyOf: []string{"true"}}
	assert.Equal(t, []string{"r990", "r991", "r992", "r993", "r994"}, found(t, s, 5, far))
	assert.Len(t, found(t, s, 50, far), 10)
}

func conditions(t *testing.T, s vector.Store) {
	upsert(t, s,
		withAttributes(record("a", 4, 0, 0), "category", "kitchen", "colour", "red"),
		withAttributes(record("b", 4, 1, 0), "category", "kitchen", "colour", "blue"),
		withAttributes(record("c", 4, 2, 0), "category", "garden", "colour", "red"),
		withAttributes(record("d", 4, 3, 0), "category", ""),
		record("e", 4, 4, 0))
	is := func(attribute string, values ...string) vector.Condition {
		return vector.Condition{Attribute: attribute, AnyOf: values}
	}
	assert.Equal(t, []string{"a", "b"}, found(t, s, 9, is("category", "kitchen")))
	assert.Equal(t, []string{"a", "b", "c"}, found(t, s, 9, is("category", "kitchen", "garden", "kitchen")))
	assert.Equal(t, []string{"a"}, found(t, s, 9, is("category", "kitchen"), is("colour", "red")))
	assert.Equal(t, []string{"d"}, found(t, s, 9, is("category", "")), "an empty value is not a missing one")
	assert.Empty(t, found(t, s, 9, is("category")), "no value admitted")
	assert.Empty(t, found(t, s, 9, is("size", "")), "an attribute that no record has")
	assert.Empty(t, found(t, s, 9, is("category", "KITCHEN", "it's", "%")), "values are compared as they are")
}

func refusedQueries(t *testing.T, s vector.Store) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	tests := []struct {
		name   string
		vector []float32
		want   error
	}{
		{"no number", nil, vector.ErrDimension},
		{"too few numbers", []float32{1, 0}, vector.ErrDimension},
		{"too many numbers", []float32{1, 0, 0, 0}, vector.ErrDimension},
		{"not a number", []float32{1, nan, 0}, vector.ErrNotFinite},
		{"infinite", []float32{1, 0, inf}, vector.ErrNotFinite},
		{"zero", []float32{0, 0, 0}, vector.ErrZero},
	}
	upsert(t, s, record("a", 1, 0, 0))
	for _, test := range tests {
		_, err := s.Search(t.Context(), vector.Query{Vector: test.vector})
		assert.ErrorIs(t, err, test.want, test.name)
	}
}

func batch(t *testing.T, s vector.Store) {
	records := make([]vector.Record, 0, 300)
	for i := range 300 {
		angle := float64(i) / 300 * math.Pi
		r := record(fmt.Sprintf("r%03d", i), float32(math.Cos(angle)), float32(math.Sin(angle)), 1)
		records = append(records, withAttributes(r, "third", fmt.Sprint(i%3)))
	}
	upsert(t, s, records...)
	queries := []vector.Query{
		{Vector: []float32{1, 0, 0}, K: 3},
		{Vector: []float32{0, 1, 0}, K: 5, Filter: vector.Filter{{Attribute: "third", AnyOf: []string{"1"}}}},
		{Vector: []float32{-1, 1, 1}},
		{Vector: []float32{0, 0, 1}, Filter: vector.Filter{{Attribute: "third", AnyOf: []string{"none"}}}},
	}
	found, err := vector.SearchAll(t.Context(), s, queries)
	require.NoError(t, err)
	require.Len(t, found, len(queries))
	for i, q := range queries {
		alone, err := s.Search(t.Context(), q)
		require.NoError(t, err)
		assert.Equal(t, alone, found[i], "query %d", i)
	}
	none, err := vector.SearchAll(t.Context(), s, nil)
	require.NoError(t, err)
	assert.Empty(t, none)
	_, err = vector.SearchAll(t.Context(), s, append(queries, vector.Query{Vector: []float32{0, 0, 0}}))
	assert.ErrorIs(t, err, vector.ErrZero)
}
