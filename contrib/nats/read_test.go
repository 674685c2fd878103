package nats_test

import (
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/contrib/nats"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// consumers waits until readers have a number of consumers on the servers, and
// returns their names.
func consumers(t *testing.T, stream jetstream.Stream, n int) []string {
	t.Helper()
	var names []string
	require.Eventually(t, func() bool {
		names = nil
		list := stream.ConsumerNames(t.Context())
		for name := range list.Name() {
			names = append(names, name)
		}
		return list.Err() == nil && len(names) == n
	}, patience, 10*time.Millisecond, "%d consumers", n)
	return names
}

func streamOf(t *testing.T, name string) jetstream.Stream {
	t.Helper()
	js, err := jetstream.New(connect(t, servers.URL()))
	require.NoError(t, err)
	stream, err := js.Stream(t.Context(), name)
	require.NoError(t, err)
	return stream
}

func TestAReadingGoesOnWhenItsConsumerIsGone(t *testing.T) {
	log := open(t, &nats.Options{Stream: "held", Partitions: 1})
	stream := streamOf(t, "held")
	events := clmtest.Events(4500, 3)
	require.NoError(t, log.Append(t.Context(), events...))
	next, stop := iter.Pull2(log.Read(t.Context(), 0, 0))
	defer stop()
	deleted := 0
	for i := range events {
		if i%500 == 300 {
			deleted += deleteConsumers(t, stream)
		}
		entry, err, ok := next()
		require.True(t, ok, i)
		require.NoError(t, err)
		require.Equal(t, events[i], entry.Event)
	}
	_, _, ok := next()
	require.False(t, ok)
	require.Greater(t, deleted, 1)
}

// deleteConsumers does what the server does after a time without a request.
func deleteConsumers(t *testing.T, stream jetstream.Stream) int {
	t.Helper()
	n := 0
	list := stream.ConsumerNames(t.Context())
	for name := range list.Name() {
		require.NoError(t, stream.DeleteConsumer(t.Context(), name))
		n++
	}
	return n
}

func TestReadingsLeaveNothingBehind(t *testing.T) {
	log := open(t, &nats.Options{Stream: "tidy", Partitions: 1})
	stream := streamOf(t, "tidy")
	require.NoError(t, log.Append(t.Context(), clmtest.Events(1200, 3)...))
	for stopAt := range 3 {
		for e, err := range log.Read(t.Context(), 0, 0) {
			require.NoError(t, err)
			if e.Position > clm.Position(stopAt) {
				consumers(t, stream, 1) // the control: one is there while reading
				break
			}
		}
	}
	consumers(t, stream, 0)
	if err := goleak.Find(); err != nil { // the servers' own goroutines are many
		require.False(t, strings.Contains(err.Error(), "clmkit/contrib/nats."), err.Error())
	}
}

func TestErasedPartsDoNotStopAReading(t *testing.T) {
	log := open(t, &nats.Options{Stream: "parts", Partitions: 1})
	stream := streamOf(t, "parts")
	events := clmtest.Events(9, 1)
	events[3].Text = strings.Repeat("long ", 500_000) // 5 messages, sequences 4 to 8
	require.NoError(t, log.Append(t.Context(), events...))
	require.NoError(t, stream.SecureDeleteMsg(t.Context(), 6), "an erasure that was killed half way")
	want := append(append([]clm.Event{}, events[:3]...), events[4:]...)
	require.Equal(t, byCustomer(want), all(t, log))
}

func TestForeignMessagesAreErrors(t *testing.T) {
	log := open(t, &nats.Options{Stream: "foreign", Partitions: 1})
	conn := connect(t, servers.URL())
	events := clmtest.Events(3, 1)
	require.NoError(t, log.Append(t.Context(), events...))
	js, err := jetstream.New(conn)
	require.NoError(t, err)
	_, err = js.Publish(t.Context(), "foreign.0.a.b", []byte("not an event"))
	require.NoError(t, err)
	var read []clm.Event
	var last error
	for e, err := range log.Read(t.Context(), 0, 0) {
		if last = err; err == nil {
			read = append(read, e.Event)
		}
	}
	require.Equal(t, events, read)
	require.ErrorContains(t, last, "sequence 4")
}

func TestAClusterThatIsAwayIsAnErrorInTime(t *testing.T) {
	log := open(t, &nats.Options{Stream: "away"})
	hasty, err := nats.Open(t.Context(), connect(t, servers.URL()), &nats.Options{Stream: "away", Patience: time.Millisecond})
	require.NoError(t, err)
	leader, err := servers.Leader(t.Context(), "away")
	require.NoError(t, err)
	events := clmtest.Events(4, 1)
	require.NoError(t, log.Append(t.Context(), events[:2]...))
	others := []int{(leader + 1) % 3, (leader + 2) % 3}
	for _, node := range others {
		servers.Stop(node)
	}
	require.ErrorContains(t, hasty.Append(t.Context(), events[2:]...), "gave up")
	for _, node := range others {
		require.NoError(t, servers.Start(node))
	}
	restarted(t, "away")
	require.NoError(t, log.Append(t.Context(), events[2:]...), "the same call succeeds afterwards")
	require.Equal(t, byCustomer(events), all(t, log))
}
