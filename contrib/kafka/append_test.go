package kafka_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/contrib/kafka"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func TestARetriedBatchChangesNothingAfterARestart(t *testing.T) {
	seeds := fake(t).ListenAddrs()
	var keys kafka.MemoryKeys
	for range 3 { // three processes, one after the other
		log := open(t, seeds, topicName, &keys, nil)
		require.NoError(t, log.Append(t.Context(), sample[:150]...))
		require.NoError(t, log.Append(t.Context(), sample[50:]...), "redelivered in part")
		requireSame(t, sample, events(t, log))
	}
}

// What is older than the window is doubled in the topic, and once in the log
// that it is copied into.
func TestARepeatBeyondTheWindowIsRefusedByTheRecord(t *testing.T) {
	seeds := fake(t).ListenAddrs()
	log := open(t, seeds, topicName, new(kafka.MemoryKeys), &kafka.Options{Partitions: 1, Window: 50})
	require.NoError(t, log.Append(t.Context(), sample...))
	require.NoError(t, log.Append(t.Context(), sample[150:]...), "within the window")
	require.Equal(t, sample, events(t, log))
	require.NoError(t, log.Append(t.Context(), sample[0]), "beyond it")
	require.Len(t, events(t, log), len(sample)+1)

	record := clm.NewMemory(nil)
	copied, err := kafka.Copy(t.Context(), log, 0, 0, record, nil)
	require.NoError(t, err)
	require.Equal(t, len(sample)+1, copied.Read)
	requireSame(t, sample, events(t, record))
	again, err := kafka.Copy(t.Context(), log, 0, copied.Through, record, nil)
	require.NoError(t, err)
	require.Equal(t, kafka.Copied{Through: copied.Through}, again)
}

func TestCopyBeginsAgainAfterAnError(t *testing.T) {
	log := open(t, fake(t).ListenAddrs(), topicName, new(kafka.MemoryKeys), &kafka.Options{Partitions: 1})
	require.NoError(t, log.Append(t.Context(), sample...))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	record := clm.NewMemory(nil)
	copied, err := kafka.Copy(ctx, log, 0, 7, record, &clm.IngestOptions{BatchSize: 10, Progress: func(int) { cancel() }})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, clm.Position(7), copied.Through)
}

// While one transaction is held at its end, many calls come; they are committed
// in one more, and the one that is too large fails alone.
func TestCallsThatWaitShareATransaction(t *testing.T) {
	c := fake(t)
	log := open(t, c.ListenAddrs(), topicName, new(kafka.MemoryKeys), &kafka.Options{Partitions: 3, MaxEvent: 10_000})
	require.NoError(t, log.Append(t.Context(), sample[0]))
	ends := c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.EndTxn}, Observe: true, Count: -1})
	held, release := holdNext(c, kmsg.EndTxn)

	const calls = 40
	errs := make([]error, calls)
	var group sync.WaitGroup
	group.Go(func() { assert.NoError(t, log.Append(t.Context(), sample[1])) })
	<-held
	queued := make(chan struct{}, calls)
	for i := range calls {
		group.Go(func() {
			e := sample[2+i]
			if i == 7 {
				e.Kind, e.Text = clm.Messaged, strings.Repeat("x", 10_001)
				e.Item, e.Lines = "", nil
			}
			errs[i] = log.Append(announced{t.Context(), queued}, e)
		})
	}
	for range calls - 1 { // the one that is too large never waits
		<-queued
	}
	release()
	group.Wait()
	for i, err := range errs {
		if i != 7 {
			require.NoError(t, err)
			continue
		}
		require.ErrorIs(t, err, clm.ErrInvalid)
		require.ErrorContains(t, err, sample[9].ID)
	}
	require.Len(t, events(t, log), 2+calls-1)
	require.Equal(t, 2, ends.Hits(), "transactions")
}

// announced tells that somebody waits for the context's end: that the call is in
// the queue.
type announced struct {
	context.Context
	waiting chan<- struct{}
}

func (a announced) Done() <-chan struct{} {
	select {
	case a.waiting <- struct{}{}:
	default:
	}
	return a.Context.Done()
}

func TestTheSameIDInCallsAtOnceIsWrittenOnce(t *testing.T) {
	log := open(t, fake(t).ListenAddrs(), topicName, new(kafka.MemoryKeys), nil)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() { assert.NoError(t, log.Append(t.Context(), sample...)) })
	}
	group.Wait()
	requireSame(t, sample, events(t, log))
}

func TestACallLeavesTheQueueWithItsContext(t *testing.T) {
	c := fake(t)
	log := open(t, c.ListenAddrs(), topicName, new(kafka.MemoryKeys), nil)
	require.NoError(t, log.Append(t.Context(), sample[0]))
	held, release := holdNext(c, kmsg.EndTxn)
	var group sync.WaitGroup
	group.Go(func() { assert.NoError(t, log.Append(t.Context(), sample[1])) })
	<-held
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	waiting := make(chan struct{}, 1)
	group.Go(func() { assert.ErrorIs(t, log.Append(announced{ctx, waiting}, sample[2]), context.Canceled) })
	<-waiting
	cancel()
	release()
	group.Wait()
	requireSame(t, sample[:2], events(t, log))
}

