package kafka

import (
	"cmp"
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
	return again(ctx, func() error {
		err := w.confirmOnce(ctx)
		switch {
		case errors.Is(err, kerr.ConcurrentTransactions):
			return fmt.Errorf("%w: %v", errUndecided, err)
		case errors.Is(err, kerr.InvalidProducerIDMapping): // the id is another producer's
			w.fenced = true
			return fmt.Errorf("%w: %w", ErrFenced, err)
		}
		return w.judge(err)
	})
}

// errUndecided says that the cluster is still ending the transaction before.
var errUndecided = errors.New("the transaction before has not ended yet")

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
	var starts, ends kadm.ListedOffsets
	err := again(ctx, func() (err error) {
		starts, ends, err = w.offsets(ctx)
		return err
	})
	if err != nil {
		return err
	}
	for p := range w.next {
		start, _ := starts.Lookup(w.log.topic.name, int32(p))
		end, found := ends.Lookup(w.log.topic.name, int32(p))
		if !found {
			return fmt.Errorf("offsets of partition %d: %w", p, errBroken)
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

// offsets asks where the partitions begin, and how far they are committed.
func (w *writer) offsets(ctx context.Context) (starts, ends kadm.ListedOffsets, err error) {
	admin := kadm.NewClient(w.log.topic.client)
	if starts, err = admin.ListStartOffsets(ctx, w.log.topic.name); err != nil {
		return nil, nil, err
	}
	if ends, err = admin.ListCommittedOffsets(ctx, w.log.topic.name); err != nil {
		return nil, nil, err
	}
	return starts, ends, cmp.Or(starts.Error(), ends.Error())
}
