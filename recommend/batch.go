package recommend

import (
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// BatchOptions are the settings of [Model.Batch].
type BatchOptions struct {
	// Customers are for whom, sorted. Default: all that the model knows.
	Customers []clm.CustomerID
	// After is the last customer that is done already: those up to it are
	// passed over, so that a batch that was cut short goes on. Default: none.
	After clm.CustomerID
	// Progress, if not nil, is called when a part of the results is made, with
	// how many customers are done and how many there are.
	Progress func(done, total int)
}

// batchBlock is how many lists are made before the first of them is yielded.
const batchBlock = 256

// Batch answers the same request for many customers, on all processors, and
// yields the results in the order of the customers' ids. Which customer the
// request names is not looked at; [Result.Customer] says whose it is. An error
// ends the sequence. Whoever keeps the last customer with the results can go on
// after it: the results are the same as those of a batch without a break.
func (m *Model) Batch(ctx context.Context, r Request, o *BatchOptions) iter.Seq2[*Result, error] {
	var opts BatchOptions
	if o != nil {
		opts = *o
	}
	all := opts.Customers
	if all == nil {
		all = m.past.Customers
	}
	return func(yield func(*Result, error) bool) {
		left := all
		if opts.After != "" {
			n, found := slices.BinarySearch(all, opts.After)
			if found {
				n++
			}
			left = all[n:]
		}
		for len(left) > 0 {
			block := left[:min(len(left), batchBlock)]
			results, err := m.block(ctx, r, block)
			if err != nil {
				yield(nil, err)
				return
			}
			left = left[len(block):]
			if opts.Progress != nil {
				opts.Progress(len(all)-len(left), len(all))
			}
			for _, result := range results {
				if !yield(result, nil) {
					return
				}
			}
		}
	}
}

func (m *Model) block(ctx context.Context, r Request, customers []clm.CustomerID) ([]*Result, error) {
	results, failed := make([]*Result, len(customers)), make([]error, len(customers))
	err := interaction.InBlocks(ctx, len(customers), func(from, to int) {
		for i := from; i < to; i++ {
			one := r
			one.Customer = customers[i]
			results[i], failed[i] = m.Recommend(ctx, one)
		}
	})
	return results, errors.Join(append(failed, err)...)
}
