package kafka_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/contrib/kafka"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// raw returns the records of a topic as the brokers hold them.
func raw(t *testing.T, seeds []string, want int) (all []*kgo.Record) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(seeds...), kgo.ConsumeTopics(topicName))
	require.NoError(t, err)
	defer client.Close()
	for len(all) < want {
		fetches := client.PollFetches(t.Context())
		require.NoError(t, fetches.Err())
		all = append(all, fetches.Records()...)
	}
	return all
}

func TestNothingPersonalIsInClear(t *testing.T) {
	seeds := fake(t).ListenAddrs()
	log := open(t, seeds, topicName, new(kafka.MemoryKeys), nil)
	canary := clm.Event{ID: "canary-id", Customer: "canary-customer", Kind: clm.Messaged, Time: clmtest.Start, Text: "canary-text", Session: "canary-session"}
	require.NoError(t, log.Append(t.Context(), canary, sample[0]))
	records := raw(t, seeds, 2)
	require.Len(t, records, 2)
	for _, r := range records {
		assert.Empty(t, r.Key)
		assert.Empty(t, r.Headers)
		assert.False(t, bytes.Contains(r.Value, []byte("canary")))
		assert.NotEqual(t, clmtest.Start, r.Timestamp.UTC())
	}
}

func TestAnErasureReachesEveryProcess(t *testing.T) {
	c := fake(t)
	var keys kafka.MemoryKeys
	writer := open(t, c.ListenAddrs(), topicName, &keys, &kafka.Options{Partitions: 2})
	reader := open(t, c.ListenAddrs(), topicName, &keys, nil)
	require.NoError(t, writer.Append(t.Context(), sample...))
	requireSame(t, sample, events(t, reader))
	var rest []clm.Event
	for _, e := range sample {
		if e.Customer != "c-3" {
			rest = append(rest, e)
		}
	}
	require.NoError(t, reader.Erase(t.Context(), "c-3"), "by a process that does not append")
	requireSame(t, rest, events(t, reader))
	requireSame(t, rest, events(t, writer))

	back := clmtest.Events(1, 1)[0]
	back.ID, back.Customer = "e-back", "c-3"
	require.NoError(t, writer.Append(t.Context(), back), "a customer who comes back")
	requireSame(t, append(rest, back), events(t, reader))
	require.NoError(t, writer.Erase(t.Context(), "c-3"))
	require.NoError(t, writer.Append(t.Context(), back), "the ids are forgotten too")
	requireSame(t, append(rest, back), events(t, reader))
	require.NoError(t, writer.Append(t.Context(), back))
	requireSame(t, append(rest, back), events(t, reader))
}

// An Append seals with the key of the moment: one that begins after an erasure
// by another process is not lost with the old key.
func TestNoKeyOutlivesItsErasureInTheWriter(t *testing.T) {
	seeds := fake(t).ListenAddrs()
	var keys kafka.MemoryKeys
	log := open(t, seeds, topicName, &keys, &kafka.Options{Partitions: 1})
	for i, e := range sample[:20] {
		e.Customer = "c-1"
		require.NoError(t, log.Append(t.Context(), e))
		require.Len(t, events(t, log), 1, "event %d", i)
		require.NoError(t, keys.Forget(t.Context(), "c-1"))
		require.Empty(t, events(t, log))
	}
}

func TestAnotherKeyringIsNoticed(t *testing.T) {
	c := fake(t)
	log := open(t, c.ListenAddrs(), topicName, new(kafka.MemoryKeys), &kafka.Options{Partitions: 1})
	require.NoError(t, log.Append(t.Context(), sample...))
	wrong := open(t, c.ListenAddrs(), topicName, new(kafka.MemoryKeys), nil)
	require.ErrorIs(t, failure(t, wrong, 0, 0), kafka.ErrKey)
	require.ErrorIs(t, wrong.Append(t.Context(), sample[0]), kafka.ErrKey)
	require.Len(t, raw(t, c.ListenAddrs(), len(sample)), len(sample))
}

