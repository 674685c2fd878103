package main

import (
	"context"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/profile/traits"
)

// replay brings the events into the log month by month, as they would have come
// in, and records at the end of each month who has moved to another stage.
func (s *story) replay(ctx context.Context) error {
	s.folder = profile.NewFolder(s.catalogue, &profile.FoldOptions{Traits: traits.NewLexical(s.catalogue, nil).Read})
	s.meter.Start("taking in events", int64(len(s.events)))
	rest := s.events
	for end := nextMonth(rest[0].Time); ; end = nextMonth(end) {
		last := !end.Before(s.at)
		n := slices.IndexFunc(rest, func(e clm.Event) bool { return !e.Time.Before(end) })
		if n < 0 || last {
			n = len(rest)
		}
		if last {
			end = s.at
		}
		if err := s.takeIn(ctx, rest[:n]); err != nil {
			return err
		}
		if err := s.place(ctx, end); err != nil {
			return err
		}
		if last {
			return nil
		}
		rest = rest[n:]
	}
}

// nextMonth returns when the month after t begins.
func nextMonth(t time.Time) time.Time {
	t = t.UTC()
	return time.Date(t.Year(), t.Month()+1, 1, 0, 0, 0, 0, time.UTC)
}

// takeIn appends events to the log and folds them into profiles.
func (s *story) takeIn(ctx context.Context, events []clm.Event) error {
	ingested, err := clm.Ingest(ctx, s.log, clm.Sequence(events), &clm.IngestOptions{Progress: s.meter.Add, SetAside: s.setAside})
	s.summary.Events.Read += ingested.Read
	s.summary.Events.Appended += ingested.Appended
	s.summary.Events.Aside += ingested.Aside
	if err != nil {
		return err
	}
	return s.catchUp(ctx)
}

func (s *story) catchUp(ctx context.Context) error {
	caught, err := clm.CatchUp(ctx, s.log, &clm.RunOptions{SetAside: s.setAside}, profile.NewView(s.profiles, s.folder))
	s.summary.Refused += caught.Aside
	return err
}

// setAside keeps five reasons of events that were set aside, the first in
// alphabetical order: views report from several goroutines at once.
func (s *story) setAside(_ context.Context, a clm.Aside) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	why := append(s.summary.Aside, a.Err.Error())
	slices.Sort(why)
	s.summary.Aside = why[:min(5, len(why))]
	return nil
}

// place records the transitions that a sweep finds as events of their own.
func (s *story) place(ctx context.Context, at time.Time) error {
	s.summary.Moves = nil // of the latest sweep
	var moved []clm.Event
	for e, err := range profile.Sweep(ctx, s.profiles, nil, at) {
		if err != nil {
			return err
		}
		moved = append(moved, e)
		if e.From != "" {
			s.summary.Moves = s.summary.Moves.add(e.From, e.To)
		}
	}
	if err := s.log.Append(ctx, moved...); err != nil {
		return err
	}
	s.summary.Transitions += len(moved)
	return s.catchUp(ctx)
}
