package clm

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
)

// A catcher brings views up to date, pass after pass.
type catcher struct {
	log   Log
	views []View
	opts  *RunOptions
	// fences are the leases by slot, and until is when to claim them anew:
	// workers then stop after the batch in hand. Both are zero without leases.
	fences map[int]Fence
	until  time.Time
}

func newCatcher(log Log, opts *RunOptions, views []View) *catcher {
	return &catcher{log: log, views: views, opts: opts}
}

// follow makes passes until ctx ends, or until it is time to claim leases anew.
func (c *catcher) follow(ctx context.Context) error {
	for {
		wait := changed(c.log)
		if _, err := c.pass(ctx); err != nil {
			return err
		}
		if err := c.rest(ctx, wait); err != nil || c.over() {
			return err
		}
	}
}

// over reports whether it is time to claim leases anew.
func (c *catcher) over() bool { return !c.until.IsZero() && !time.Now().Before(c.until) }

// rest waits until the log may have grown.
func (c *catcher) rest(ctx context.Context, wait <-chan struct{}) error {
	limit := c.opts.Poll
	if !c.until.IsZero() {
		limit = min(limit, time.Until(c.until))
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-wait:
	case <-timer.C:
	}
	return ctx.Err()
}

func changed(log Log) <-chan struct{} {
	if n, ok := log.(Notifier); ok {
		return n.Changed()
	}
	return nil
}

// share claims leases and follows the log in their slots, again and again. No
// worker is at work while leases are claimed, so that a slot that is given up is
// given up between two batches.
func (c *catcher) share(ctx context.Context) error {
	defer c.leave(ctx)
	for {
		asked := time.Now()
		leases, err := c.opts.Leases.Claim(ctx, c.opts.Member)
		if err != nil {
			return fmt.Errorf("clm: claim leases of group %s: %w", c.opts.Member.Group, err)
		}
		c.until = asked.Add(c.opts.Member.TTL / 3)
		c.fences = make(map[int]Fence, len(leases))
		for _, l := range leases {
			c.fences[l.Slot] = Fence{Group: c.opts.Member.Group, Slot: l.Slot, Epoch: l.Epoch}
		}
		if err := c.follow(ctx); err != nil {
			return err
		}
	}
}

// leave gives the leases back. When that fails they run out by themselves.
func (c *catcher) leave(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.opts.Member.TTL)
	defer cancel()
	_ = c.opts.Leases.Leave(ctx, c.opts.Member)
}

// pass brings every view up to what the log held at the beginning, in the
// slots that are leased.
func (c *catcher) pass(ctx context.Context) (Caught, error) {
	due, err := c.due(ctx)
	if err != nil {
		return Caught{}, err
	}
	done := make([]Caught, len(due))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(2, runtime.GOMAXPROCS(0)))
	for i, w := range due {
		group.Go(func() error {
			w.done = &done[i]
			return w.run(ctx)
		})
	}
	err = group.Wait()
	var sum Caught
	for _, d := range done {
		sum.Events += d.Events
		sum.Aside += d.Aside
	}
	return sum, err
}

// due returns a worker for each view and partition that may be behind: all of
// them where the log cannot tell its ends.
func (c *catcher) due(ctx context.Context) ([]*worker, error) {
	ends, err := c.ends(ctx)
	if err != nil {
		return nil, err
	}
	var due []*worker
	for _, v := range c.views {
		marks, err := marksOf(ctx, v)
		if err != nil {
			return nil, fmt.Errorf("clm: marks of a view: %w", err)
		}
		for partition := range c.log.Partitions() {
			fence, ours := c.fences[SlotOf(partition, c.log.Partitions())]
			if c.fences != nil && !ours || ends != nil && ends[partition] <= marks[partition].Position {
				continue
			}
			due = append(due, &worker{catcher: c, view: v, partition: partition, fence: fence})
		}
	}
	slices.SortStableFunc(due, func(a, b *worker) int { return a.partition - b.partition })
	return due, nil
}

// ends returns the ends of the log's partitions, or nil if it cannot tell.
func (c *catcher) ends(ctx context.Context) (map[int]Position, error) {
	e, ok := c.log.(Ender)
	if !ok {
		return nil, nil
	}
	ends, err := e.Ends(ctx)
	if err != nil {
		return nil, fmt.Errorf("clm: ends of the log: %w", err)
	}
	return ends, nil
}

// marksOf returns the marks of a view, or nil if it cannot tell them at once.
func marksOf(ctx context.Context, v View) (map[int]Mark, error) {
	m, ok := v.(Marker)
	if !ok {
		return nil, nil
	}
	marks, err := m.Marks(ctx)
	if errors.Is(err, errors.ErrUnsupported) {
		return nil, nil
	}
	return marks, err
}
