package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"

	"github.com/ncruces/go-sqlite3/vfs"

	"github.com/clmkit/clmkit/internal/powercut"
	"github.com/clmkit/clmkit/store/sqlite"
)

// cutShop is one shop on one disk. After damage it goes on with an empty one.
type cutShop struct {
	task    *cutTask
	number  int
	index   string
	vfs     string
	rng     *rand.Rand
	options sqlite.Options
	spill   int // pages of the write-ahead log after which SQLite checkpoints; 0 is as the store has it
	disk    *powercut.Disk
	lives   int // cuts of this disk
	writers []*cutWriter
	count   cutCount
}

func newCutShop(t *cutTask, number int, index string) *cutShop {
	return &cutShop{
		task: t, number: number, index: index,
		vfs: fmt.Sprintf("powercut-%d-%d", cutRuns.Add(1), number),
		rng: rand.New(rand.NewPCG(t.seed, uint64(number))),
	}
}

// run cuts the power a number of times. The error is that of a store that does
// not work before the first cut, or of one that leaves files open.
func (s *cutShop) run(ctx context.Context, cuts int, each func()) error {
	if err := os.Mkdir(s.index, 0o700); err != nil {
		return err
	}
	defer vfs.Unregister(s.vfs)
	for s.count.cuts < cuts && ctx.Err() == nil {
		if s.disk == nil {
			s.begin()
		}
		before := s.count.cuts
		if err := s.life(ctx); err != nil {
			return fmt.Errorf("powercut: shop %d of seed %d, after cut %d: %w", s.number, s.task.seed, s.count.cuts, err)
		}
		for range s.count.cuts - before {
			each()
		}
	}
	if s.disk == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	return s.close(ctx)
}

// close looks at what the last cut left.
func (s *cutShop) close(ctx context.Context) error {
	store, err := s.open(ctx)
	found := s.check(ctx, store, err)
	if found.damaged() {
		return s.leave(store, found)
	}
	s.count.add(&found)
	return store.close()
}

// begin makes an empty disk, and decides what the shop is like.
func (s *cutShop) begin() {
	o := s.task.disk
	o.Index = s.index
	s.disk = powercut.New(rand.NewPCG(s.rng.Uint64(), 0), &o)
	vfs.Register(s.vfs, s.disk)
	s.options = sqlite.Options{Partitions: 1 + s.rng.IntN(3), Sync: sqlite.Durable, Readers: 2, Now: cutNow}
	if s.task.control == cutsRelaxed {
		s.options.Sync = sqlite.Relaxed
	}
	s.spill = [...]int{0, 0, 20, 100}[s.rng.IntN(4)]
	s.lives, s.writers = 0, nil
	for i := range s.task.writers {
		s.writers = append(s.writers, newCutWriter(i, rand.New(rand.NewPCG(s.rng.Uint64(), 0))))
	}
}

// life is the time from one cut to the next: open, check, work. Some cuts come
// while the file is opened, which is when it is made and recovered.
func (s *cutShop) life(ctx context.Context) error {
	switch s.rng.IntN(6) {
	case 0, 1:
		s.disk.CutAfter(1 + s.rng.IntN(1+s.rng.IntN(200)))
	case 2:
		s.disk.CutAfterAny(1 + s.rng.IntN(1+s.rng.IntN(200)))
	}
	store, err := s.open(ctx)
	s.disk.CutAfter(0)
	s.disk.CutAfterAny(0)
	if s.disk.Off() {
		s.count.opening++
		return s.cut(store)
	}
	found := s.check(ctx, store, err)
	if ctx.Err() != nil || found.damaged() {
		return errors.Join(ctx.Err(), s.leave(store, found))
	}
	s.count.add(&found)
	s.disk.CutAfter(1 + s.rng.IntN(1+s.rng.IntN(600)))
	store, err = s.work(ctx, store)
	switch {
	case s.disk.Off():
		return s.cut(store)
	case ctx.Err() != nil:
		return errors.Join(ctx.Err(), store.close())
	}
	c := &cutCheck{shop: s}
	c.damage(&c.found.corrupt, "the store fails with the power on: %v", err)
	return s.leave(store, c.found)
}

// leave counts damage and leaves the disk. Damage before the first cut is no
// work of power cuts, and an error. A damaged file may not close without one.
func (s *cutShop) leave(store *cutStore, found cutCount) error {
	_ = store.close()
	if s.lives == 0 {
		return fmt.Errorf("damage before the first cut: %s", found.first)
	}
	s.count.add(&found)
	s.disk = nil
	return nil
}

// cut counts a cut and turns the power on again. Closing a store without power
// fails, and has to close its files all the same.
func (s *cutShop) cut(store *cutStore) error {
	_ = store.close()
	survival, err := s.disk.Reboot()
	s.count.cuts++
	s.lives++
	s.count.survival.Add(survival)
	return err
}

// work lets the writers work until the power is cut, and returns the store that
// is open then: one writer closes and opens it now and then.
func (s *cutShop) work(ctx context.Context, store *cutStore) (*cutStore, error) {
	if len(s.writers) > 1 {
		return store, s.workTogether(ctx, store)
	}
	w := s.writers[0]
	for !s.disk.Off() {
		if err := ctx.Err(); err != nil {
			return store, err
		}
		err := w.act(ctx, store, false)
		if err == nil && w.rng.IntN(40) == 0 {
			store, err = s.reopen(ctx, store)
		}
		if err != nil {
			return store, err
		}
	}
	return store, nil
}

func (s *cutShop) reopen(ctx context.Context, store *cutStore) (*cutStore, error) {
	if err := store.close(); err != nil {
		return nil, err
	}
	return s.open(ctx)
}

func (s *cutShop) workTogether(ctx context.Context, store *cutStore) error {
	var group sync.WaitGroup
	errs := make([]error, len(s.writers))
	for i, w := range s.writers {
		group.Go(func() {
			for errs[i] == nil && !s.disk.Off() && ctx.Err() == nil {
				errs[i] = w.act(ctx, store, true)
			}
		})
	}
	group.Wait()
	return errors.Join(errs...)
}
