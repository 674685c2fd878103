package nats_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/contrib/nats"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// producer appends its customers' events in batches, each batch twice, as a
// producer does that did not hear the first answer.
func produce(ctx context.Context, log clm.Log, events []clm.Event) error {
	for len(events) > 0 {
		n := min(50, len(events))
		for range 2 {
			if err := log.Append(ctx, events[:n]...); err != nil {
				return err
			}
		}
		events = events[n:]
	}
	return nil
}

// fold is a reader whose position moves with what it has taken in.
type fold struct {
	positions map[int]clm.Position
	events    map[clm.CustomerID][]clm.Event
	n         int
}

// follow takes in what the log has until it has seen a number of events.
func (f *fold) follow(ctx context.Context, log clm.Log, until int) error {
	for f.n < until {
		for p := range log.Partitions() {
			for e, err := range log.Read(ctx, p, f.positions[p]) {
				if err != nil {
					return err
				}
				f.events[e.Event.Customer] = append(f.events[e.Event.Customer], e.Event)
				f.positions[p] = e.Position
				f.n++
			}
		}
	}
	return nil
}

// Two producers and a reader work on while the leader of the stream dies and
// comes back.
func TestALeaderDiesAndNothingIsLostDoubledOrOutOfOrder(t *testing.T) {
	log := open(t, &nats.Options{Stream: "dying", Partitions: 4})
	events := clmtest.Events(4000, 40)
	var shares [2][]clm.Event
	for _, e := range events {
		p := clm.PartitionOf(e.Customer, 2)
		shares[p] = append(shares[p], e)
	}
	reader := &fold{positions: map[int]clm.Position{}, events: map[clm.CustomerID][]clm.Event{}}
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	group, ctx := errgroup.WithContext(ctx)
	for _, share := range shares {
		group.Go(func() error { return produce(ctx, log, share) })
	}
	group.Go(func() error { return reader.follow(ctx, log, len(events)) })
	group.Go(func() error { return killLeader(ctx, log, "dying", len(events)/4) })
	require.NoError(t, group.Wait())
	require.Equal(t, byCustomer(events), reader.events)
	require.Equal(t, byCustomer(events), all(t, log))
}

// killLeader stops the leader of a stream when the log holds a number of
// messages, and starts the node again when another leads.
func killLeader(ctx context.Context, log *nats.Log, stream string, at int) error {
	if err := log.Wait(ctx, at); err != nil {
		return err
	}
	leader, err := servers.Leader(ctx, stream)
	if err != nil {
		return err
	}
	servers.Stop(leader)
	if _, err := servers.Leader(ctx, stream); err != nil {
		return err
	}
	if err := servers.Start(leader); err != nil {
		return err
	}
	return servers.Current(ctx, stream)
}

// The control: a reader that trusts the broker to know what it has taken in.
// It dies once between the acknowledgement and its own writing, and once the
// other way around.
func TestAReaderThatTrustsAcknowledgementsLosesAndDoubles(t *testing.T) {
	log := open(t, &nats.Options{Stream: "acked", Partitions: 1})
	events := clmtest.Events(40, 1)
	require.NoError(t, log.Append(t.Context(), events...))
	consumer, err := streamOf(t, "acked").CreateConsumer(t.Context(), jetstream.ConsumerConfig{
		Durable: "worker", AckPolicy: jetstream.AckExplicitPolicy, FilterSubject: "acked.0.>",
	})
	require.NoError(t, err)
	taken := map[string]int{}
	take := func(n int, ack, write bool) {
		batch, err := consumer.Fetch(n)
		require.NoError(t, err)
		var open []jetstream.Msg
		for m := range batch.Messages() {
			if ack {
				require.NoError(t, m.DoubleAck(t.Context()))
			} else {
				open = append(open, m)
			}
			if write {
				taken[m.Subject()]++
			}
		}
		for _, m := range open {
			require.NoError(t, m.Nak()) // the server finds that the reader is gone
		}
	}
	take(10, true, true)
	take(10, true, false) // killed after the acknowledgement
	take(10, false, true) // killed before it
	take(20, true, true)
	twice := 0
	for _, n := range taken {
		twice += n - 1
	}
	require.Len(t, taken, 30, "ten are lost")
	require.Equal(t, 10, twice, "and ten are doubled")
}

// The same deaths with a position that moves together with what was taken in.
func TestAReaderThatKeepsItsPositionLosesNothing(t *testing.T) {
	log := open(t, &nats.Options{Partitions: 1})
	events := clmtest.Events(40, 1)
	require.NoError(t, log.Append(t.Context(), events...))
	var stored struct { // one row, one transaction
		position clm.Position
		taken    []clm.Event
	}
	take := func(n int, dies bool) {
		next := stored
		for e, err := range log.Read(t.Context(), 0, stored.position) {
			require.NoError(t, err)
			next.taken, next.position = append(next.taken, e.Event), e.Position
			if n--; n == 0 {
				break
			}
		}
		if !dies {
			stored = next
		}
	}
	for _, dies := range []bool{false, true, true, false, false, false} {
		take(10, dies)
	}
	require.Equal(t, fmt.Sprint(events), fmt.Sprint(stored.taken))
}