// A transaction whose callers have all gone is given up before its commit.
func TestATransactionIsGivenUpWithItsCallers(t *testing.T) {
	c := fake(t)
	log := open(t, c.ListenAddrs(), topicName, new(kafka.MemoryKeys), nil)
	require.NoError(t, log.Append(t.Context(), sample[0]))
	held, release := holdNext(c, kmsg.Produce)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		<-held
		cancel()
	}()
	require.ErrorIs(t, log.Append(ctx, sample[1:20]...), context.Canceled)
	release()
	require.Equal(t, sample[:1], events(t, log))
	require.NoError(t, log.Append(t.Context(), sample[1:20]...), "the same call")
	requireSame(t, sample[:20], events(t, log))
}

// One caller that leaves a shared transaction does not take the others along.
func TestASharedTransactionOutlivesOneOfItsCallers(t *testing.T) {
	c := fake(t)
	log := open(t, c.ListenAddrs(), topicName, new(kafka.MemoryKeys), nil)
	require.NoError(t, log.Append(t.Context(), sample[0]))
	first, releaseFirst := holdNext(c, kmsg.EndTxn)
	var group sync.WaitGroup
	group.Go(func() { assert.NoError(t, log.Append(t.Context(), sample[1])) })
	<-first
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	queued := make(chan struct{}, 2)
	group.Go(func() { assert.NoError(t, log.Append(announced{ctx, queued}, sample[2])) })
	<-queued
	group.Go(func() { assert.NoError(t, log.Append(announced{t.Context(), queued}, sample[3])) })
	<-queued
	second, releaseSecond := holdNext(c, kmsg.Produce)
	releaseFirst()
	<-second
	cancel()
	releaseSecond()
	group.Wait()
	requireSame(t, sample[:4], events(t, log))
}

func TestTextsOfTheLargestSize(t *testing.T) {
	log := open(t, fake(t).ListenAddrs(), topicName, new(kafka.MemoryKeys), nil)
	long := clmtest.Events(4, 1)[3]
	long.Text = strings.Repeat("tr\u00e8s bien\n", clm.MaxText/11)
	want := append([]clm.Event{long}, sample[4:7]...)
	require.NoError(t, log.Append(t.Context(), want...))
	requireSame(t, want, events(t, log))
}

func TestAnEventThatTheTopicDoesNotTakeIsNamed(t *testing.T) {
	log := open(t, fake(t).ListenAddrs(), topicName, new(kafka.MemoryKeys), &kafka.Options{MaxEvent: 1000})
	long := clmtest.Events(4, 1)[3]
	long.ID, long.Text = "too-long", strings.Repeat("\x01", 200) // six bytes each in JSON
	err := log.Append(t.Context(), sample[3], long)
	require.ErrorIs(t, err, clm.ErrInvalid)
	require.ErrorContains(t, err, "too-long")
	require.ErrorContains(t, err, "max.message.bytes")
	require.Empty(t, events(t, log))
	done, err := clm.Ingest(t.Context(), log, clm.Sequence([]clm.Event{sample[3], long, sample[4]}), nil)
	require.NoError(t, err)
	require.Equal(t, clm.Ingested{Read: 3, Appended: 2, Aside: 1}, done, "it stops nobody else")
}

// The largest event that the log lets through is one that the broker takes.
func TestTheLimitIsTheBrokers(t *testing.T) {
	for _, from := range []int{0, 1} { // with a small one in the batch, and alone
		log := open(t, fake(t).ListenAddrs(), topicName, new(kafka.MemoryKeys), &kafka.Options{Partitions: 1, MaxEvent: 100_000})
		fits, small := clmtest.Events(4, 1)[3], sample[0]
		body, err := json.Marshal(fits)
		require.NoError(t, err)
		fits.Text += strings.Repeat("x", 100_000-len(body))
		require.NoError(t, log.Append(t.Context(), []clm.Event{small, fits}[from:]...))
		require.NoError(t, log.Append(t.Context(), small, fits))
		requireSame(t, []clm.Event{small, fits}, events(t, log))
		fits.ID, fits.Text = "e-larger", fits.Text+"x"
		require.ErrorIs(t, log.Append(t.Context(), fits), clm.ErrInvalid)
	}
}

func TestManyPartitions(t *testing.T) {
	log := open(t, fake(t).ListenAddrs(), topicName, new(kafka.MemoryKeys), &kafka.Options{Partitions: 500})
	many := clmtest.Events(3000, 1000)
	require.NoError(t, log.Append(t.Context(), many...))
	require.NoError(t, log.Append(t.Context(), many...))
	requireSame(t, many, events(t, log))
}
