package kafka

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// fetchBytes is about how much one request reads: 1 MiB, as in Kafka's own
// consumer. A batch of records that is larger comes whole.
const fetchBytes = 1 << 20

// stretch is what one request read of a partition.
type stretch struct {
	records []*kgo.Record // committed ones, without markers
	next    int64         // where to go on
	stable  int64         // where the last stable offset was: nothing before it is undecided
}

// ErrDeleted is wrapped by a [*GapError].
var ErrDeleted = errors.New("the entries were deleted from the topic")

// A GapError says that a topic no longer has the entries after a position,
// because its retention deleted them. It wraps [ErrDeleted].
type GapError struct {
	Topic     string
	Partition int
	After     clm.Position // where the reading was to begin
	// Oldest is the position to read after in order to get what is left,
	// once the loss has been accepted.
	Oldest clm.Position
}

// Error says what is gone.
func (e *GapError) Error() string {
	return fmt.Sprintf("kafka: topic %s: partition %d: %v: wanted those after %d, has those after %d", e.Topic, e.Partition, ErrDeleted, e.After, e.Oldest)
}

// Unwrap returns [ErrDeleted].
func (e *GapError) Unwrap() error { return ErrDeleted }

// errStalled says that a partition had nothing to give although it must have:
// a new leader may lag for a moment.
var errStalled = errors.New("the broker does not have the records yet")

// errBeyond says that an offset is after the end of a partition.
var errBeyond = errors.New("beyond the end")

// fetch reads a stretch that begins at an offset. If the partition has to reach
// further than it does (need > its stable offset), it asks again. What may pass
// is tried again for as long as the timeout says; a change of leaders is.
func (t *topic) fetch(ctx context.Context, partition int, offset, need int64) (stretch, error) {
	limited, cancel := context.WithTimeout(ctx, t.timeout)
	defer cancel()
	for failures := 1; ; failures++ {
		got, err := t.fetchOnce(limited, partition, offset)
		if err == nil && got.next == offset && offset < need {
			err = errStalled
		}
		if err == nil {
			return got, nil
		}
		if errors.Is(err, kerr.OffsetOutOfRange) {
			err = t.outOfRange(limited, partition, offset)
		}
		if errors.Is(err, errBeyond) {
			if offset >= need {
				return stretch{next: offset, stable: offset}, nil
			}
			err = errStalled
		}
		if !passes(err) || !sleep(limited, backoff(failures)) {
			return stretch{}, t.failed(ctx, partition, err)
		}
		if err := t.refresh(limited); errors.Is(err, errRecreated) {
			return stretch{}, t.failed(ctx, partition, err)
		}
	}
}

// failed names the partition.
func (t *topic) failed(ctx context.Context, partition int, err error) error {
	if gap, ok := errors.AsType[*GapError](err); ok {
		return gap
	}
	return t.because(ctx, fmt.Sprintf("read partition %d", partition), err)
}

// because says what failed, and lets the caller's own context speak first.
func (t *topic) because(ctx context.Context, what string, err error) error {
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return fmt.Errorf("kafka: topic %s: %s: %w", t.name, what, err)
}

// passes reports whether a failure may pass by itself. An answer of the cluster
// says so; no answer may.
func passes(err error) bool {
	if code, ok := errors.AsType[*kerr.Error](err); ok {
		return code.Retriable
	}
	for _, lasting := range []error{ErrDeleted, errBroken, errRecreated, kgo.ErrClientClosed} {
		if errors.Is(err, lasting) {
			return false
		}
	}
	return true
}

// errBroken is wrapped by the errors for what a broker should never send.
var errBroken = errors.New("cannot be read")

// sleep waits, and reports whether ctx did not end meanwhile.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

func (t *topic) fetchOnce(ctx context.Context, partition int, offset int64) (stretch, error) {
	from := t.leader(partition)
	answer, err := t.client.Broker(int(from.broker)).Request(ctx, t.request(partition, offset, from.epoch))
	if err != nil {
		return stretch{}, err
	}
	resp, ok := answer.(*kmsg.FetchResponse)
	if !ok {
		return stretch{}, fmt.Errorf("answer %T: %w", answer, errBroken)
	}
	if err := kerr.ErrorForCode(resp.ErrorCode); err != nil {
		return stretch{}, err
	}
	if len(resp.Topics) != 1 || len(resp.Topics[0].Partitions) != 1 {
		return stretch{}, fmt.Errorf("an answer about %d topics: %w", len(resp.Topics), errBroken)
	}
	return t.open(partition, offset, &resp.Topics[0].Partitions[0])
}

// open takes the records out of an answer. Those of aborted transactions and
// the markers are left out, and next is behind them.
func (t *topic) open(partition int, offset int64, part *kmsg.FetchResponseTopicPartition) (stretch, error) {
	if err := kerr.ErrorForCode(part.ErrorCode); err != nil {
		return stretch{}, err
	}
	got, next := kgo.ProcessFetchPartition(kgo.ProcessFetchPartitionOpts{
		Offset:         offset,
		IsolationLevel: kgo.ReadCommitted(),
		Topic:          t.name,
		Partition:      int32(partition),
	}, part, kgo.DefaultDecompressor(), nil)
	if got.Err != nil && next == offset {
		return stretch{}, fmt.Errorf("records at offset %d: %w: %w", offset, errBroken, got.Err)
	}
	return stretch{records: got.Records, next: next, stable: part.LastStableOffset}, nil
}

// request asks for the records of a partition without waiting for more. It
// keeps no session at the broker: there is nothing to clean up after a reader
// that breaks off.
func (t *topic) request(partition int, offset int64, epoch int32) *kmsg.FetchRequest {
	p := kmsg.NewFetchRequestTopicPartition()
	p.Partition = int32(partition)
	p.CurrentLeaderEpoch = epoch
	p.FetchOffset = offset
	p.PartitionMaxBytes = fetchBytes
	of := kmsg.NewFetchRequestTopic()
	of.Topic, of.TopicID = t.name, t.id
	of.Partitions = append(of.Partitions, p)
	req := kmsg.NewPtrFetchRequest()
	req.MaxWaitMillis = 0
	req.MinBytes = 1
	req.MaxBytes = fetchBytes
	req.IsolationLevel = 1 // read_committed
	req.SessionEpoch = -1  // no session
	req.Topics = append(req.Topics, of)
	return req
}

// outOfRange says which end of the partition an offset is beyond.
func (t *topic) outOfRange(ctx context.Context, partition int, offset int64) error {
	starts, err := kadm.NewClient(t.client).ListStartOffsets(ctx, t.name)
	if err != nil {
		return err
	}
	start, _ := starts.Lookup(t.name, int32(partition))
	switch {
	case start.Err != nil:
		return start.Err
	case offset < start.Offset:
		return &GapError{t.name, partition, clm.Position(offset), clm.Position(start.Offset)}
	default:
		return errBeyond
	}
}
