package recommend

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/recommend/internal/candidate"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
	"github.com/clmkit/clmkit/recommend/rerank"
)

// HoldOutOptions are the settings of [HoldOut].
type HoldOutOptions struct {
	// Task is what is recommended. Default: [NewItems].
	Task Task
	// Window is how long before the end purchases are kept back.
	// Default: 90 days, but at most half of the time that the events span.
	Window time.Duration
	// Top is how many items a list has. Default: 20.
	Top int
	// Most is how many cases a segment has at most, spread evenly over the
	// customers' ids. Default: 400.
	Most int
	// Portrait, if not nil, returns what a model may know of a customer at a
	// moment: of events after it nothing may be said.
	Portrait func(customer clm.CustomerID, at time.Time) string
	// Fit holds the settings of the fit.
	Fit *Options
}

// HoldOut returns lists as [Model.Recommend] would have made them before the
// last days of the events, together with what customers then bought: what
// [rerank.Measure] needs to say whether a model helps. There are three segments:
// warm customers, who had bought before; cold customers, who had only looked or
// searched; and cold items, lists of what fewer than five customers had bought,
// for those who then bought one of them.
//
// It fails as [Fit] does, and with [ErrNothingToEvaluate].
func HoldOut(ctx context.Context, events iter.Seq2[clm.Event, error], catalogue *clm.Catalogue, end time.Time, o *HoldOutOptions) ([]rerank.Case, error) {
	var opts HoldOutOptions
	if o != nil {
		opts = *o
	}
	fill(&opts.Top, 20)
	fill(&opts.Most, 400)
	if opts.Top < 1 || opts.Most < 1 || opts.Window < 0 || !opts.Task.valid() {
		return nil, fmt.Errorf("recommend: hold out %s, %d cases of %d items, task %d", opts.Window, opts.Most, opts.Top, opts.Task)
	}
	fitting, err := opts.Fit.defaults()
	if err != nil {
		return nil, err
	}
	fitting.Progress("read")
	records, err := interaction.Read(events, fitting.Weights, end)
	if err != nil {
		return nil, err
	}
	now, err := records.Before(ctx, end, catalogue)
	if err != nil {
		return nil, err
	}
	m, err := fit(ctx, records, catalogue, end.Add(-holdOut(now, opts.Window)), &fitting)
	if err != nil {
		return nil, err
	}
	k := keeper{m: m, o: &opts}
	whole, _ := m.past.Later(records)
	cases, err := k.cases(ctx, whole)
	if err == nil && len(cases) == 0 {
		err = fmt.Errorf("recommend: no customer bought after %s: %w", m.past.At.Format(time.RFC3339), ErrNothingToEvaluate)
	}
	return cases, err
}

// A keeper makes cases.
type keeper struct {
	m *Model
	o *HoldOutOptions
}

func (k *keeper) cases(ctx context.Context, whole []interaction.History) ([]rerank.Case, error) {
	var customers [3][]int
	for c := range whole {
		past := k.m.past.History(int32(c))
		for n, s := range segments {
			if len(s.targets(k, &whole[c], past)) > 0 {
				customers[n] = append(customers[n], c)
			}
		}
	}
	var cases []rerank.Case
	for n, s := range segments {
		for _, c := range spread(customers[n], k.o.Most) {
			one, err := k.one(ctx, s, &whole[c])
			if err != nil {
				return nil, err
			}
			if len(one.Items) > 1 {
				cases = append(cases, one)
			}
		}
	}
	return cases, nil
}

// A kept segment says who is in it and what the lists should have held.
type kept struct {
	name    rerank.Segment
	targets func(k *keeper, whole, past *interaction.History) map[int32]bool
	allowed func(k *keeper, item int32) bool
}

var segments = []kept{
	{rerank.Warm, func(k *keeper, whole, past *interaction.History) map[int32]bool {
		return targets(whole, k.o.Task, past)
	}, func(*keeper, int32) bool { return true }},
	{rerank.ColdCustomer, func(_ *keeper, whole, past *interaction.History) map[int32]bool {
		if len(past.Signals) > 0 || len(past.Touches) == 0 {
			return nil
		}
		return whole.Bought()
	}, func(*keeper, int32) bool { return true }},
	{rerank.ColdItem, func(k *keeper, whole, past *interaction.History) map[int32]bool {
		cold := targets(whole, k.o.Task, past)
		for item := range cold {
			if !k.m.cold(item) {
				delete(cold, item)
			}
		}
		return cold
	}, func(k *keeper, item int32) bool { return k.m.cold(item) }},
}

// one makes the case of a customer.
func (k *keeper) one(ctx context.Context, s kept, whole *interaction.History) (rerank.Case, error) {
	past := k.m.past.History(whole.Customer)
	id := k.m.past.Customers[whole.Customer]
	wanted := eligible(past, k.o.Task)
	h := past.Remembering()
	defer candidate.Forget(h)
	l := list{m: k.m, h: h, customer: id, k: k.o.Top, taken: map[int32]bool{}, allowed: func(item int32) bool {
		return wanted(item) && s.allowed(k, item)
	}}
	if err := l.fill(ctx, k.m.ladder(k.o.Task, past)...); err != nil {
		return rerank.Case{}, err
	}
	c := rerank.Case{Query: rerank.Query{Search: l.search(), Segment: s.name, Scope: llm.Scope{Customer: string(id)}, Seed: uint64(whole.Customer)}}
	if k.o.Portrait != nil {
		c.Query.Customer = k.o.Portrait(id, k.m.past.At)
	}
	for i := range l.picks {
		item := l.item(l.picks[i].Item)
		c.Items = append(c.Items, rerank.Item{ID: item.ID, Text: candidate.ItemText(item), Score: l.picks[i].relevance})
	}
	for item := range s.targets(k, whole, past) {
		c.Relevant = append(c.Relevant, k.m.past.Items[item])
	}
	slices.Sort(c.Relevant)
	return c, nil
}
