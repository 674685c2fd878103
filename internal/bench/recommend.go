package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"regexp"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/progress"
	"github.com/clmkit/clmkit/recommend"
)

// recommendFlags are what the task recommend is asked to do.
type recommendFlags struct {
	files    []string
	cut      time.Time
	until    time.Time
	task     recommend.Task
	k        int
	core     int
	product  *regexp.Regexp
	currency string
	lists    string
	ranker   bool
	method   string
	meter    *progress.Meter
}

func parseRecommend(args []string) (*recommendFlags, error) {
	f := &recommendFlags{meter: progress.New(os.Stderr), product: regexp.MustCompile(`^[0-9]{5}[A-Z]*$`)}
	set := flag.NewFlagSet("recommend", flag.ContinueOnError)
	set.Func("orders", "`file` of order lines (.csv or .csv.gz), columns of Online Retail; may be repeated", func(s string) error {
		f.files = append(f.files, s)
		return nil
	})
	set.Func("cut", "`date`, as 2011-06-01: fit on what was before, score what came after", func(s string) (err error) {
		f.cut, err = time.Parse(time.DateOnly, s)
		return err
	})
	set.Func("until", "`date`: score what came before it (default: to the end of the files)", func(s string) (err error) {
		f.until, err = time.Parse(time.DateOnly, s)
		return err
	})
	set.Func("task", "new (items never bought before, the default) or next (the next basket)", func(s string) error {
		switch s {
		case "new":
			f.task = recommend.NewItems
		case "next":
			f.task = recommend.NextBasket
		default:
			return errors.New("neither new nor next")
		}
		return nil
	})
	set.Func("product", "`pattern` of the stock codes that are products (default ^[0-9]{5}[A-Z]*$)", func(s string) (err error) {
		f.product, err = regexp.Compile(s)
		return err
	})
	set.IntVar(&f.k, "k", 10, "`rank` at which lists are cut off")
	set.IntVar(&f.core, "core", 5, "keep items with at least `n` customers and customers with at least n items before the cut")
	set.BoolVar(&f.ranker, "ranker", true, "fit a ranker")
	set.StringVar(&f.currency, "currency", "GBP", "ISO 4217 `code` of files that name none")
	set.StringVar(&f.lists, "lists", "", "write the ranked lists of one method to `file`, a line per customer:\n"+
		"its place among the sorted customers, then for each item i*7919 mod n,\nwhere i is its place among the n sorted items, all from 0")
	set.StringVar(&f.method, "method", recommend.Blended, "`name` of the method that -lists writes")
	if err := set.Parse(args); err != nil {
		return nil, err
	}
	switch {
	case set.NArg() > 0:
		return nil, fmt.Errorf("unexpected argument %q", set.Arg(0))
	case len(f.files) == 0:
		return nil, errors.New("no file: give -orders")
	case f.cut.IsZero():
		return nil, errors.New("no date: give -cut")
	case !f.until.IsZero() && !f.until.After(f.cut):
		return nil, errors.New("-until has to be after -cut")
	case f.k < 1 || f.core < 0:
		return nil, errors.New("-k has to be at least 1, -core at least 0")
	}
	return f, nil
}

// window returns how long after the cut purchases count; 0 is to the end.
func (f *recommendFlags) window() time.Duration {
	if f.until.IsZero() {
		return 0
	}
	return f.until.Sub(f.cut)
}

// runRecommend scores the ranking of what customers bought after a date.
func runRecommend(ctx context.Context, args []string, emit emitter) error {
	f, err := parseRecommend(args)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("recommend: %w", err)
	}
	events, err := readOrders(ctx, f)
	if err != nil {
		return err
	}
	catalogue, err := catalogueBefore(ctx, f, events)
	if err != nil {
		return err
	}
	w := newListWriter(f, events)
	clock := newStopwatch()
	f.meter.Start("fitting and ranking", 0)
	defer f.meter.Done()
	e, err := recommend.Evaluate(ctx, clm.Sequence(events), catalogue, f.cut, &recommend.EvaluateOptions{
		Task: f.task, K: f.k, Window: f.window(), Ranked: w.add, Fit: &recommend.Options{Ranker: recommend.RankerOptions{Off: !f.ranker}, Progress: func(step string) {
			clock.step(step)
			f.meter.Add(1)
		}},
	})
	if err != nil {
		return err
	}
	f.meter.Done()
	for _, m := range e.Methods {
		if err := emit(recommendResult(e, &m, clock)); err != nil {
			return err
		}
	}
	return w.write()
}

func recommendResult(e *recommend.Evaluation, m *recommend.Method, clock *stopwatch) map[string]any {
	at := func(name string) string { return fmt.Sprintf("%s@%d", name, m.K) }
	r := map[string]any{
		"task":          "recommend",
		"variant":       e.Task.String(),
		"method":        m.Name,
		"default":       m.Default,
		"cut":           e.At.Format(time.DateOnly),
		"users":         e.Customers,
		"items":         e.Items,
		"fit_s":         clock.longest[m.Name].Round(time.Millisecond).Seconds(),
		at("ndcg"):      round7(m.NDCG),
		at("hr"):        round7(m.HitRate),
		at("recall"):    round7(m.Recall),
		at("precision"): round7(m.Precision),
		at("mrr"):       round7(m.MRR),
		at("coverage"):  round7(m.Coverage),
	}
	if m.Name == recommend.Content {
		r["fit_s"] = clock.longest["embed"].Round(time.Millisecond).Seconds()
	}
	if m.Default {
		r["weights"] = e.Blends[e.Task].Weights
		r["ranker"] = e.Blends[e.Task].Ranker
		r["fit_s"] = seconds(clock.total)
		r["fit_cpu_s"] = seconds(clock.cpu)
	}
	return r
}

func round7(x float64) float64 { return math.Round(x*1e7) / 1e7 }

// stopwatch takes the time between the steps of a fit.
type stopwatch struct {
	last    string
	since   time.Time
	total   time.Duration            // of all steps but reading and scoring
	cpu     time.Duration            // of all processors in total
	used    time.Duration            // by the process, when the last step began
	longest map[string]time.Duration // of a step that came more than once
}

func newStopwatch() *stopwatch {
	return &stopwatch{since: time.Now(), longest: map[string]time.Duration{}}
}

func (s *stopwatch) step(name string) {
	now := time.Now()
	took := now.Sub(s.since)
	s.longest[s.last] = max(s.longest[s.last], took)
	used := cpuTime()
	if s.last != "" && s.last != "read" && s.last != "score" {
		s.total += took
		s.cpu += used - s.used
	}
	s.last, s.since, s.used = name, now, used
}
