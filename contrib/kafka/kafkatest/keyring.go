// Package kafkatest holds the conformance suite of [kafka.Keyring], in the
// manner of testing/slogtest.
//
//	func TestKeyring(t *testing.T) {
//		kafkatest.RunKeyring(t, func(t *testing.T) kafka.Keyring { return db.Keys() })
//	}
package kafkatest

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/contrib/kafka"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// RunKeyring checks that the keyrings that newKeyring makes keep the contract
// of [kafka.Keyring]. Each call of newKeyring returns an empty keyring; if they
// have to be closed, newKeyring does it with t.Cleanup. What a keyring leaves
// in its file or table after Forget is the store's own test.
func RunKeyring(t *testing.T, newKeyring func(*testing.T) kafka.Keyring) {
	for _, c := range []struct {
		name string
		test func(*testing.T, kafka.Keyring)
	}{
		{"a customer has one key", keyringSame},
		{"customers may repeat, and may be none", keyringRepeats},
		{"ids and keys are long, random and say nothing", keyringRandom},
		{"thousands of customers are asked for at once", keyringMany},
		{"an id leads to its key", keyringLookup},
		{"an id that was never given out is not found", keyringUnknown},
		{"a forgotten key is gone, and known to be", keyringForget},
		{"forgetting leaves the others alone", keyringOthers},
		{"a customer who comes back has another key", keyringAnew},
		{"callers at once get the same key", keyringConcurrent},
		{"what is returned belongs to the caller", keyringOwned},
		{"a cancelled context is an error", keyringCancelled},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, newKeyring(t)) })
	}
}

func get(t *testing.T, k kafka.Keyring, customers ...clm.CustomerID) (ids []string, keys [][]byte) {
	t.Helper()
	ids, keys, err := k.Keys(t.Context(), customers)
	require.NoError(t, err)
	require.Len(t, ids, len(customers))
	require.Len(t, keys, len(customers))
	return ids, keys
}

func lookup(t *testing.T, k kafka.Keyring, ids ...string) map[string][]byte {
	t.Helper()
	found, err := k.Lookup(t.Context(), ids)
	require.NoError(t, err)
	return found
}

func keyringSame(t *testing.T, k kafka.Keyring) {
	ids, keys := get(t, k, "c-1", "c-2")
	require.NotEqual(t, ids[0], ids[1])
	require.NotEqual(t, keys[0], keys[1])
	swapped, swappedKeys := get(t, k, "c-2", "c-1")
	require.Equal(t, []string{ids[1], ids[0]}, swapped)
	require.Equal(t, [][]byte{keys[1], keys[0]}, swappedKeys)
}

func keyringRepeats(t *testing.T, k kafka.Keyring) {
	get(t, k)
	require.Empty(t, lookup(t, k))
	ids, keys := get(t, k, "c-1", "c-2", "c-1")
	require.Equal(t, ids[0], ids[2])
	require.Equal(t, keys[0], keys[2])
	require.Len(t, lookup(t, k, ids...), 2)
}

func keyringRandom(t *testing.T, k kafka.Keyring) {
	const n = 100
	customers := make([]clm.CustomerID, n)
	for i := range customers {
		customers[i] = clm.CustomerID(fmt.Sprintf("customer-%d", i))
	}
	ids, keys := get(t, k, customers...)
	seen := map[string]bool{}
	for i := range customers {
		require.True(t, 1 <= len(ids[i]) && len(ids[i]) <= 64, "an id has 1 to 64 bytes: %q", ids[i])
		require.Equal(t, -1, strings.IndexFunc(ids[i], func(r rune) bool { return r < '!' || r > '~' }), "printable ASCII: %q", ids[i])
		require.NotContains(t, ids[i], string(customers[i]))
		require.Len(t, keys[i], 32)
		require.False(t, seen[ids[i]] || seen[string(keys[i])])
		seen[ids[i]], seen[string(keys[i])] = true, true
	}
	// The expected number of a byte in 3200 is 12.5; 60 is 13 deviations off.
	for b, n := range histogram(keys) {
		assert.Less(t, n, 60, "byte %d in random keys", b)
	}
}

