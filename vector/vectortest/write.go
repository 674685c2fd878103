package vectortest

import (
	"errors"
	"fmt"
	"math"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/vector"
)

func replaced(t *testing.T, s vector.Store) {
	blue := vector.Condition{Attribute: "colour", AnyOf: []string{"blue"}}
	upsert(t, s, withAttributes(record("a", 1, 0, 0), "colour", "blue"), record("b", 1, 1, 0))
	assert.Equal(t, []string{"a", "b"}, found(t, s, 9))
	upsert(t, s, withAttributes(record("a", 0, 0, 1), "size", "large"))
	assert.Equal(t, []string{"b", "a"}, found(t, s, 9))
	assert.Empty(t, found(t, s, 9, blue), "an attribute of the replaced record")
	assert.Equal(t, []string{"a"}, found(t, s, 9, vector.Condition{Attribute: "size", AnyOf: []string{"large"}}))
}

func repeatedID(t *testing.T, s vector.Store) {
	upsert(t, s, record("a", 0, 1, 0), record("b", 1, 1, 0), record("a", 1, 0, 0))
	assert.Equal(t, []string{"a", "b"}, found(t, s, 9))
}

func deleted(t *testing.T, s vector.Store) {
	for i := range 10 {
		r := record(fmt.Sprintf("r%d", i), 10, float32(i), 0)
		upsert(t, s, withAttributes(r, "odd", fmt.Sprint(i%2 == 1)))
	}
	require.NoError(t, s.Delete(t.Context(), "r0", "r4", "unknown", "r9", "r4"))
	odd := vector.Condition{Attribute: "odd", AnyOf: []string{"true"}}
	assert.Equal(t, []string{"r1", "r2", "r3", "r5", "r6", "r7", "r8"}, found(t, s, 99))
	assert.Equal(t, []string{"r1", "r3", "r5", "r7"}, found(t, s, 99, odd))
	upsert(t, s, record("r4", 10, 4, 0))
	assert.Equal(t, []string{"r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8"}, found(t, s, 99))
}

func erased(t *testing.T, s vector.Store) {
	eraser, ok := s.(clm.Eraser)
	require.True(t, ok, "a store of vectors is an Eraser")
	upsert(t, s,
		withAttributes(record("a", 4, 0, 0), vector.Customer, "c-1"),
		withAttributes(record("b", 4, 1, 0), vector.Customer, "c-2"),
		withAttributes(record("c", 4, 2, 0), vector.Customer, "c-1"),
		withAttributes(record("d", 4, 3, 0), "category", "c-1"))
	require.NoError(t, eraser.Erase(t.Context(), "c-1"))
	require.NoError(t, eraser.Erase(t.Context(), "nobody"))
	assert.Equal(t, []string{"b", "d"}, found(t, s, 9))
}

func refusedRecords(t *testing.T, s vector.Store) {
	nan, inf := float32(math.NaN()), float32(math.Inf(-1))
	tests := []struct {
		name   string
		record vector.Record
		want   error
	}{
		{"no number", vector.Record{ID: "bad"}, vector.ErrDimension},
		{"too few numbers", vector.Record{ID: "bad", Vector: []float32{1, 0}}, vector.ErrDimension},
		{"too many numbers", vector.Record{ID: "bad", Vector: []float32{1, 0, 0, 0}}, vector.ErrDimension},
		{"not a number", record("bad", 0, nan, 0), vector.ErrNotFinite},
		{"infinite", record("bad", inf, 0, 0), vector.ErrNotFinite},
		{"zero", record("bad", 0, 0, 0), vector.ErrZero},
		{"no id", record("", 1, 0, 0), vector.ErrID},
		{"an id that is not UTF-8", record("\xff", 1, 0, 0), vector.ErrID},
		{"an attribute with a zero byte", withAttributes(record("bad", 1, 0, 0), "a", "\x00"), vector.ErrAttribute},
	}
	upsert(t, s, record("kept", 1, 0, 0))
	for _, test := range tests {
		err := s.Upsert(t.Context(), record("new", 1, 0, 0), record("kept", 0, 1, 0), test.record)
		require.ErrorIs(t, err, test.want, test.name)
		refused, ok := errors.AsType[*vector.RecordError](err)
		require.True(t, ok, test.name)
		assert.Equal(t, test.record.ID, refused.ID, test.name)
		assert.Equal(t, 2, refused.Index, test.name)
		matches, err := s.Search(t.Context(), vector.Query{Vector: []float32{1, 0, 0}})
		require.NoError(t, err)
		require.Len(t, matches, 1, test.name)
		assert.InDelta(t, 1, matches[0].Score, 1e-4, test.name)
	}
}

func callersMemory(t *testing.T, s vector.Store) {
	r := withAttributes(record("a", 1, 0, 0), "colour", "blue")
	records := []vector.Record{r, record("b", 1, 1, 0)}
	upsert(t, s, records...)
	r.Vector[0], r.Vector[2] = 0, 1
	r.Attributes["colour"] = "red"
	records[1] = record("c", 1, 0, 0)
	assert.Equal(t, []string{"a", "b"}, found(t, s, 9))
	assert.Equal(t, []string{"a"}, found(t, s, 9, vector.Condition{Attribute: "colour", AnyOf: []string{"blue"}}))
	query := []float32{3, 4, 0}
	_, err := s.Search(t.Context(), vector.Query{Vector: query})
	require.NoError(t, err)
	assert.Equal(t, []float32{3, 4, 0}, query, "a search must not scale the caller's vector")
}

// concurrent lets writers add and delete records of their own while others search, and counts what is left.
func concurrent(t *testing.T, s vector.Store) {
	const writers, each = 4, 25
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				id := fmt.Sprintf("w%d-%02d", w, i)
				assert.NoError(t, s.Upsert(t.Context(), record(id, float32(i+1), 1, 0)))
				if i%5 == 0 {
					assert.NoError(t, s.Delete(t.Context(), id))
				}
			}
		})
		wg.Go(func() {
			for range each {
				_, err := s.Search(t.Context(), vector.Query{Vector: []float32{1, 0, 0}, K: 5})
				assert.NoError(t, err)
			}
		})
	}
	wg.Wait()
	assert.Len(t, found(t, s, 1000), writers*each*4/5)
}
