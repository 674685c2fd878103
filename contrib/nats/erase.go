package nats

import (
	"context"
	"errors"
	"fmt"

	"github.com/clmkit/clmkit/clm"
	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sync/errgroup"
)

// ErrReplica is wrapped by the error of an erasure that finds a server of the
// stream absent or behind: what it holds could not be overwritten.
var ErrReplica = errors.New("a replica is not up to date")

// erasers is how many messages are erased at a time.
const erasers = 8

// Erase overwrites every message of a customer in the files of all the stream's
// servers, and then has the servers drop their Raft logs, which hold copies. An
// event of the customer that is appended meanwhile is kept. The ids of the erased
// events are forgotten with them. An erasure that ended with an error can be
// made again; the error wraps [ErrReplica] when a server is down or behind.
//
// It costs a look at each message of the partition, for each message of the
// customer a rewriting of its block of up to 8 MB on each server, and 24 MB of
// filler that pass through the stream.
func (l *Log) Erase(ctx context.Context, customer clm.CustomerID) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := l.upToDate(ctx); err != nil {
		return err
	}
	sequences, err := l.messagesOf(ctx, customer)
	if err != nil {
		return err
	}
	group, all := errgroup.WithContext(ctx)
	group.SetLimit(erasers)
	for _, sequence := range sequences {
		group.Go(func() error { return l.eraseMessage(all, sequence) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	if l.stream.CachedInfo().Config.Replicas == 1 {
		return nil // no Raft log
	}
	if err := l.compact(ctx); err != nil {
		return err
	}
	return l.upToDate(ctx)
}

// messagesOf returns the sequences of a customer's messages.
func (l *Log) messagesOf(ctx context.Context, customer clm.CustomerID) ([]uint64, error) {
	r := &reader{log: l, filter: l.customerSubject(customer), headers: true}
	defer r.close(ctx)
	var sequences []uint64
	for m, err := range r.messages(ctx) {
		if err != nil {
			return nil, err
		}
		sequences = append(sequences, m.sequence)
	}
	return sequences, nil
}

func (l *Log) eraseMessage(ctx context.Context, sequence uint64) error {
	return l.persist(ctx, fmt.Sprintf("erase sequence %d", sequence), func(ctx context.Context) error {
		err := l.stream.SecureDeleteMsg(ctx, sequence)
		if errors.Is(err, jetstream.ErrMsgDeleteUnsuccessful) || errors.Is(err, jetstream.ErrMsgNotFound) {
			return l.erased(ctx, sequence, err)
		}
		return err
	})
}

// erased returns nil if a message that could not be erased is gone: an attempt
// whose answer was lost erased it.
func (l *Log) erased(ctx context.Context, sequence uint64, cause error) error {
	_, err := l.stream.GetMsg(ctx, sequence)
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return nil
	case err == nil:
		return cause
	}
	return err
}

// upToDate returns nil when all servers of the stream are there and hold
// what the leader holds.
func (l *Log) upToDate(ctx context.Context) error {
	return l.persist(ctx, "erase", func(ctx context.Context) error {
		info, err := l.stream.Info(ctx)
		if err != nil {
			return err
		}
		if info.Cluster == nil {
			return nil
		}
		if n := len(info.Cluster.Replicas) + 1; n < info.Config.Replicas {
			return fmt.Errorf("%d of %d servers: %w", n, info.Config.Replicas, ErrReplica)
		}
		for _, peer := range info.Cluster.Replicas {
			if peer.Offline || !peer.Current || peer.Lag > 0 {
				return fmt.Errorf("%s: %w: %w", peer.Name, ErrReplica, errAgain)
			}
		}
		return nil
	})
}
