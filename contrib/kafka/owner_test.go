package kafka_test

import (
	"sync"
	"testing"
	"time"

	"github.com/clmkit/clmkit/contrib/kafka"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"
)

// versions are clusters with the transactions of Kafka 4 (KIP-890) and before.
var versions = []struct {
	name    string
	options []kfake.Opt
}{
	{"newest", nil},
	{"3.0", []kfake.Opt{kfake.MaxVersions(kversion.V3_0_0())}},
}

func TestTheNextProcessThatAppendsFencesTheOneBefore(t *testing.T) {
	for _, v := range versions {
		t.Run(v.name, func(t *testing.T) {
			seeds := fake(t, v.options...).ListenAddrs()
			var keys kafka.MemoryKeys
			first := open(t, seeds, topicName, &keys, nil)
			reader := open(t, seeds, topicName, &keys, nil)
			second := open(t, seeds, topicName, &keys, nil)
			require.NoError(t, first.Append(t.Context(), sample[:10]...))
			requireSame(t, sample[:10], events(t, reader))
			require.NoError(t, first.Append(t.Context(), sample[10:20]...), "who only reads fences nobody")

			require.NoError(t, second.Append(t.Context(), sample[15:30]...), "the second knows what the first wrote")
			for range 2 {
				require.ErrorIs(t, first.Append(t.Context(), sample[30:40]...), kafka.ErrFenced)
			}
			requireSame(t, sample[:30], events(t, first))
			require.NoError(t, second.Append(t.Context(), sample[30:40]...))
			requireSame(t, sample[:40], events(t, reader))

			third := open(t, seeds, topicName, &keys, nil)
			require.NoError(t, third.Append(t.Context(), sample[35:50]...))
			require.ErrorIs(t, second.Append(t.Context(), sample[50]), kafka.ErrFenced)
			requireSame(t, sample[:50], events(t, reader))
		})
	}
}

// The first owner stands still in the middle of a transaction, with its records
// in the topic, while the second one takes over.
func TestAStalledOwnerWritesNothing(t *testing.T) {
	for _, v := range versions {
		t.Run(v.name, func(t *testing.T) {
			c := fake(t, v.options...)
			var keys kafka.MemoryKeys
			first := open(t, c.ListenAddrs(), topicName, &keys, nil)
			second := open(t, c.ListenAddrs(), topicName, &keys, nil)
			require.NoError(t, first.Append(t.Context(), sample[:10]...))
			held, release := holdNext(c, kmsg.EndTxn)
			var group sync.WaitGroup
			group.Go(func() {
				assert.ErrorIs(t, first.Append(t.Context(), sample[10:20]...), kafka.ErrFenced)
			})
			<-held
			requireSame(t, sample[:10], events(t, second))
			require.NoError(t, second.Append(t.Context(), sample[20:30]...))
			release()
			group.Wait()
			requireSame(t, append(append(sample[:0:0], sample[:10]...), sample[20:30]...), events(t, second))
			require.NoError(t, second.Append(t.Context(), sample[:30]...), "what was not written is no repeat")
			requireSame(t, sample[:30], events(t, second))
		})
	}
}

// An owner that lost its connection asks whether it is still the owner before it
// begins anew. The fake cluster answers more leniently than Kafka, which
// refuses the epoch of an earlier owner; the control answers as Kafka does.
func TestAnOwnerThatLostItsConnectionDoesNotTakeOverAgain(t *testing.T) {
	c := fake(t)
	var keys kafka.MemoryKeys
	first := open(t, c.ListenAddrs(), topicName, &keys, nil)
	second := open(t, c.ListenAddrs(), topicName, &keys, nil)
	require.NoError(t, first.Append(t.Context(), sample[0]))
	cut := c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Err: kerr.InvalidRequest})
	require.ErrorIs(t, first.Append(t.Context(), sample[1]), kerr.InvalidRequest)
	cut.Remove()
	require.NoError(t, second.Append(t.Context(), sample[2]))

	c.ControlKey(int16(kmsg.InitProducerID), func(r kmsg.Request) (kmsg.Response, error, bool) {
		req := r.(*kmsg.InitProducerIDRequest)
		if req.ProducerID < 0 {
			return nil, nil, false
		}
		resp := req.ResponseKind().(*kmsg.InitProducerIDResponse)
		resp.ErrorCode = kerr.ProducerFenced.Code
		return resp, nil, true
	})
	for range 2 {
		require.ErrorIs(t, first.Append(t.Context(), sample[1]), kafka.ErrFenced)
	}
	require.NoError(t, second.Append(t.Context(), sample[3]), "the second is still the owner")
	requireSame(t, append(sample[:1:1], sample[2], sample[3]), events(t, second))
}

// A process that died in the middle of a transaction leaves nothing behind.
func TestTheTransactionOfADeadProcessIsAborted(t *testing.T) {
	c := fake(t)
	var keys kafka.MemoryKeys
	dead := open(t, c.ListenAddrs(), topicName, &keys, &kafka.Options{Timeout: 200 * time.Millisecond})
	require.NoError(t, dead.Append(t.Context(), sample[:10]...))
	gone := c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.EndTxn, kmsg.InitProducerID}, Err: kerr.NotCoordinator, Count: -1})
	err := dead.Append(t.Context(), sample[10:20]...)
	require.ErrorIs(t, err, kafka.ErrUncertain)
	gone.Remove()
	next := open(t, c.ListenAddrs(), topicName, &keys, nil)
	requireSame(t, sample[:10], events(t, next))
	require.NoError(t, next.Append(t.Context(), sample[:20]...))
	requireSame(t, sample[:20], events(t, next))
}
