package nats

import (
	"context"
	"errors"
	"iter"
	"time"

	natsgo "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// idle is after how long without a request the server deletes a consumer.
const idle = 30 * time.Second

// closing is how long the deletion of a consumer may take.
const closing = 2 * time.Second

// message is a message of the stream.
type message struct {
	sequence uint64
	header   natsgo.Header
	data     []byte
}

// reader reads the messages after a position whose subject matches a filter, up
// to where the stream ended when the reading began. It is what the client
// library calls an ordered consumer: no acknowledgements, and a new consumer
// from the last position on whenever something is missing. It differs in that
// the leader is asked where the end is, and that a message is pulled when it is
// wanted.
type reader struct {
	log      *Log
	filter   string
	headers  bool // headers are enough
	position uint64
	end      uint64

	consumer string // the server's name of the consumer, "" without one
	pull     *pull
}

// messages yields the messages one by one. No answer of the server is waited
// for while the caller has one.
func (r *reader) messages(ctx context.Context) iter.Seq2[message, error] {
	return func(yield func(message, error) bool) {
		err := r.log.persist(ctx, "read stream "+r.log.name, func(ctx context.Context) (err error) {
			r.end, err = r.log.end(ctx)
			return err
		})
		for err == nil && r.position < r.end {
			var batch []message
			batch, err = r.next(ctx)
			if err != nil || len(batch) == 0 {
				break
			}
			for _, m := range batch {
				if !yield(m, nil) {
					return
				}
				r.position = m.sequence
			}
		}
		if err != nil {
			yield(message{}, err)
		}
	}
}

// next returns the messages that follow, none at the end.
func (r *reader) next(ctx context.Context) ([]message, error) {
	var batch []message
	err := r.log.persist(ctx, "read "+r.filter, func(ctx context.Context) error {
		if r.consumer == "" {
			done, err := r.done(ctx)
			if done || err != nil {
				return err
			}
			if err := r.consume(ctx); err != nil {
				return err
			}
		}
		got, err := r.pull.receive(ctx, r.end)
		if err != nil {
			r.drop(ctx)
			if len(got) == 0 {
				return err
			}
		}
		if batch = got; len(batch) > 0 {
			return nil
		}
		done, err := r.done(ctx)
		if err == nil && !done {
			err = errAgain // the consumer's server has not got what the leader has
		}
		return err
	})
	return batch, err
}

// done asks the leader whether nothing more is to come. A server that follows
// cannot tell, it may be behind.
func (r *reader) done(ctx context.Context) (bool, error) {
	m, err := r.log.stream.GetMsg(ctx, r.position+1, jetstream.WithGetMsgSubject(r.filter))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return true, nil
	}
	return err == nil && m.Sequence > r.end, err
}

// end returns the last sequence of the stream's leader.
func (l *Log) end(ctx context.Context) (uint64, error) {
	acked := l.acked.Load()
	info, err := l.stream.Info(ctx)
	if err != nil {
		return 0, err
	}
	if info.State.LastSeq < acked { // an old leader, or one that has not applied what it has
		return 0, errAgain
	}
	return info.State.LastSeq, nil
}

// consume makes a consumer that begins after the position.
func (r *reader) consume(ctx context.Context) error {
	c, err := r.log.stream.CreateConsumer(ctx, jetstream.ConsumerConfig{
		FilterSubject:     r.filter,
		DeliverPolicy:     jetstream.DeliverByStartSequencePolicy,
		OptStartSeq:       r.position + 1,
		AckPolicy:         jetstream.AckNonePolicy,
		HeadersOnly:       r.headers,
		Replicas:          1,
		MemoryStorage:     true,
		InactiveThreshold: idle,
	})
	if err != nil {
		return err
	}
	r.consumer = c.CachedInfo().Name
	r.pull, err = newPull(r.log, r.consumer)
	return err
}

// drop deletes the consumer. Where that fails the server does it after [idle].
func (r *reader) drop(ctx context.Context) {
	if r.pull != nil {
		r.pull.stop()
	}
	if r.consumer != "" {
		_ = r.log.stream.DeleteConsumer(ctx, r.consumer)
	}
	r.consumer, r.pull = "", nil
}

// close ends the reading, also when ctx has ended.
func (r *reader) close(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closing)
	defer cancel()
	r.drop(ctx)
}
