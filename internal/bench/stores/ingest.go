package stores

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/progress"
	"github.com/clmkit/clmkit/internal/traffic"
	"github.com/clmkit/clmkit/profile"
)

// ingestOptions are what the command line of ingest says.
type ingestOptions struct {
	Engine
	sizes  []int
	people int
	batch  int
	taken  int // events that a view takes in at once
	sides  int // that append at the same time
	seed   uint64
	random bool
	meter  *progress.Meter
}

// Ingest measures how many events a second a store makes durable, how many with
// profiles folded from them, and how long a profile takes to read. Each size has a
// place of its own.
func Ingest(ctx context.Context, args []string, e Engine, emit Emit) error {
	o, err := parseIngest(args, e)
	if err != nil {
		return err
	}
	for _, n := range o.sizes {
		result := map[string]any{
			"task": "ingest", "events": n, "customers": o.customers(n), "batch": o.batch, "fold": o.taken, "writers": o.sides,
			"ids": map[bool]string{true: "random", false: "by time"}[o.random],
		}
		for _, measure := range []func(context.Context, int, map[string]any) error{o.oneAfterTheOther, o.sideBySide} {
			if err := measure(ctx, n, result); err != nil {
				return err
			}
		}
		result["peak_mb"] = PeakMemory()
		if err := emit(result); err != nil {
			return err
		}
	}
	return nil
}

func parseIngest(args []string, e Engine) (*ingestOptions, error) {
	o := ingestOptions{Engine: e, meter: progress.New(os.Stderr)}
	flags := flag.NewFlagSet("ingest", flag.ContinueOnError)
	e.Flags(flags)
	sizes := flags.String("events", "10000,100000,1000000", "numbers of events, with commas between")
	flags.IntVar(&o.people, "customers", 100_000, "number of customers, at most a tenth of the events")
	flags.IntVar(&o.batch, "batch", 1000, "number of events appended at once; 1 is the control that is bound by the disk")
	flags.IntVar(&o.taken, "fold", 4000, "number of events folded at once: the more, the fewer times a profile is read and written")
	flags.IntVar(&o.sides, "writers", 1, "number of goroutines that append at the same time, each for other customers; with more than one the making of events is counted too")
	flags.Uint64Var(&o.seed, "seed", 1, "seed of the events")
	flags.BoolVar(&o.random, "random", false, "ids that do not grow with time")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	for _, s := range strings.Split(*sizes, ",") {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("ingest: -events: %q is not a positive number", s)
		}
		o.sizes = append(o.sizes, n)
	}
	if o.batch < 1 || o.sides < 1 {
		return nil, fmt.Errorf("ingest: -batch %d and -writers %d have to be positive", o.batch, o.sides)
	}
	return &o, o.Check()
}

func (o *ingestOptions) customers(n int) int { return max(1, min(o.people, n/10)) }

// batches gives the events of a stream to f, batch by batch.
func (o *ingestOptions) batches(n int, f func([]clm.Event) error) error {
	stream := traffic.Options{Seed: o.seed, Customers: o.customers(n), RandomIDs: o.random}
	batch := make([]clm.Event, 0, o.batch)
	for e := range traffic.Events(stream, n) {
		if batch = append(batch, e); len(batch) < o.batch {
			continue
		}
		if err := f(batch); err != nil {
			return err
		}
		o.meter.Add(len(batch))
		batch = batch[:0]
	}
	return f(batch)
}

// oneAfterTheOther measures the appending, then the folding of what was appended,
// and then the reading of profiles. Making the events is not counted.
func (o *ingestOptions) oneAfterTheOther(ctx context.Context, n int, result map[string]any) (err error) {
	shop, drop, err := open(ctx, o.Engine)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, shop.Close(), drop(context.WithoutCancel(ctx))) }()
	o.meter.Start("appending", int64(n))
	defer o.meter.Done()
	took, err := o.append(ctx, n, shop.Log)
	if err != nil {
		return err
	}
	result["append_per_second"] = rate(n, took)
	view, err := view(shop)
	if err != nil {
		return err
	}
	o.meter.Start("folding", int64(n))
	begin := time.Now()
	caught, err := clm.CatchUp(ctx, shop.Log, &clm.RunOptions{BatchSize: o.taken, Progress: o.meter.Add}, view)
	if err != nil {
		return err
	}
	result["end_to_end_per_second"] = rate(n, took+time.Since(begin))
	if caught.Events != n {
		return fmt.Errorf("ingest: %d of %d events were folded", caught.Events, n)
	}
	return o.readProfiles(ctx, shop.Profiles, n, result)
}