func TestARecordThatIsNoEventIsSetAside(t *testing.T) {
	c := fake(t)
	var keys kafka.MemoryKeys
	var asides []kafka.Aside
	var stop error
	o := &kafka.Options{Partitions: 1, Aside: func(_ context.Context, a *kafka.Aside) error {
		asides = append(asides, *a)
		return stop
	}}
	log := open(t, c.ListenAddrs(), topicName, &keys, o)
	strict := open(t, c.ListenAddrs(), topicName, &keys, nil)
	require.NoError(t, log.Append(t.Context(), sample[:10]...))
	whole := raw(t, c.ListenAddrs(), 10)[3].Value
	broken := append(bytes.Clone(whole[:len(whole)-1]), whole[len(whole)-1]^1)
	put(t, c, nil, []byte("hello"), whole[:20], broken, append([]byte("clm\x01\x03abc"), whole[30:]...))
	require.NoError(t, log.Append(t.Context(), sample[10:20]...))

	require.Equal(t, sample[:20], events(t, log))
	require.Len(t, asides, 5)
	for i, says := range []string{"not an event", "not an event", "cut short", "the seal is broken", "does not know the key"} {
		require.ErrorContains(t, &asides[i], says)
		require.Equal(t, clm.Position(12+i), asides[i].Position, "after ten events and a marker")
		require.Equal(t, topicName, asides[i].Topic)
	}
	require.ErrorIs(t, &asides[4], kafka.ErrKey)
	require.Equal(t, "hello", string(asides[1].Value))

	var aside *kafka.Aside
	require.ErrorAs(t, failure(t, strict, 0, 0), &aside, "without anybody to tell, it ends the reading")
	require.Equal(t, clm.Position(12), aside.Position)
	stop = errors.New("the table is full")
	require.ErrorIs(t, failure(t, log, 0, 0), stop)
}

// put writes records to partition 0 as any program might.
func put(t *testing.T, c *kfake.Cluster, values ...[]byte) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(c.ListenAddrs()...), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	require.NoError(t, err)
	defer client.Close()
	for _, v := range values {
		require.NoError(t, client.ProduceSync(t.Context(), &kgo.Record{Topic: topicName, Value: v}).FirstErr())
	}
}

// An event that is sealed for one partition and lies in another is refused: its
// customer's order is not that of the log.
func TestAnEventInTheWrongPartitionIsSetAside(t *testing.T) {
	c := fake(t)
	var keys kafka.MemoryKeys
	log := open(t, c.ListenAddrs(), topicName, &keys, &kafka.Options{Partitions: 2})
	e := sample[0]
	for clm.PartitionOf(e.Customer, 2) != 1 {
		e.Customer += "x"
	}
	require.NoError(t, log.Append(t.Context(), e))
	put(t, c, raw(t, c.ListenAddrs(), 1)[0].Value)
	require.ErrorContains(t, failure(t, log, 0, 0), "the customer belongs to partition 1")
}

// Erase waits for the transaction under way, so that no event of the customer
// is committed by this process after it with the key before.
func TestEraseWaitsForTheTransaction(t *testing.T) {
	c := fake(t)
	log := open(t, c.ListenAddrs(), topicName, new(kafka.MemoryKeys), &kafka.Options{Partitions: 1})
	require.NoError(t, log.Append(t.Context(), sample[0]))
	held, release := holdNext(c, kmsg.EndTxn)
	done := make(chan error, 1)
	go func() { done <- log.Append(t.Context(), sample[1]) }()
	<-held
	ctx, cancel := context.WithCancel(t.Context())
	waiting := make(chan struct{}, 1)
	erased := make(chan error, 1)
	go func() { erased <- log.Erase(announced{ctx, waiting}, sample[1].Customer) }()
	<-waiting
	cancel()
	require.ErrorIs(t, <-erased, context.Canceled)
	release()
	require.NoError(t, <-done)
	require.Len(t, events(t, log), 2)
}
