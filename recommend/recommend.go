package recommend

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/filter"
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
	}
	h := m.history(&r)
	l := list{m: m, h: &h, allowed: m.allowed(&r, &h), k: r.K, taken: map[int32]bool{}}
	steps := m.ladder(r.Task, &h)
	if r.SimilarTo != "" {
		item, ok := m.in.index[r.SimilarTo]
		if !ok {
			return nil, fmt.Errorf("recommend: similar to %q: %w", r.SimilarTo, ErrUnknownItem)
		}
		l.h = &history{customer: h.customer, now: m.in.at, signals: []signal{{item: item, time: m.in.at, weight: 1}}}
		l.taken[item] = true
		steps = m.alone(ByItem)
	}
	if err := l.fill(ctx, steps...); err != nil {
		return nil, err
	}
	return l.result(), nil
}

// history returns what the request lets the model know of the customer.
func (m *Model) history(r *Request) history {
	h := history{customer: -1, now: m.in.at}
	if r.Impersonal {
		return h
	}
	number, known := m.in.number[r.Customer]
	if known {
		h = m.in.histories[number]
		h.signals, h.touches = slices.Clone(h.signals), slices.Clone(h.touches)
	}
	var records []record
	for _, e := range r.Session {
		if e.Time.IsZero() {
			e.Time = m.in.at
		}
		if known && e.Time.Before(m.in.at) {
			continue
		}
		records = append(records, newRecord(&e))
		if e.Time.After(h.now) {
			h.now = e.Time
		}
	}
	slices.SortFunc(records, record.compare)
	for i := range records {
		again := i > 0 && records[i].id != "" && records[i].id == records[i-1].id
		if !again {
			h.add(&records[i], m.in.vocabulary)
		}
	}
	return h
}

// allowed returns whether an item may be shown to the customer.
func (m *Model) allowed(r *Request, h *history) func(item int32) bool {
	eligible := h.eligible(r.Task)
	return func(item int32) bool {
		listed := m.in.catalogue[item]
		if listed == nil {
			if !r.Unlisted {
				return false
			}
			listed = &clm.Item{ID: m.in.items[item]}
		}
		return eligible(item) && listed.Available() && r.Filter.Match((*filter.Item)(listed)) && (r.Keep == nil || r.Keep(listed))
	}
}
