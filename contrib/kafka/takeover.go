package kafka

import (
	"context"
	"errors"
	"fmt"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// confirm asks, before a writer that failed begins anew, whether it is still
// the one that appends: beginning anew without asking would fence whoever took
// over meanwhile (KIP-360).
func (w *writer) confirm(ctx context.Context) error {
	if w.id < 0 {
		return nil
	}
	for failures := 1; ; failures++ {
		err := w.confirmOnce(ctx)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, kerr.InvalidProducerIDMapping):
			w.fenced = true
			return fmt.Errorf("%w: %w", ErrFenced, err)
		case !errors.Is(err, kerr.ConcurrentTransactions): // the client has tried again what may pass
			return w.judge(err)
		case !sleep(ctx, backoff(failures)):
			return errors.Join(err, ctx.Err())
		}
	}
}

func (w *writer) confirmOnce(ctx context.Context) error {
	req := kmsg.NewPtrInitProducerIDRequest()
	req.TransactionalID = &w.log.opts.TransactionalID
	req.TransactionTimeoutMillis = int32(w.log.opts.Timeout.Milliseconds())
	req.ProducerID, req.ProducerEpoch = w.id, w.epoch
	resp, err := req.RequestWith(ctx, w.log.topic.client)
	if err != nil {
		return err
	}
	if err := kerr.ErrorForCode(resp.ErrorCode); err != nil {
		return err
	}
	w.id, w.epoch = resp.ProducerID, resp.ProducerEpoch
	return nil
}

// catchUp reads into the window what the partitions got since it last looked;
// at first, the latest events of each.
func (w *writer) catchUp(ctx context.Context) error {
	admin := kadm.NewClient(w.log.topic.client)
	starts, err := admin.ListStartOffsets(ctx, w.log.topic.name)
	if err != nil {
		return err
	}
	ends, err := admin.ListCommittedOffsets(ctx, w.log.topic.name)
	if err != nil {
		return err
	}
	for p := range w.next {
		start, _ := starts.Lookup(w.log.topic.name, int32(p))
		end, found := ends.Lookup(w.log.topic.name, int32(p))
		if err := errors.Join(start.Err, end.Err); err != nil || !found {
			return fmt.Errorf("offsets of partition %d: %w", p, errors.Join(err, ctx.Err()))
		}
		from := w.next[p]
		if from < 0 {
			from = end.Offset - int64(w.window.size)
		}
		from = max(from, start.Offset)
		if err := w.remember(ctx, p, from, max(from, end.Offset)); err != nil {
			return err
		}
	}
	return nil
}
