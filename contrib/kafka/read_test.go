package kafka_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/contrib/kafka"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
)

// transaction writes a record to partition 0 under another transactional id
// and ends the transaction as told, if it ends it.
func transaction(t *testing.T, seeds []string, end *kgo.TransactionEndTry) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(seeds...), kgo.TransactionalID("another"), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	require.NoError(t, err)
	t.Cleanup(client.Close)
	require.NoError(t, client.BeginTransaction())
	require.NoError(t, client.ProduceSync(t.Context(), &kgo.Record{Topic: topicName, Value: []byte("x")}).FirstErr())
	if end != nil {
		require.NoError(t, client.EndTransaction(t.Context(), *end))
	}
}

func TestAReadingEndsWhereTransactionsAreAbortedOrOpen(t *testing.T) {
	for _, v := range versions {
		t.Run(v.name, func(t *testing.T) {
			c := fake(t, v.options...)
			log := open(t, c.ListenAddrs(), topicName, new(kafka.MemoryKeys), &kafka.Options{Partitions: 1})
			abort := kgo.TryAbort
			transaction(t, c.ListenAddrs(), &abort)
			require.Empty(t, events(t, log), "nothing but an aborted transaction")
			require.NoError(t, log.Append(t.Context(), sample[:5]...))
			transaction(t, c.ListenAddrs(), &abort)
			transaction(t, c.ListenAddrs(), &abort)
			require.Equal(t, sample[:5], events(t, log), "an aborted transaction at the end")
			require.NoError(t, log.Append(t.Context(), sample[5:9]...))
			require.Equal(t, sample[:9], events(t, log), "aborted transactions in the middle")
			all := positions(t, log, 0, 0)
			for i, p := range all {
				require.Equal(t, all[i+1:], append([]clm.Position{}, positions(t, log, 0, p)...), "after %d", p)
			}
			transaction(t, c.ListenAddrs(), nil)
			require.Equal(t, sample[:9], events(t, log), "an open transaction at the end")
		})
	}
}

func TestEntriesThatRetentionDeletedAreAnError(t *testing.T) {
	c := fake(t)
	log := open(t, c.ListenAddrs(), topicName, new(kafka.MemoryKeys), &kafka.Options{Partitions: 1})
	require.NoError(t, log.Append(t.Context(), sample...))
	require.NoError(t, c.DeleteRecords(topicName, 0, 120))
	for _, after := range []clm.Position{0, 1, 119} {
		err := failure(t, log, 0, after)
		require.ErrorIs(t, err, kafka.ErrDeleted)
		var gap *kafka.GapError
		require.ErrorAs(t, err, &gap)
		require.Equal(t, kafka.GapError{Topic: topicName, After: after, Oldest: 120}, *gap)
		require.Equal(t, clm.Position(121), positions(t, log, 0, gap.Oldest)[0])
	}
	require.Len(t, positions(t, log, 0, 120), len(sample)-120)

	require.NoError(t, c.DeleteRecords(topicName, 0, -1))
	require.ErrorIs(t, failure(t, log, 0, 150), kafka.ErrDeleted, "all are gone")
	require.NoError(t, log.Append(t.Context(), sample[0]), "the window still has it")
	again := open(t, c.ListenAddrs(), topicName, new(kafka.MemoryKeys), nil)
	require.NoError(t, again.Append(t.Context(), sample[0]))
	require.Len(t, positions(t, again, 0, 201), 1)
}

func TestATopicThatWasMadeAnewIsAnError(t *testing.T) {
	c := fake(t)
	log := open(t, c.ListenAddrs(), topicName, new(kafka.MemoryKeys), &kafka.Options{Partitions: 1})
	require.NoError(t, log.Append(t.Context(), sample...))
	require.NoError(t, c.DeleteTopic(topicName))
	require.NoError(t, c.CreateTopic(topicName, 1, nil))
	require.ErrorContains(t, failure(t, log, 0, 0), "made anew")
}

