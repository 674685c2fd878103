package kafka_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/contrib/kafka"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// A refusal of the cluster at each kind of request that an Append makes: the
// error is clear, nothing is written, the same call succeeds afterwards.
func TestAppendAfterARefusal(t *testing.T) {
	for _, v := range versions {
		for _, f := range []struct {
			key  kmsg.Key
			err  *kerr.Error
			cold bool // the process has not appended before
		}{
			{kmsg.InitProducerID, kerr.TransactionalIDAuthorizationFailed, true},
			{kmsg.ListOffsets, kerr.TopicAuthorizationFailed, true},
			{kmsg.Fetch, kerr.TopicAuthorizationFailed, true},
			{kmsg.AddPartitionsToTxn, kerr.TopicAuthorizationFailed, false},
			{kmsg.Produce, kerr.TopicAuthorizationFailed, false},
			{kmsg.Produce, kerr.MessageTooLarge, false},
			{kmsg.Produce, kerr.InvalidTxnState, false},
			{kmsg.Produce, kerr.InvalidProducerIDMapping, false},
			{kmsg.EndTxn, kerr.InvalidTxnState, false},
			{kmsg.EndTxn, kerr.UnknownServerError, false},
			{kmsg.EndTxn, kerr.TransactionAbortable, false},
		} {
			if f.key == kmsg.AddPartitionsToTxn && v.name == "newest" {
				continue // producing adds the partitions (KIP-890)
			}
			t.Run(fmt.Sprintf("%s: %s: %v", v.name, f.key.Name(), f.err.Message), func(t *testing.T) {
				c := fake(t, v.options...)
				var keys kafka.MemoryKeys
				log := open(t, c.ListenAddrs(), topicName, &keys, &kafka.Options{Partitions: 3})
				require.NoError(t, log.Append(t.Context(), sample[:50]...))
				if f.cold {
					log = open(t, c.ListenAddrs(), topicName, &keys, nil)
				}
				fault := c.Fault(kfake.Fault{Keys: []kmsg.Key{f.key}, Err: f.err})
				err := log.Append(t.Context(), sample[40:]...)
				require.ErrorIs(t, err, f.err)
				require.ErrorContains(t, err, "topic events")
				require.NotErrorIs(t, err, kafka.ErrUncertain)
				require.Equal(t, 1, fault.Hits())
				requireSame(t, sample[:50], events(t, log))
				require.NoError(t, log.Append(t.Context(), sample[40:]...), "the same call")
				requireSame(t, sample, events(t, log))
			})
		}
	}
}

// What may pass by itself is tried again, and shows in nothing but time.
func TestAppendThroughWhatPasses(t *testing.T) {
	for _, v := range versions {
		for _, f := range []struct {
			key kmsg.Key
			err *kerr.Error
		}{
			{kmsg.Metadata, kerr.LeaderNotAvailable},
			{kmsg.FindCoordinator, kerr.CoordinatorNotAvailable},
			{kmsg.InitProducerID, kerr.ConcurrentTransactions},
			{kmsg.InitProducerID, kerr.CoordinatorLoadInProgress},
			{kmsg.ListOffsets, kerr.NotLeaderForPartition},
			{kmsg.Fetch, kerr.NotLeaderForPartition},
			{kmsg.Fetch, kerr.FencedLeaderEpoch},
			{kmsg.Produce, kerr.NotLeaderForPartition},
			{kmsg.Produce, kerr.RequestTimedOut}, // written all the same
			{kmsg.Produce, kerr.NotEnoughReplicasAfterAppend},
			{kmsg.EndTxn, kerr.ConcurrentTransactions},
			{kmsg.EndTxn, kerr.NotCoordinator},
		} {
			t.Run(fmt.Sprintf("%s: %s: %v", v.name, f.key.Name(), f.err.Message), func(t *testing.T) {
				c := fake(t, v.options...)
				log := open(t, c.ListenAddrs(), topicName, new(kafka.MemoryKeys), &kafka.Options{Partitions: 3})
				fault := c.Fault(kfake.Fault{Keys: []kmsg.Key{f.key}, Err: f.err, Count: 2})
				defer fault.Remove()
				require.NoError(t, log.Append(t.Context(), sample[:100]...))
				require.NoError(t, log.Append(t.Context(), sample...))
				requireSame(t, sample, events(t, log))
			})
		}
	}
}

// A connection that breaks at each kind of request.
func TestAppendThroughBrokenConnections(t *testing.T) {
	for _, v := range versions {
		for _, key := range []kmsg.Key{kmsg.Metadata, kmsg.FindCoordinator, kmsg.InitProducerID, kmsg.ListOffsets, kmsg.Fetch, kmsg.Produce, kmsg.EndTxn} {
			t.Run(v.name+": "+key.Name(), func(t *testing.T) {
				c := fake(t, v.options...)
				log := open(t, c.ListenAddrs(), topicName, new(kafka.MemoryKeys), &kafka.Options{Partitions: 3})
				c.ControlKey(int16(key), func(kmsg.Request) (kmsg.Response, error, bool) {
					return nil, errors.New("the connection breaks"), true
				})
				require.NoError(t, log.Append(t.Context(), sample[:100]...))
				require.NoError(t, log.Append(t.Context(), sample...))
				requireSame(t, sample, events(t, log))
			})
		}
	}
}

