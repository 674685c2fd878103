package profile

import (
	"context"
	"iter"
	"time"

	"github.com/clmkit/clmkit/clm/filter"
)

// A Selector is a [Reader] that can select profiles itself, because it has a
// database to ask. It is optional; [Select] hides the difference.
type Selector interface {
	// Select yields a copy of each profile that meets a condition on the fields
	// of [Schema] at a moment, in the order of the customers' ids. It yields the
	// error of a condition that does not fit; an error ends the sequence. A nil
	// condition is met by all.
	Select(ctx context.Context, e *filter.Expr, at time.Time) iter.Seq2[*Profile, error]

	// Count returns how many profiles Select would yield.
	Count(ctx context.Context, e *filter.Expr, at time.Time) (int, error)
}

// Select yields the profiles that meet a condition, as [Selector] says: by the
// reader itself where it can, and else one by one.
func Select(ctx context.Context, r Reader, e *filter.Expr, at time.Time) iter.Seq2[*Profile, error] {
	if s, ok := r.(Selector); ok {
		return s.Select(ctx, e, at)
	}
	return func(yield func(*Profile, error) bool) {
		f, err := filter.Compile(e, Schema(), at, nil)
		if err != nil {
			yield(nil, err)
			return
		}
		for p, err := range r.All(ctx) {
			if err == nil && !f.Match(NewRecord(p, at)) {
				continue
			}
			if !yield(p, err) {
				return
			}
		}
	}
}

// Tally counts the profiles that meet a condition at a moment: the dry run of a
// segment. It reads every profile, because those that cannot be judged are
// counted too.
func Tally(ctx context.Context, r Reader, e *filter.Expr, at time.Time) (filter.Tally, error) {
	f, err := filter.Compile(e, Schema(), at, nil)
	if err != nil {
		return filter.Tally{}, err
	}
	return f.Count(func(yield func(filter.Record, error) bool) {
		for p, err := range r.All(ctx) {
			var record filter.Record
			if err == nil {
				record = NewRecord(p, at)
			}
			if !yield(record, err) {
				return
			}
		}
	})
}