// A reading is held open by a slow loop while others read, write and change the
// leader under it.
func TestAReadingThatIsHeldOpenHindersNobody(t *testing.T) {
	c := fake(t)
	log := open(t, c.ListenAddrs(), topicName, new(kafka.MemoryKeys), &kafka.Options{Partitions: 1})
	for _, e := range large(14) { // more than one request's worth
		require.NoError(t, log.Append(t.Context(), e))
	}
	seen := 0
	for e, err := range log.Read(t.Context(), 0, 0) {
		require.NoError(t, err)
		require.Len(t, e.Event.Text, 100_000)
		if seen++; seen != 3 {
			continue
		}
		require.NoError(t, log.Append(t.Context(), sample[:100]...))
		require.Len(t, events(t, log), 114)
		leader := c.LeaderFor(topicName, 0)
		require.NoError(t, c.MoveTopicPartition(topicName, 0, (leader+1)%3))
		require.NoError(t, log.Append(t.Context(), sample[100:]...))
	}
	require.Equal(t, 14, seen, "what was there when the reading began")
	require.Len(t, events(t, log), 214)
}

// large returns events of 100 kB.
func large(n int) []clm.Event {
	many := make([]clm.Event, n)
	for i := range many {
		e := sample[3]
		e.ID = "large-" + sample[i].ID
		e.Text = strings.Repeat("0123456789", 10_000)
		many[i] = e
	}
	return many
}

func TestReadersAtOnceAndLeadersThatMove(t *testing.T) {
	c := fake(t)
	log := open(t, c.ListenAddrs(), topicName, new(kafka.MemoryKeys), &kafka.Options{Partitions: 4})
	for i := 0; i < len(sample); i += 10 { // many batches
		require.NoError(t, log.Append(t.Context(), sample[i:i+10]...))
	}
	var group sync.WaitGroup
	for range 6 {
		group.Go(func() {
			n := 0
			for p := range log.Partitions() {
				for _, err := range log.Read(t.Context(), p, 0) {
					if !assert.NoError(t, err) {
						return
					}
					n++
				}
				c.ShufflePartitionLeaders()
			}
			assert.Equal(t, len(sample), n)
		})
	}
	group.Wait()
}

func TestAReadingStopsWithItsContext(t *testing.T) {
	log := open(t, fake(t).ListenAddrs(), topicName, new(kafka.MemoryKeys), &kafka.Options{Partitions: 1})
	require.NoError(t, log.Append(t.Context(), sample...))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	var last error
	for _, err := range log.Read(ctx, 0, 0) {
		if last = err; err == nil {
			n++
			cancel()
		}
	}
	require.Equal(t, 1, n)
	require.ErrorIs(t, last, context.Canceled)
}

// A leader that lags, as after an election, shows less than this process
// committed: the reading waits for it instead of ending early.
func TestAReadingSeesWhatThisProcessCommitted(t *testing.T) {
	c := fake(t, kfake.NumBrokers(1))
	log := open(t, c.ListenAddrs(), topicName, new(kafka.MemoryKeys), &kafka.Options{Partitions: 1})
	require.NoError(t, log.Append(t.Context(), sample...))
	answers := lag(c, 3)
	require.Equal(t, sample, events(t, log))
	require.EqualValues(t, 3, answers.Load())
}

func TestCatchUpThroughTheLog(t *testing.T) {
	log := open(t, fake(t).ListenAddrs(), topicName, new(kafka.MemoryKeys), &kafka.Options{Partitions: 3})
	require.NoError(t, log.Append(t.Context(), sample...))
	into := clm.NewMemory(nil)
	for p := range log.Partitions() {
		_, err := kafka.Copy(t.Context(), log, p, 0, into, nil)
		require.NoError(t, err)
	}
	for _, customer := range []clm.CustomerID{"c-0", "c-7", "nobody"} {
		require.Equal(t, history(t, into, customer), history(t, log, customer))
	}
}

func history(t *testing.T, log clm.Log, customer clm.CustomerID) (all []clm.Event) {
	t.Helper()
	for e, err := range clm.History(t.Context(), log, customer) {
		require.NoError(t, err)
		all = append(all, e)
	}
	return all
}