// The broker commits, and no answer about it arrives, however often it is
// asked: the log finds its events in the topic.
func TestACommitWhoseAnswerIsLost(t *testing.T) {
	for _, v := range versions {
		t.Run(v.name, func(t *testing.T) {
			c, w := fake(t, v.options...), newWire()
			log := open(t, c.ListenAddrs(), topicName, new(kafka.MemoryKeys), &kafka.Options{
				Partitions: 3, Timeout: 300 * time.Millisecond, Client: []kgo.Opt{w.option(), kgo.RequestRetries(1)},
			})
			require.NoError(t, log.Append(t.Context(), sample[:50]...))
			w.lose(kmsg.EndTxn)
			err := log.Append(t.Context(), sample[50:100]...)
			w.mend()
			require.NoError(t, err)
			require.Positive(t, w.lost.Load())
			requireSame(t, sample[:100], events(t, log))
			require.NoError(t, log.Append(t.Context(), sample...))
			requireSame(t, sample, events(t, log))
		})
	}
}

// Neither the answer nor the topic can be had: the error says that nobody knows,
// and the same call finds out.
func TestAnUncertainCommitIsFoundOutLater(t *testing.T) {
	for _, committed := range []bool{true, false} {
		t.Run(fmt.Sprint("committed ", committed), func(t *testing.T) {
			c, w := fake(t), newWire()
			log := open(t, c.ListenAddrs(), topicName, new(kafka.MemoryKeys), &kafka.Options{
				Partitions: 3, Timeout: 300 * time.Millisecond, Client: []kgo.Opt{w.option(), kgo.RequestRetries(1)},
			})
			require.NoError(t, log.Append(t.Context(), sample[:50]...))
			faults := []kfake.Fault{{Keys: []kmsg.Key{kmsg.InitProducerID}, Err: kerr.CoordinatorNotAvailable, Count: -1}}
			if committed {
				w.lose(kmsg.EndTxn)
			} else {
				faults = append(faults, kfake.Fault{Keys: []kmsg.Key{kmsg.EndTxn}, Err: kerr.UnknownServerError, Count: -1})
			}
			away := c.Fault(faults...)
			require.ErrorIs(t, log.Append(t.Context(), sample[50:100]...), kafka.ErrUncertain)
			w.mend()
			away.Remove()
			for range 2 {
				require.NoError(t, log.Append(t.Context(), sample[50:100]...))
				requireSame(t, sample[:100], events(t, log))
			}
		})
	}
}

func TestReadAfterARefusal(t *testing.T) {
	c := fake(t)
	log := open(t, c.ListenAddrs(), topicName, new(kafka.MemoryKeys), &kafka.Options{Partitions: 1})
	require.NoError(t, log.Append(t.Context(), sample...))
	for _, f := range []kfake.Fault{
		{Keys: []kmsg.Key{kmsg.Fetch}, Err: kerr.TopicAuthorizationFailed},
		{Keys: []kmsg.Key{kmsg.Fetch}, Err: kerr.UnknownServerError},
		{Keys: []kmsg.Key{kmsg.Fetch}, Err: kerr.CorruptMessage},
	} {
		fault := c.Fault(f)
		last := failure(t, log, 0, 0)
		if !f.Err.Retriable {
			require.ErrorIs(t, last, f.Err)
			require.ErrorContains(t, last, "read partition 0")
		}
		require.Equal(t, 1, fault.Hits())
		require.Equal(t, sample, events(t, log), "the same reading")
	}
}

func TestAFailingKeyringIsNamedAndNothingIsWritten(t *testing.T) {
	for name, broken := range map[string]func(*brokenKeys){
		"no answer":            func(k *brokenKeys) { k.err = errors.New("no database") },
		"too few rows":         func(k *brokenKeys) { k.cut = true },
		"a short key":          func(k *brokenKeys) { k.short = true },
		"an endless id":        func(k *brokenKeys) { k.id = string(make([]byte, 65)) },
		"no answer to Forget":  nil,
		"no answer to reading": nil,
	} {
		t.Run(name, func(t *testing.T) {
			keys := &brokenKeys{}
			log := open(t, fake(t).ListenAddrs(), topicName, keys, &kafka.Options{Partitions: 1})
			require.NoError(t, log.Append(t.Context(), sample[0]))
			if broken == nil {
				keys.err = errors.New("no database")
				require.ErrorContains(t, log.Erase(t.Context(), sample[0].Customer), "no database")
				require.ErrorContains(t, failure(t, log, 0, 0), "keyring: no database")
			} else {
				broken(keys)
				require.ErrorContains(t, log.Append(t.Context(), sample[1]), "keyring")
			}
			*keys = brokenKeys{MemoryKeys: keys.MemoryKeys}
			require.Equal(t, sample[:1], events(t, log))
			require.NoError(t, log.Append(t.Context(), sample[1]), "the same call")
			require.Equal(t, []clm.Event{sample[0], sample[1]}, events(t, log))
		})
	}
}
