package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"syscall"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/filter"
	"github.com/clmkit/clmkit/internal/bench/stores"
	"github.com/clmkit/clmkit/internal/progress"
	"github.com/clmkit/clmkit/recommend"
	"github.com/clmkit/clmkit/recommend/rules"
)

// listsFlags are what the task lists is asked to do.
type listsFlags struct {
	interactions, customers, items, lists int
	seed                                  uint64
	ranker                                bool
	model, profile                        string
	meter                                 *progress.Meter
}

func parseLists(args []string) (*listsFlags, error) {
	f := &listsFlags{meter: progress.New(os.Stderr)}
	set := flag.NewFlagSet("lists", flag.ContinueOnError)
	set.IntVar(&f.interactions, "interactions", 10_000_000, "order `lines` of the generated log")
	set.IntVar(&f.customers, "customers", 200_000, "`number` of customers")
	set.IntVar(&f.items, "items", 100_000, "`number` of items")
	set.IntVar(&f.lists, "lists", 20_000, "`number` of lists that are timed, for customers drawn at random")
	set.Uint64Var(&f.seed, "seed", 1, "`seed` of the log")
	set.BoolVar(&f.ranker, "ranker", true, "fit a ranker")
	set.StringVar(&f.model, "model", "", "`file` that the fitted model is kept in: read where it exists, or else written")
	set.StringVar(&f.profile, "cpuprofile", "", "`file` for a profile of the lists")
	if err := set.Parse(args); err != nil {
		return nil, err
	}
	switch {
	case set.NArg() > 0:
		return nil, fmt.Errorf("unexpected argument %q", set.Arg(0))
	case f.interactions < 1 || f.customers < 1 || f.items < 1 || f.lists < 1:
		return nil, errors.New("-interactions, -customers, -items and -lists have to be at least 1")
	}
	return f, nil
}

// runLists fits a recommender to a generated log, and times its lists with a
// filter, promotions, caps and diversity.
func runLists(ctx context.Context, args []string, emit emitter) error {
	f, err := parseLists(args)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("lists: %w", err)
	}
	at := generatedStart.AddDate(0, 0, generatedDays)
	result := map[string]any{
		"task": "lists", "interactions": f.interactions, "customers": f.customers, "items": f.items, "ranker": f.ranker,
		"cores": runtime.GOMAXPROCS(0),
	}
	m, err := f.fitted(ctx, at, result)
	if err != nil {
		return fmt.Errorf("lists: %w", err)
	}
	for task, blend := range m.Blends() {
		result["ndcg_"+task.String()] = blend.NDCG
		if blend.Ranker != nil {
			result["ranker_ndcg_"+task.String()] = blend.Ranker.NDCG
		}
	}
	r, err := f.request(at)
	if err != nil {
		return fmt.Errorf("lists: %w", err)
	}
	if err := f.time(ctx, m, r, result); err != nil {
		return fmt.Errorf("lists: %w", err)
	}
	result["peak_mb"] = stores.PeakMemory()
	return emit(result)
}

// fitted returns the model, from its file if there is one.
func (f *listsFlags) fitted(ctx context.Context, at time.Time, result map[string]any) (*recommend.Model, error) {
	events, catalogue := generated(f.seed, f.interactions, f.customers, f.items)
	o := &recommend.Options{Ranker: recommend.RankerOptions{Off: !f.ranker}, Progress: func(string) { f.meter.Add(1) }}
	defer f.meter.Done()
	start, before := time.Now(), cpuTime()
	if data, err := os.ReadFile(f.model); err == nil {
		data, mine := bytes.CutPrefix(data, f.head())
		if !mine {
			return nil, fmt.Errorf("%s: a model of another log", f.model)
		}
		f.meter.Start("loading", 0)
		m, err := recommend.Load(ctx, data, catalogue, o)
		result["load_s"], result["load_cpu_s"] = seconds(time.Since(start)), seconds(cpuTime()-before)
		return m, err
	}
	f.meter.Start("fitting", 0)
	m, err := recommend.Fit(ctx, events, catalogue, at, o)
	result["fit_s"], result["fit_cpu_s"] = seconds(time.Since(start)), seconds(cpuTime()-before)
	if err != nil || f.model == "" {
		return m, err
	}
	data, err := m.MarshalBinary()
	if err != nil {
		return nil, err
	}
	result["model_mb"] = len(data) >> 20
	return m, os.WriteFile(f.model, append(f.head(), data...), 0o600)
}

// head says of which log a model is.
func (f *listsFlags) head() []byte {
	return fmt.Appendf(nil, "%d lines, %d customers, %d items, seed %d, ranker %t\n", f.interactions, f.customers, f.items, f.seed, f.ranker)
}

func seconds(d time.Duration) float64 { return d.Round(time.Millisecond).Seconds() }

// request asks for what shops ask for at once.
func (f *listsFlags) request(at time.Time) (recommend.Request, error) {
	where := func(text string) (*filter.Expr, error) { return filter.Parse(text) }
	even, err := where(`title MATCHES "thing 2"`)
	if err != nil {
		return recommend.Request{}, err
	}
	odd, err := where(`categories IN ("taste1", "taste3", "taste5")`)
	if err != nil {
		return recommend.Request{}, err
	}
	kept, err := where(`NOT categories IN ("taste0") AND available = TRUE`)
	if err != nil {
		return recommend.Request{}, err
	}
	r := recommend.Request{K: 10}
	if r.Filter, err = filter.Compile(kept, filter.ItemSchema(), at, nil); err != nil {
		return r, err
	}
	wanted := rules.Rules{
		Promotions: []rules.Promotion{{Name: "two", Where: even, Share: 0.2}, {Name: "own", Where: odd, Share: 0.1}},
		Diversity:  0.3,
		Caps:       []rules.Cap{{By: rules.Category, Most: 5}},
	}
	r.Rules, err = wanted.Compile(at)
	return r, err
}

// time makes lists one after the other, on one core.
func (f *listsFlags) time(ctx context.Context, m *recommend.Model, r recommend.Request, result map[string]any) error {
	random := rand.New(rand.NewPCG(f.seed, 99))
	took := make([]time.Duration, f.lists)
	full := 0
	if f.profile != "" {
		stop, err := profiled(f.profile)
		if err != nil {
			return err
		}
		defer stop()
	}
	before := cpuTime()
	for i := range took {
		r.Customer = clm.CustomerID(fmt.Sprint("c", random.IntN(f.customers)))
		start := time.Now()
		list, err := m.Recommend(ctx, r)
		if err != nil {
			return err
		}
		took[i] = time.Since(start)
		if len(list.Items) == r.K {
			full++
		}
	}
	used := cpuTime() - before
	slices.Sort(took)
	result["lists"], result["full"] = f.lists, full
	result["list_p50_us"], result["list_p99_us"] = took[f.lists/2].Microseconds(), took[f.lists*99/100].Microseconds()
	result["lists_per_cpu_s"] = int(float64(f.lists) / used.Seconds())
	return nil
}

// profiled starts a profile of the processor's time, until stop is called.
func profiled(file string) (stop func(), err error) {
	out, err := os.Create(file)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(out); err != nil {
		return nil, errors.Join(err, out.Close())
	}
	return func() {
		pprof.StopCPUProfile()
		if err := out.Close(); err != nil {
			fmt.Fprintln(os.Stderr, "lists:", err)
		}
	}, nil
}

// cpuTime returns what the process has used so far, on all cores.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