func histogram(keys [][]byte) (counts [256]int) {
	for _, key := range keys {
		for _, b := range key {
			counts[b]++
		}
	}
	return counts
}

func keyringMany(t *testing.T, k kafka.Keyring) {
	const n = 20_000
	customers := make([]clm.CustomerID, n)
	for i := range customers {
		customers[i] = clm.CustomerID(fmt.Sprintf("c-%d", i))
	}
	ids, keys := get(t, k, customers...)
	found := lookup(t, k, ids...)
	require.Len(t, found, n)
	require.Equal(t, keys[n-1], found[ids[n-1]])
	again, _ := get(t, k, customers...)
	require.Equal(t, ids, again)
}

func keyringLookup(t *testing.T, k kafka.Keyring) {
	ids, keys := get(t, k, "c-1", "c-2")
	require.Equal(t, map[string][]byte{ids[0]: keys[0], ids[1]: keys[1]}, lookup(t, k, ids[1], ids[0], ids[1]))
}

func keyringUnknown(t *testing.T, k kafka.Keyring) {
	ids, keys := get(t, k, "c-1")
	require.Equal(t, map[string][]byte{ids[0]: keys[0]}, lookup(t, k, "c-1", "'; --", ids[0], ""))
}

func keyringForget(t *testing.T, k kafka.Keyring) {
	ids, _ := get(t, k, "c-1")
	require.NoError(t, k.Forget(t.Context(), "c-1"))
	key, known := lookup(t, k, ids...)[ids[0]]
	require.True(t, known, "a reader has to tell an erased event from a wrong keyring")
	require.Nil(t, key)
	require.NoError(t, k.Forget(t.Context(), "c-1"), "again")
	require.NoError(t, k.Forget(t.Context(), "never seen"))
}

func keyringOthers(t *testing.T, k kafka.Keyring) {
	ids, keys := get(t, k, "c-1", "c-2")
	require.NoError(t, k.Forget(t.Context(), "c-1"))
	require.Equal(t, keys[1], lookup(t, k, ids...)[ids[1]])
	same, _ := get(t, k, "c-2")
	require.Equal(t, ids[1], same[0])
}

func keyringAnew(t *testing.T, k kafka.Keyring) {
	var ids []string
	for range 3 {
		id, key := get(t, k, "c-1")
		require.NotContains(t, ids, id[0])
		require.Equal(t, key[0], lookup(t, k, id...)[id[0]])
		require.NoError(t, k.Forget(t.Context(), "c-1"))
		ids = append(ids, id[0])
	}
	for id, key := range lookup(t, k, ids...) {
		require.Nil(t, key, id)
	}
	require.Len(t, lookup(t, k, ids...), 3)
}

func keyringConcurrent(t *testing.T, k kafka.Keyring) {
	const callers = 8
	customers := []clm.CustomerID{"c-1", "c-2", "c-3"}
	ids := make([][]string, callers)
	errs := make([]error, callers)
	var group sync.WaitGroup
	for i := range callers {
		group.Go(func() { ids[i], _, errs[i] = k.Keys(context.Background(), customers) })
	}
	group.Wait()
	for i := range callers {
		require.NoError(t, errs[i])
		require.Equal(t, ids[0], ids[i])
	}
}

func keyringOwned(t *testing.T, k kafka.Keyring) {
	ids, keys := get(t, k, "c-1")
	want := bytes.Clone(keys[0])
	clear(keys[0])
	found := lookup(t, k, ids...)
	require.Equal(t, want, found[ids[0]])
	clear(found[ids[0]])
	require.Equal(t, want, lookup(t, k, ids...)[ids[0]])
}

func keyringCancelled(t *testing.T, k kafka.Keyring) {
	ids, keys := get(t, k, "c-1")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := k.Keys(ctx, []clm.CustomerID{"c-2"})
	require.ErrorIs(t, err, context.Canceled)
	_, err = k.Lookup(ctx, ids)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, k.Forget(ctx, "c-1"), context.Canceled)
	require.Equal(t, keys[0], lookup(t, k, ids...)[ids[0]])
}
