package kill

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/traffic"
	"github.com/clmkit/clmkit/profile"
)

// Play does the work of one process, and reports on out.
func (t *Trial) Play(ctx context.Context, role string, args []string, out io.Writer) (err error) {
	shop, err := t.Open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, shop.Close()) }()
	report := &reporter{out: out}
	switch {
	case role == "reader":
		return t.readAll(ctx, shop, report)
	case role == "writer" && len(args) == 1:
		return t.writeAll(ctx, shop, args[0], report)
	}
	return fmt.Errorf("kill: unknown role %q with %q", role, args)
}

// A reporter writes whole lines, from several goroutines.
type reporter struct {
	mu  sync.Mutex
	out io.Writer
}

func (r *reporter) line(format string, args ...any) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, err := fmt.Fprintf(r.out, format+"\n", args...)
	return err
}

// readAll folds events until it is interrupted.
func (t *Trial) readAll(ctx context.Context, shop *Shop, report *reporter) error {
	catalogue, err := traffic.Catalogue()
	if err != nil {
		return err
	}
	store := shop.Profiles
	if t.Apart {
		store = &apart{shop.Profiles, shop.Position}
	}
	err = clm.Run(ctx, shop.Log, &clm.RunOptions{
		Leases:   shop.Leases,
		Member:   clm.Member{Group: "profiles", TTL: ttl},
		Poll:     ttl / 10,
		Progress: func(n int) { _ = report.line("read %d", n) }, // who cannot report is about to die
	}, profile.NewView(store, profile.NewFolder(catalogue, nil)))
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// writeAll appends what was not acknowledged yet, and acknowledges each batch
// on its report after the log has.
func (t *Trial) writeAll(ctx context.Context, shop *Shop, from string, report *reporter) error {
	start, err := parseProgress(from)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	for lane := range lanes {
		group.Go(func() error { return t.write(ctx, shop.Log, lane, start[lane], report) })
	}
	return group.Wait()
}

func (t *Trial) write(ctx context.Context, log clm.Log, lane int, at place, report *reporter) error {
	random := rand.New(rand.NewPCG(t.Seed, uint64(lane)))
	for chunk := at.chunk; chunk < t.chunks(); chunk++ {
		events := t.lane(chunk, lane)
		done := 0
		if chunk == at.chunk {
			done = min(at.done, len(events))
		}
		for done < len(events) {
			n := min(1+random.IntN(500), len(events)-done)
			if err := log.Append(ctx, events[done:done+n]...); err != nil {
				return err
			}
			done += n
			if err := report.line("wrote %d %d %d %d", lane, chunk, done, n); err != nil {
				return err
			}
		}
		if err := report.line("wrote %d %d %d %d", lane, chunk+1, 0, 0); err != nil {
			return err
		}
	}
	return nil
}

// place is how far a lane is acknowledged: some events of a chunk.
type place struct{ chunk, done int }

// progress is the places of all lanes.
type progress [lanes]place

func (p progress) String() string {
	s := ""
	for _, at := range p {
		s += fmt.Sprintf("%d:%d,", at.chunk, at.done)
	}
	return s
}

func parseProgress(s string) (p progress, err error) {
	into := make([]any, 0, 2*lanes)
	for i := range p {
		into = append(into, &p[i].chunk, &p[i].done)
	}
	if _, err := fmt.Sscanf(s, "%d:%d,%d:%d,%d:%d,%d:%d,", into...); err != nil {
		return p, fmt.Errorf("kill: %q is no progress: %w", s, err)
	}
	return p, nil
}

// apart is the control: a store that writes profiles and position in two
// transactions, as a consumer does that acknowledges after its work.
type apart struct {
	profile.Store
	position profile.Store
}

func (a *apart) Mark(ctx context.Context, partition int) (clm.Mark, error) {
	return a.position.Mark(ctx, partition)
}

func (a *apart) Commit(ctx context.Context, c profile.Change) error {
	own, err := a.Store.Mark(ctx, c.Partition)
	if err != nil {
		return err
	}
	position := profile.Change{Partition: c.Partition, After: c.After, Through: c.Through, Fence: c.Fence}
	c.After, c.Through = own, own.Position+1
	if err := a.Store.Commit(ctx, c); err != nil {
		return err
	}
	return a.position.Commit(ctx, position)
}
