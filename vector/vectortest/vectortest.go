// Package vectortest holds the tests that every vector.Store must pass. An implementation calls Run from a test of its
// own:
//
//	func TestStore(t *testing.T) {
//		vectortest.Run(t, func(t *testing.T) vector.Store { return open(t, vectortest.Dimension) })
//	}
package vectortest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/vector"
)

// Dimension is the dimension of the vectors that Run stores, for a store that has to know it beforehand.
const Dimension = 3

// Run tests the stores that open returns: each call an empty store of its own, which open closes with t.Cleanup.
func Run(t *testing.T, open func(t *testing.T) vector.Store) {
	tests := []struct {
		name string
		run  func(*testing.T, vector.Store)
	}{
		{"an empty store finds nothing", emptyStore},
		{"the nearest comes first, with its cosine", nearestFirst},
		{"equal scores are ordered by id", ties},
		{"k above the number of records returns them all", largeK},
		{"k of zero is the default and a negative k an error", oddK},
		{"a filter is applied before the nearest are chosen", filtered},
		{"every condition of a filter must hold", conditions},
		{"an upsert replaces vector and attributes", replaced},
		{"the later of two records with one id wins", repeatedID},
		{"a deleted record is not found", deleted},
		{"the records about an erased customer are gone", erased},
		{"a record that cannot be stored leaves the whole call unwritten", refusedRecords},
		{"a query that cannot be answered is an error", refusedQueries},
		{"many queries at once find what each finds alone", batch},
		{"the caller may change what it passed", callersMemory},
		{"a cancelled context stops the call", cancelled},
		{"calls may run beside each other", concurrent},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
	}
}

func record(id string, x, y, z float32) vector.Record {
	return vector.Record{ID: id, Vector: []float32{x, y, z}}
}

func withAttributes(r vector.Record, pairs ...string) vector.Record {
	r.Attributes = map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		r.Attributes[pairs[i]] = pairs[i+1]
	}
	return r
}

func upsert(t *testing.T, s vector.Store, records ...vector.Record) {
	t.Helper()
	require.NoError(t, s.Upsert(t.Context(), records...))
}

// found returns the ids of the k records nearest to (1, 0, 0).
func found(t *testing.T, s vector.Store, k int, conditions ...vector.Condition) []string {
	t.Helper()
	matches, err := s.Search(t.Context(), vector.Query{Vector: []float32{1, 0, 0}, K: k, Filter: conditions})
	require.NoError(t, err)
	ids := make([]string, 0, len(matches))
	for _, m := range matches {
		ids = append(ids, m.ID)
	}
	return ids
}

func cancelled(t *testing.T, s vector.Store) {
	upsert(t, s, record("a", 1, 0, 0))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.ErrorIs(t, s.Upsert(ctx, record("b", 1, 0, 0)), context.Canceled)
	assert.ErrorIs(t, s.Delete(ctx, "a"), context.Canceled)
	_, err := s.Search(ctx, vector.Query{Vector: []float32{1, 0, 0}})
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, []string{"a"}, found(t, s, 10))
}
