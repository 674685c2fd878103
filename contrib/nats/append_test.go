package nats_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/contrib/nats"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// all returns the events of a log by customer, in order.
func all(t testing.TB, log clm.Log) map[clm.CustomerID][]clm.Event {
	t.Helper()
	by := map[clm.CustomerID][]clm.Event{}
	for e, err := range clm.Events(t.Context(), log) {
		require.NoError(t, err)
		by[e.Customer] = append(by[e.Customer], e)
	}
	return by
}

func byCustomer(events []clm.Event) map[clm.CustomerID][]clm.Event {
	by := map[clm.CustomerID][]clm.Event{}
	for _, e := range events {
		by[e.Customer] = append(by[e.Customer], e)
	}
	return by
}

// The control shows that the server's own memory of message ids has ended: it
// stores the same message id a second time.
func TestARepeatIsKnownAfterTheServersMemoryOfMessageIDs(t *testing.T) {
	log := open(t, &nats.Options{Stream: "repeats"})
	events := clmtest.Events(50, 7)
	require.NoError(t, log.Append(t.Context(), events...))

	js, err := jetstream.New(connect(t, servers.URL()))
	require.NoError(t, err)
	stream, err := js.Stream(t.Context(), "repeats")
	require.NoError(t, err)
	config := stream.CachedInfo().Config
	config.Duplicates = 100 * time.Millisecond
	_, err = js.UpdateStream(t.Context(), config)
	require.NoError(t, err)
	stored := 0
	require.Eventually(t, func() bool {
		ack, err := js.Publish(t.Context(), "repeats.none.control.none", []byte("x"), jetstream.WithMsgID("same"))
		if assert.NoError(t, err) && !ack.Duplicate {
			stored++
		}
		return stored == 2
	}, patience, 20*time.Millisecond)

	require.NoError(t, log.Append(t.Context(), events...))
	require.Equal(t, byCustomer(events), all(t, log))
}

func TestAStalledPublisherCannotDoubleAnEvent(t *testing.T) {
	log := open(t, nil)
	events := clmtest.Events(30, 4)
	finish, err := log.Stall(t.Context(), events[:20]...)
	require.NoError(t, err)
	require.NoError(t, log.Append(t.Context(), events[10:]...), "a second publisher")
	require.ErrorIs(t, finish(), nats.ErrKnown)
	require.Equal(t, byCustomer(events[10:]), all(t, log), "nothing of the stalled batch is in")
	require.NoError(t, log.Append(t.Context(), events[:20]...), "the first publisher tries again")
	got := 0
	for _, list := range all(t, log) {
		got += len(list)
	}
	require.Equal(t, len(events), got)
}

func TestAStalledPublisherAloneGetsThrough(t *testing.T) {
	log := open(t, nil)
	events := clmtest.Events(20, 4)
	finish, err := log.Stall(t.Context(), events...)
	require.NoError(t, err)
	require.Empty(t, all(t, log), "a batch without its last message is not there")
	require.NoError(t, finish())
	require.Equal(t, byCustomer(events), all(t, log))
}

func TestTheLongestTextsSurvive(t *testing.T) {
	log := open(t, nil)
	events := clmtest.Events(10, 1)
	events[3].Text = strings.Repeat("\x01", 1<<20) // 6 MB of JSON
	events[8].Text = strings.Repeat("a", clm.MaxText)
	require.NoError(t, log.Append(t.Context(), events...))
	require.Equal(t, byCustomer(events), all(t, log))
}

func TestEventsTooLongForTheServersAreNamed(t *testing.T) {
	log := open(t, nil)
	log.SetPart(4 << 10)
	e := clmtest.Events(4, 1)[3]
	e.Text = strings.Repeat("a", clm.MaxText)
	err := log.Append(t.Context(), clmtest.Events(1, 1)[0], e)
	require.ErrorContains(t, err, e.ID)
	require.ErrorContains(t, err, "max_payload")
	require.Empty(t, all(t, log))
}

func TestTwoLogsOfOneStreamAreOne(t *testing.T) {
	log := open(t, &nats.Options{Stream: "shared"})
	other, err := nats.Open(t.Context(), connect(t, servers.Nodes[1].URL()), &nats.Options{Stream: "shared"})
	require.NoError(t, err)
	events := clmtest.Events(600, 11)
	var group sync.WaitGroup
	for _, l := range []*nats.Log{log, other} {
		group.Go(func() {
			for i := 0; i < len(events); i += 20 {
				assert.NoError(t, l.Append(t.Context(), events[i:i+20]...))
			}
		})
	}
	group.Wait()
	require.Equal(t, byCustomer(events), all(t, log))
	require.Equal(t, byCustomer(events), all(t, other))
}

func TestAnAppendWakesThoseWhoWait(t *testing.T) {
	log := open(t, nil)
	events := clmtest.Events(2, 1)
	require.NoError(t, log.Append(t.Context(), events[0]))
	changed := log.Changed()
	require.NoError(t, log.Append(t.Context(), events[0]))
	select {
	case <-changed:
		t.Fatal("a repeat is no change")
	default:
	}
	require.NoError(t, log.Append(t.Context(), events[1]))
	<-changed
}
