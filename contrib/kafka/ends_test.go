package kafka_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/contrib/kafka"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

var (
	_ clm.Eraser   = (*kafka.Log)(nil)
	_ clm.Exporter = (*kafka.Log)(nil)
	_ clm.Ender    = (*kafka.Log)(nil)
)

// Who has read everything is told so, in spite of the markers and the erased
// events at the end: no reading is begun for nothing.
func TestEndsAreExactOnceTheyWereRead(t *testing.T) {
	c := fake(t)
	var keys kafka.MemoryKeys
	log := open(t, c.ListenAddrs(), topicName, &keys, &kafka.Options{Partitions: 4})
	last := map[int]clm.Position{}
	for i := 0; i < len(sample); i += 50 {
		require.NoError(t, log.Append(t.Context(), sample[i:i+50]...))
		if i == 50 {
			require.NoError(t, log.Erase(t.Context(), "c-1"))
		}
		ends, err := log.Ends(t.Context())
		require.NoError(t, err)
		for p, was := range last {
			require.GreaterOrEqual(t, ends[p], was)
		}
		for p := range log.Partitions() {
			for _, pos := range positions(t, log, p, last[p]) {
				last[p] = pos
			}
			require.GreaterOrEqual(t, ends[p], last[p])
		}
		ends, err = log.Ends(t.Context())
		require.NoError(t, err)
		require.Equal(t, last, ends, "after %d events", i+50)
	}

	fetches := c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Fetch}, Observe: true, Count: -1})
	broken := false
	for range log.Read(t.Context(), 0, 0) { // broken off
		broken = true
		break
	}
	ends, err := log.Ends(t.Context())
	require.NoError(t, err)
	require.True(t, broken)
	require.Equal(t, last, ends)
	require.Equal(t, 1, fetches.Hits())
}

func TestEndsOfAnotherProcessAreSeen(t *testing.T) {
	seeds := fake(t).ListenAddrs()
	var keys kafka.MemoryKeys
	log := open(t, seeds, topicName, &keys, &kafka.Options{Partitions: 1})
	reader := open(t, seeds, topicName, &keys, nil)
	for i, e := range sample[:20] {
		require.NoError(t, log.Append(t.Context(), e))
		ends, err := reader.Ends(t.Context())
		require.NoError(t, err)
		all := positions(t, reader, 0, 0)
		require.Len(t, all, i+1)
		require.GreaterOrEqual(t, ends[0], all[i])
	}
}

func TestEndsAfterARefusal(t *testing.T) {
	c := fake(t)
	log := open(t, c.ListenAddrs(), topicName, new(kafka.MemoryKeys), nil)
	c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.ListOffsets}, Err: kerr.TopicAuthorizationFailed, Count: 1})
	_, err := log.Ends(t.Context())
	require.ErrorIs(t, err, kerr.TopicAuthorizationFailed)
	c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.ListOffsets}, Err: kerr.NotLeaderForPartition, Count: 2})
	_, err = log.Ends(t.Context())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = log.Ends(ctx)
	require.ErrorIs(t, err, context.Canceled)
}

func TestExportHoldsOneCustomer(t *testing.T) {
	log := open(t, fake(t).ListenAddrs(), topicName, new(kafka.MemoryKeys), nil)
	require.NoError(t, log.Append(t.Context(), sample...))
	var b bytes.Buffer
	require.NoError(t, log.Export(t.Context(), "c-5", &b))
	lines := bytes.Split(bytes.TrimSpace(b.Bytes()), []byte("\n"))
	require.Len(t, lines, len(history(t, log, "c-5")))
	for _, line := range lines {
		require.Contains(t, string(line), `{"event":{"id":"e-`)
		require.Contains(t, string(line), `"customer":"c-5"`)
	}
	b.Reset()
	require.NoError(t, log.Export(t.Context(), "nobody", &b))
	require.Empty(t, b.String())
}
