package kafka

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/clmkit/clmkit/clm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// opener gets ready for the records of a stretch, and returns what makes an
// event of one of them.
type opener func(ctx context.Context, records []*kgo.Record) (func(*kgo.Record) (clm.Event, error), error)

// errErased is the error of a record whose customer was erased: it is passed
// over.
var errErased = errors.New("erased")

// An Aside is a record that is not an event, and why.
type Aside struct {
	Topic     string
	Partition int
	Position  clm.Position // the record's offset plus one
	Value     []byte       // as it is in the topic
	Err       error
}

// Error says which record it is, by its offset.
func (a *Aside) Error() string {
	return fmt.Sprintf("kafka: topic %s: partition %d: offset %d: %v", a.Topic, a.Partition, a.Position-1, a.Err)
}

// Unwrap returns what is wrong with the record.
func (a *Aside) Unwrap() error { return a.Err }

// reading is one pass over a partition.
type reading struct {
	topic     *topic
	partition int
	open      opener
	aside     func(context.Context, *Aside) error
	// ended, if not nil, is told that there is no entry after last before the
	// offset end.
	ended func(last clm.Position, end int64)
}

// entries yields what is after a position and before the end: the last stable
// offset of now, or need if that is further. It holds nothing open between two
// requests: no connection of its own, no goroutine, no session at the broker.
func (r *reading) entries(ctx context.Context, after clm.Position, need int64) iter.Seq2[clm.Entry, error] {
	return func(yield func(clm.Entry, error) bool) {
		if err := r.run(ctx, after, need, yield); err != nil {
			yield(clm.Entry{}, err)
		}
	}
}

func (r *reading) run(ctx context.Context, after clm.Position, need int64, yield func(clm.Entry, error) bool) error {
	if err := r.topic.check(r.partition); err != nil {
		return err
	}
	offset, end := int64(after), int64(-1)
	if offset < 0 { // beyond what an offset can be
		return nil
	}
	last := after
	for end < 0 || offset < end {
		got, err := r.topic.fetch(ctx, r.partition, offset, max(need, end))
		if err != nil {
			return err
		}
		if end < 0 {
			end = max(got.stable, need)
		}
		more, err := r.pass(ctx, got.records, end, &last, yield)
		if err != nil || !more {
			return err
		}
		offset = got.next
	}
	if r.ended != nil {
		r.ended(last, end)
	}
	return nil
}

// pass yields the events of a stretch that lie before the end, and reports
// whether to go on. The last is the position of the latest one.
func (r *reading) pass(ctx context.Context, records []*kgo.Record, end int64, last *clm.Position, yield func(clm.Entry, error) bool) (bool, error) {
	if len(records) == 0 {
		return true, ctx.Err()
	}
	event, err := r.open(ctx, records)
	if err != nil {
		return false, fmt.Errorf("kafka: topic %s: read partition %d: %w", r.topic.name, r.partition, err)
	}
	for _, record := range records {
		if record.Offset >= end {
			break
		}
		if err := ctx.Err(); err != nil {
			return false, err
		}
		e, err := event(record)
		if errors.Is(err, errErased) {
			continue
		}
		if err != nil {
			if err := r.setAside(ctx, record, err); err != nil {
				return false, err
			}
			continue
		}
		*last = clm.Position(record.Offset + 1)
		if !yield(clm.Entry{Position: *last, Event: e}, nil) {
			return false, nil
		}
	}
	return true, nil
}

// setAside reports a record. Without anybody to report to it ends the reading:
// passing over it in silence would lose it.
func (r *reading) setAside(ctx context.Context, record *kgo.Record, why error) error {
	a := &Aside{r.topic.name, r.partition, clm.Position(record.Offset + 1), record.Value, why}
	if r.aside == nil {
		return a
	}
	if err := r.aside(ctx, a); err != nil {
		return fmt.Errorf("kafka: set aside a record: %w", err)
	}
	return nil
}
