package kafka

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"
)

func sealed(t testing.TB, keys Keyring, e clm.Event) []byte {
	ids, secrets, err := keys.Keys(context.Background(), []clm.CustomerID{e.Customer})
	require.NoError(t, err)
	box, err := aead(secrets[0])
	require.NoError(t, err)
	body, err := json.Marshal(e)
	require.NoError(t, err)
	value := seal(box, ids[0], body)
	require.LessOrEqual(t, len(value), envelopeSize(body))
	return value
}

func opened(keys Keyring, partitions int, value []byte) (clm.Event, error) {
	event, err := unsealer{keys, 0, partitions}.open(context.Background(), []*kgo.Record{{Value: value}})
	if err != nil {
		return clm.Event{}, err
	}
	return event(&kgo.Record{Value: value})
}

func TestAnEnvelopeIsOpenedWholeOrNotAtAll(t *testing.T) {
	var keys MemoryKeys
	for _, e := range clmtest.Events(20, 3) {
		value := sealed(t, &keys, e)
		got, err := opened(&keys, 1, value)
		require.NoError(t, err)
		require.Equal(t, e, got)
		for i := range value {
			broken := bytes.Clone(value)
			broken[i] ^= 0x10
			_, err := opened(&keys, 1, broken)
			require.Error(t, err, "byte %d", i)
			_, err = opened(&keys, 1, value[:i])
			require.Error(t, err, "cut at %d", i)
		}
	}
}

func TestTheSameEventIsSealedDifferentlyEachTime(t *testing.T) {
	var keys MemoryKeys
	e := clmtest.Events(1, 1)[0]
	require.NotEqual(t, sealed(t, &keys, e), sealed(t, &keys, e))
}

func TestAnEnvelopeOfAForgottenKeyIsErased(t *testing.T) {
	var keys MemoryKeys
	e := clmtest.Events(1, 1)[0]
	value := sealed(t, &keys, e)
	require.NoError(t, keys.Forget(t.Context(), e.Customer))
	_, err := opened(&keys, 1, value)
	require.ErrorIs(t, err, errErased)
	_, err = opened(new(MemoryKeys), 1, value)
	require.ErrorIs(t, err, ErrKey)
}

// FuzzEnvelope feeds the decoder what is no envelope: an error, never a panic,
// and an event only where the seal is whole.
func FuzzEnvelope(f *testing.F) {
	var keys MemoryKeys
	e := clmtest.Events(1, 1)[0]
	whole := sealed(f, &keys, e)
	for _, seed := range [][]byte{nil, whole, whole[:len(whole)-1], []byte(envelopeMagic), []byte(envelopeMagic + "\xff"), []byte(envelopeMagic + "\x01a" + strings.Repeat("x", 28))} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value []byte) {
		got, err := opened(&keys, 1, value)
		if !bytes.Equal(value, whole) {
			require.Error(t, err)
			require.Equal(t, clm.Event{}, got)
			return
		}
		require.Equal(t, e, got)
	})
}

// FuzzDecode feeds what was sealed: JSON by a program of another version.
func FuzzDecode(f *testing.F) {
	body, err := json.Marshal(clmtest.Events(3, 1)[2])
	require.NoError(f, err)
	f.Add(body)
	f.Add([]byte(`{"id":1}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := unsealer{partition: 1, partitions: 3}.decode(body)
		if err != nil {
			require.ErrorIs(t, err, errEnvelope)
			require.Equal(t, clm.Event{}, e)
			return
		}
		require.Equal(t, 1, clm.PartitionOf(e.Customer, 3))
	})
}

func TestTheWindowForgetsTheOldest(t *testing.T) {
	w := newWindow(2, 10)
	many := clmtest.Events(100, 1)
	for i := range many {
		w.add(1, &many[i])
		for j := range many {
			assert.Equal(t, i-10 < j && j <= i, w.has(many[j].ID), "event %d of %d", j, i)
		}
	}
	require.Len(t, w.known, 10)
}

func TestTheWindowForgetsACustomer(t *testing.T) {
	w := newWindow(1, 10)
	many := clmtest.Events(100, 3)
	for i := range many {
		w.add(0, &many[i])
		if i%7 == 0 {
			w.forget(0, "c-1")
		}
		n := 0
		for j := max(0, i-9); j <= i; j++ {
			erased := many[j].Customer == "c-1" && j <= i-i%7
			assert.Equal(t, !erased, w.has(many[j].ID), "event %d of %d", j, i)
			if !erased {
				n++
			}
		}
		require.Len(t, w.known, n)
	}
}

func TestBackoffIsBounded(t *testing.T) {
	for failures := range 100 {
		d := backoff(failures)
		require.Greater(t, d.Milliseconds(), int64(4))
		require.LessOrEqual(t, d.Milliseconds(), int64(1000))
	}
}
