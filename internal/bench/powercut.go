package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/clmkit/clmkit/internal/powercut"
	"github.com/clmkit/clmkit/internal/progress"
)

// cutTask cuts the power under the SQLite store again and again, and counts
// what it lost.
type cutTask struct {
	cuts    int
	seed    uint64
	writers int
	control string
	disk    powercut.Options
}

// The controls: what has to lose or to damage something.
const (
	cutsUnsynced = "off"    // synchronous=OFF
	cutsRelaxed  = "normal" // the store's relaxed mode: loses, stays whole
	cutsDenied   = "denies" // a disk that spoils whole sectors and denies it
	cutsAdmitted = "admits" // a disk that does and says so
)

// cutMethods is what is measured, as the result names it.
var cutMethods = map[string]string{
	"":           "durable: synchronous=FULL",
	cutsUnsynced: "control: synchronous=OFF",
	cutsRelaxed:  "control: relaxed, synchronous=NORMAL",
	cutsDenied:   "control: synchronous=FULL on a disk that garbles and denies it",
	cutsAdmitted: "control: synchronous=FULL on a disk that garbles and says so",
}

// cutsPerShop is how many cuts one shop goes through before the next begins
// with an empty disk. Its log and its write-ahead log grow all the while.
const cutsPerShop = 25

func runPowercut(ctx context.Context, args []string, emit emitter) error {
	task, err := powercutFlags(args)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	start := time.Now()
	count, err := task.run(ctx, progress.New(os.Stderr))
	if err != nil {
		return err
	}
	if err := emit(task.result(count, time.Since(start))); err != nil {
		return err
	}
	return task.verdict(count)
}

func powercutFlags(args []string) (*cutTask, error) {
	t := &cutTask{}
	set := flag.NewFlagSet("powercut", flag.ContinueOnError)
	set.IntVar(&t.cuts, "cuts", 20_000, "`number` of times that the power is cut")
	set.Uint64Var(&t.seed, "seed", 1, "`seed` of the cuts: with one writer the same seed gives the same counts")
	set.IntVar(&t.writers, "writers", 1, "`number` of goroutines that append and fold at the same time")
	set.IntVar(&t.disk.Sector, "sector", 4096, "`bytes` of a sector of the disk")
	set.StringVar(&t.control, "control", "", "what has to lose something: `off` (no syncs), normal (the relaxed mode), denies or admits (a disk that spoils whole sectors)")
	if err := set.Parse(args); err != nil {
		return nil, err
	}
	if t.cuts < 1 || t.writers < 1 || t.disk.Sector < 512 {
		return nil, errors.New("powercut: -cuts and -writers have to be at least 1, -sector 512")
	}
	if _, known := cutMethods[t.control]; !known {
		return nil, fmt.Errorf("powercut: unknown control %q", t.control)
	}
	t.disk.Garbles = t.control == cutsDenied || t.control == cutsAdmitted
	t.disk.Powersafe = t.control != cutsAdmitted
	return t, nil
}

// run goes through all shops, as many at a time as there are processors. A shop
// depends on the seed and on its number alone.
func (t *cutTask) run(ctx context.Context, meter *progress.Meter) (cutCount, error) {
	index, err := indexFolder()
	if err != nil {
		return cutCount{}, err
	}
	defer os.RemoveAll(index)
	meter.Start("power cuts", int64(t.cuts))
	defer meter.Done()
	counts := make([]cutCount, (t.cuts+cutsPerShop-1)/cutsPerShop)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range counts {
		group.Go(func() error {
			s := newCutShop(t, i, filepath.Join(index, fmt.Sprint(i)))
			defer func() { counts[i] = s.count }()
			return s.run(ctx, min(cutsPerShop, t.cuts-i*cutsPerShop), func() { meter.Add(1) })
		})
	}
	err = group.Wait()
	var sum cutCount
	for i := range counts {
		sum.add(&counts[i])
	}
	return sum, err
}

// indexFolder is where the shared memory of the write-ahead logs is: in memory
// where the system has a folder there.
func indexFolder() (string, error) {
	dir, err := os.MkdirTemp("/dev/shm", "powercut")
	if err != nil {
		return os.MkdirTemp("", "powercut")
	}
	return dir, nil
}

// cutRuns tells runs of this process apart, because the names of VFSs are its
// own.
var cutRuns atomic.Uint64

func (t *cutTask) result(c cutCount, took time.Duration) map[string]any {
	return map[string]any{
		"task": "powercut", "method": cutMethods[t.control], "seed": t.seed, "writers": t.writers,
		"sector": t.disk.Sector, "garbles": t.disk.Garbles, "powersafe": t.disk.Powersafe,
		"cuts": c.cuts, "cuts_in_opening": c.opening, "seconds": took.Round(100 * time.Millisecond).Seconds(),
		"acknowledged": c.acknowledged, "batches": c.batches, "folds": c.folds, "erasures": c.erasures, "checkpoints": c.checkpoints,
		"unsynced_kept": c.survival.Kept, "unsynced_dropped": c.survival.Dropped, "unsynced_torn": c.survival.Torn, "names_undone": c.survival.Names,
		"lost": c.lost, "doubled": c.doubled, "out_of_order": c.disordered, "corrupt": c.corrupt, "half_written": c.half,
		"wrong_profiles": c.profiles, "folds_lost": c.unfolded, "erasures_undone": c.unerased, "traces": c.traces, "remnants": c.remnants,
	}
}

// verdict is an error where the counts are not what was promised. A control
// that finds nothing is one. Of a disk that garbles nothing is promised: SQLite
// loses commits on it, and the store's sweep after an erasure may cost a page.
func (t *cutTask) verdict(c cutCount) error {
	damage := c.corrupt + c.half + c.doubled + c.disordered + c.profiles
	lost := c.lost + c.unfolded + c.unerased + c.traces
	switch {
	case t.control == "" && damage+lost > 0:
		return fmt.Errorf("powercut: the durable mode lost or damaged something: %s", c.first)
	case t.control == "" && c.remnants > 0:
		return fmt.Errorf("powercut: %d erased customers were still in the file, cut or no cut", c.remnants)
	case t.control == cutsUnsynced && damage == 0:
		return errors.New("powercut: the control without syncs damaged nothing")
	case t.control == cutsRelaxed && damage > 0:
		return fmt.Errorf("powercut: the relaxed mode should lose and not damage: %s", c.first)
	case t.control != "" && c.lost == 0:
		return errors.New("powercut: the control lost nothing")
	}
	return nil
}