// append appends a stream and returns the time that it took.
func (o *ingestOptions) append(ctx context.Context, n int, log clm.Log) (took time.Duration, err error) {
	if o.sides > 1 {
		begin := time.Now()
		err := o.produce(ctx, n, log, o.sides)
		return time.Since(begin), err
	}
	err = o.batches(n, func(batch []clm.Event) error {
		begin := time.Now()
		err := log.Append(ctx, batch...)
		took += time.Since(begin)
		return err
	})
	return took, err
}

func view(shop *Shop) (*profile.View, error) {
	catalogue, err := traffic.Catalogue()
	if err != nil {
		return nil, err
	}
	return profile.NewView(shop.Profiles, profile.NewFolder(catalogue, nil)), nil
}

// sideBySide measures appending from two sides and folding at the same time,
// from the first event made to the last profile written.
func (o *ingestOptions) sideBySide(ctx context.Context, n int, result map[string]any) (err error) {
	shop, drop, err := open(ctx, o.Engine)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, shop.Close(), drop(context.WithoutCancel(ctx))) }()
	view, err := view(shop)
	if err != nil {
		return err
	}
	o.meter.Start("appending and folding", int64(n))
	defer o.meter.Done()
	begin := time.Now()
	group, ctx := errgroup.WithContext(ctx)
	appended := make(chan struct{})
	group.Go(func() error {
		defer close(appended)
		return o.produce(ctx, n, shop.Log, max(producers, o.sides))
	})
	var folded int
	group.Go(func() error {
		for last := false; !last; {
			select {
			case <-appended:
				last = true
			default:
			}
			caught, err := clm.CatchUp(ctx, shop.Log, &clm.RunOptions{BatchSize: o.taken}, view)
			folded += caught.Events
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err := group.Wait(); err != nil {
		return err
	}
	result["side_by_side_per_second"] = rate(n, time.Since(begin))
	if folded != n {
		return fmt.Errorf("ingest: %d of %d events were folded", folded, n)
	}
	return nil
}

// producers is the least number of processes of a shop that append while others
// fold.
const producers = 2

// produce appends a stream from several sides. Each has some of the customers,
// so that the order of a customer's events is kept.
func (o *ingestOptions) produce(ctx context.Context, n int, log clm.Log, sides int) error {
	group, ctx := errgroup.WithContext(ctx)
	lanes := make([]chan []clm.Event, sides)
	for i := range lanes {
		lanes[i] = make(chan []clm.Event, 1)
		group.Go(func() error {
			for batch := range lanes[i] {
				if err := log.Append(ctx, batch...); err != nil {
					return err
				}
			}
			return nil
		})
	}
	group.Go(func() error {
		defer func() {
			for _, lane := range lanes {
				close(lane)
			}
		}()
		waiting := make([][]clm.Event, sides)
		send := func(i int) error {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case lanes[i] <- waiting[i]:
				waiting[i] = nil
				return nil
			}
		}
		err := o.batches(n, func(events []clm.Event) error {
			for _, e := range events {
				i := clm.PartitionOf(e.Customer, sides)
				if waiting[i] = append(waiting[i], e); len(waiting[i]) < o.batch {
					continue
				}
				if err := send(i); err != nil {
					return err
				}
			}
			return nil
		})
		for i := range lanes {
			err = errors.Join(err, send(i))
		}
		return err
	})
	return group.Wait()
}

// readProfiles times single reads of customers chosen at random.
func (o *ingestOptions) readProfiles(ctx context.Context, store profile.Reader, n int, result map[string]any) error {
	const reads = 20_000
	random := rand.New(rand.NewPCG(o.seed, 0x7265_6164))
	took := make([]time.Duration, 0, reads)
	for range reads {
		customer := traffic.Customer(random.IntN(o.customers(n)))
		begin := time.Now()
		if _, err := store.Get(ctx, customer); err != nil && !errors.Is(err, profile.ErrNotFound) {
			return err
		}
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	result["read_p50_us"] = took[reads/2].Seconds() * 1e6
	result["read_p99_us"] = took[reads*99/100].Seconds() * 1e6
	return nil
}

func rate(n int, took time.Duration) int { return int(float64(n) / took.Seconds()) }
