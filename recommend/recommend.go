package recommend

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/recommend/internal/candidate"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// ErrUnknownItem is wrapped by the error for a [Request.SimilarTo] that neither
// the events nor the catalogue of the model have.
var ErrUnknownItem = errors.New("unknown item")

// Recommend answers a request. It blocks for no I/O but that of an embedder,
// when the customer has searched and content has a weight. It fails with ctx's
// error, with [ErrUnknownItem], or for a K or a Task out
// of range.
func (m *Model) Recommend(ctx context.Context, r Request) (*Result, error) {
	if r.K < 0 || !r.Task.valid() {
		return nil, fmt.Errorf("recommend: %d items wanted, task %d", r.K, r.Task)
	}
	if r.K == 0 {
		r.K = 10
		if r.Among != nil {
			r.K = max(1, len(r.Among))
		}
	}
	if r.Time.IsZero() {
		r.Time = m.past.At
	}
	h := m.history(&r)
	if n := slices.Index(m.past.Channels, r.Channel); n > 0 {
		h.Channel = uint8(n)
	}
	l := list{m: m, h: h.Remembering(), customer: r.Customer, allowed: m.allowed(&r, &h), k: r.pool(), taken: map[int32]bool{}}
	defer func() { candidate.Forget(l.h) }()
	steps := m.ladder(r.Task, &h)
	if r.SimilarTo != "" {
		item, ok := m.past.Index[r.SimilarTo]
		if !ok {
			return nil, fmt.Errorf("recommend: similar to %q: %w", r.SimilarTo, ErrUnknownItem)
		}
		l.h = m.onlyItem(h.Customer, item).Remembering()
		l.taken[item] = true
		steps = m.alone(ByItem)
	}
	steps, err := m.asked(&r, steps)
	if err != nil {
		return nil, err
	}
	if err := l.fill(ctx, steps...); err != nil {
		return nil, err
	}
	l.last(&r)
	l.ask(ctx, &r)
	if err := l.arrange(&r); err != nil {
		return nil, fmt.Errorf("recommend: %w", err)
	}
	return l.result(&r), ctx.Err()
}

// onlyItem returns the history of a customer who has wanted one item, just now.
func (m *Model) onlyItem(customer, item int32) *interaction.History {
	now := interaction.Nano(m.past.At)
	return &interaction.History{Customer: customer, Now: now, Signals: []interaction.Signal{{Item: item, Time: now, Weight: 1}}}
}

// history returns what the request lets the model know of the customer.
func (m *Model) history(r *Request) interaction.History {
	h := interaction.History{Customer: -1, Now: interaction.Nano(m.past.At)}
	if r.Impersonal {
		return h
	}
	if number, known := m.past.Number[r.Customer]; known {
		h = *m.past.History(number)
	}
	if len(r.Session) == 0 {
		return h
	}
	return m.past.Join(h, interaction.Visit(r.Session, m.o.Weights, m.past.At))
}

// allowed returns whether an item may be shown to the customer.
func (m *Model) allowed(r *Request, h *interaction.History) func(item int32) bool {
	wanted := eligible(h, r.Task)
	back, among, holds := returned(r, h), m.among(r), m.verdicts.of(r.Filter, len(m.past.Items))
	return func(item int32) bool {
		listed := m.past.Catalogue[item]
		if listed == nil {
			if !r.Unlisted {
				return false
			}
			listed = &clm.Item{ID: m.past.Items[item]}
		}
		return (among == nil || among[item]) && wanted(item) && !back[item] && listed.Available() && holds(item, listed) && (r.Keep == nil || r.Keep(listed))
	}
}

// returned returns the items that the customer has brought back and not bought
// again after.
func returned(r *Request, h *interaction.History) map[int32]bool {
	if r.Returned || len(h.Returned) == 0 {
		return nil
	}
	back := map[int32]bool{}
	for _, t := range h.Returned {
		back[t.Item] = true
		for i := range h.Signals {
			if s := &h.Signals[i]; s.Item == t.Item && s.Bought && s.Time > t.Time {
				back[t.Item] = false
			}
		}
	}
	return back
}

// decision returns an id of what was decided: the same for the same decision.
func decision(r *Request, result *Result) string {
	hash := sha256.New()
	fmt.Fprintf(hash, "%q %d %d %q %s %q %d", r.Customer, r.Seed, r.Time.UnixNano(), r.Surface, r.Task, r.SimilarTo, result.At.UnixNano())
	for i := range result.Items {
		fmt.Fprintf(hash, " %q", result.Items[i].ID)
	}
	return hex.EncodeToString(hash.Sum(nil)[:16])
}

// Exposure returns what a customer was shown at a moment, for
// [clm.Exposures.Expose]. Surface is where, policy the name of what decided.
func (r *Result) Exposure(at time.Time, surface, policy string) clm.Exposure {
	e := clm.Exposure{Decision: r.Decision, Customer: r.Customer, Time: at, Surface: surface, Policy: policy}
	for _, item := range r.Items {
		e.Shown = append(e.Shown, clm.Shown{Item: item.ID, Propensity: item.Propensity, Score: item.Score})
	}
	return e
}
