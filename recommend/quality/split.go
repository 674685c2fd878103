package quality

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// SplitOptions are the settings of [Temporal] and [LeaveOneOut].
type SplitOptions struct {
	// Weights say which kinds of events make history and targets, and how much
	// a target of the kind is worth; kinds that are missing or not above 0 are
	// passed over. Default: an order, 1.
	Weights map[clm.Kind]float64
	// Repeats keeps targets that the customer had before. Default: only items
	// that are new to the customer are targets.
	Repeats bool
	// First makes targets of the first event after the cut only, as for the
	// next basket. Default: of all. LeaveOneOut always has one event.
	First bool
}

// A Split is a past to learn from and what came after it.
type Split struct {
	// Cases are the customers with a history and a target, sorted.
	Cases []Case

	cut    time.Time // of those who are no case; zero when nothing is cut off
	before map[clm.CustomerID]time.Time
}

// Temporal splits events at a moment: history is what was before the cut,
// targets are of the window that begins with it, or of all after it when the
// window is 0. Nothing of the future is in the past, so this is the split to
// trust. It reads the events once, in any order, and keeps their items. It fails
// with the first error of the events.
func Temporal(events iter.Seq2[clm.Event, error], cut time.Time, window time.Duration, o *SplitOptions) (*Split, error) {
	if window < 0 {
		return nil, fmt.Errorf("quality: a window of %s", window)
	}
	touches, err := readTouches(events, o)
	if err != nil {
		return nil, err
	}
	s := &Split{cut: cut}
	for _, customer := range slices.Sorted(maps.Keys(touches)) {
		all := touches[customer]
		from, _ := slices.BinarySearchFunc(all, cut, func(t touch, cut time.Time) int { return t.time.Compare(cut) })
		to := len(all)
		if window > 0 {
			to, _ = slices.BinarySearchFunc(all, cut.Add(window), func(t touch, end time.Time) int { return t.time.Compare(end) })
		}
		s.add(newCase(customer, cut, all[:from], all[from:to], o))
	}
	return s, nil
}

// LeaveOneOut leaves out the latest event of each customer, all items of it:
// targets are its items, history is what was before it.
//
// It uses more of a small log than [Temporal] does, at a price: the other
// customers' events go on after the moment of a case, so that what is learned
// from them knows what was bought, in season or new, at that time (Meng et al.
// 2020; Ji et al. 2023). Its numbers are too good, most of all for what follows
// popularity, and methods may come in another order than on days to come. Choose
// by it between settings of one method, not between methods.
func LeaveOneOut(events iter.Seq2[clm.Event, error], o *SplitOptions) (*Split, error) {
	touches, err := readTouches(events, o)
	if err != nil {
		return nil, err
	}
	s := &Split{before: map[clm.CustomerID]time.Time{}}
	for _, customer := range slices.Sorted(maps.Keys(touches)) {
		all := touches[customer]
		last := all[len(all)-1]
		from := slices.IndexFunc(all, func(t touch) bool { return !t.time.Before(last.time) })
		event := slices.IndexFunc(all, last.with)
		if s.add(newCase(customer, last.time, all[:from], all[event:], o)) {
			s.before[customer] = last.time
		}
	}
	return s, nil
}

// Train yields those of the events that may be learned from: what was before
// the cut, or before the moment of the customer's case where one was left out.
// Give it the events that were split.
func (s *Split) Train(events iter.Seq2[clm.Event, error]) iter.Seq2[clm.Event, error] {
	return func(yield func(clm.Event, error) bool) {
		for e, err := range events {
			end, left := s.before[e.Customer]
			if !left {
				end = s.cut
			}
			if err == nil && !end.IsZero() && !e.Time.Before(end) {
				continue
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

// CountPopularity counts how many customers had each item, in the events of the
// kinds that the options name: those that [Split.Train] yields.
func CountPopularity(events iter.Seq2[clm.Event, error], o *SplitOptions) (*Popularity, error) {
	touches, err := readTouches(events, o)
	if err != nil {
		return nil, err
	}
	p := &Popularity{Customers: len(touches), Items: map[clm.ItemID]int{}}
	for _, all := range touches {
		had := map[clm.ItemID]bool{}
		for _, t := range all {
			if !had[t.item] {
				had[t.item] = true
				p.Items[t.item]++
			}
		}
	}
	return p, nil
}

// add takes in a case that has a history and a target.
func (s *Split) add(c Case) bool {
	if len(c.History) == 0 || len(c.Targets) == 0 {
		return false
	}
	s.Cases = append(s.Cases, c)
	return true
}
