package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/clmkit/clmkit/vector"
)

// vectorsTask compares searches for the nearest vectors by what they find and by what they cost on one core.
type vectorsTask struct {
	n, d, queries, k int
	kind, in         string
	seed             uint64
	links, build     int
	enough           time.Duration
	peers            bool

	base, asked [][]float32
	truth       map[string]*truth // by filter
	emit        emitter
}

func parseVectors(args []string) (*vectorsTask, error) {
	t := &vectorsTask{truth: map[string]*truth{}}
	set := flag.NewFlagSet("vectors", flag.ContinueOnError)
	set.IntVar(&t.n, "n", 100_000, "`number` of records")
	set.IntVar(&t.d, "d", 384, "`dimension`: the numbers of a vector")
	set.IntVar(&t.queries, "queries", 200, "`number` of queries, which are no records")
	set.IntVar(&t.k, "k", 10, "`number` of records to be found for each")
	set.StringVar(&t.kind, "data", "embeddings", "what to generate: embeddings (1,000 crowds, variances that fall) or isotropic (no structure at all)")
	set.StringVar(&t.in, "in", "", "read the vectors from this `file` in fvecs format instead: -n records, then the queries")
	set.Uint64Var(&t.seed, "seed", 1, "`seed` of what is generated")
	set.IntVar(&t.links, "links", 0, "`links` of a record in the graph (default: the library's)")
	set.IntVar(&t.build, "build", 0, "`candidates` for links of a new record (default: the library's)")
	set.DurationVar(&t.enough, "enough", time.Second/2, "CPU `time` for which each method is repeated at least")
	set.BoolVar(&t.peers, "peers", true, "run philippgille/chromem-go and coder/hnsw on the same vectors too")
	if err := set.Parse(args); err != nil {
		return nil, err
	}
	switch {
	case set.NArg() > 0:
		return nil, fmt.Errorf("unexpected argument %q", set.Arg(0))
	case t.n < 1000 || t.d < 1 || t.queries < 1 || t.k < 1 || t.k > t.n/100:
		return nil, errors.New("-n must be at least 1000, -d, -queries and -k at least 1, and -k at most a hundredth of -n")
	case t.kind != "embeddings" && t.kind != "isotropic":
		return nil, fmt.Errorf("-data %q is neither embeddings nor isotropic", t.kind)
	}
	return t, nil
}

func runVectors(ctx context.Context, args []string, emit emitter) error {
	t, err := parseVectors(args)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return fmt.Errorf("vectors: %w", err)
	}
	t.emit = emit
	if err := t.run(ctx); err != nil {
		return fmt.Errorf("vectors: %w", err)
	}
	return nil
}

func (t *vectorsTask) run(ctx context.Context) error {
	if err := t.load(); err != nil {
		return err
	}
	records := t.records()
	loop, err := t.plainLoop(ctx)
	if err != nil {
		return err
	}
	var exact vector.Memory
	if err := exact.Upsert(ctx, records...); err != nil {
		return err
	}
	rate, err := t.exact(ctx, &exact, loop)
	if err != nil {
		return err
	}
	if err := t.graphs(ctx, records, rate); err != nil {
		return err
	}
	if !t.peers {
		return nil
	}
	return t.runPeers(ctx)
}

// load takes the vectors from where the flags say, and says what they are.
func (t *vectorsTask) load() error {
	all, err := t.vectors()
	if err != nil {
		return err
	}
	t.base, t.asked = all[:t.n], all[t.n:]
	t.d = len(all[0])
	return t.emit(map[string]any{"task": "vectors", "data": t.data(), "n": t.n, "d": t.d, "queries": len(t.asked), "k": t.k})
}

// vectorID names a record by its place. One record in a hundred has the attribute that the filters ask for.
func vectorID(i int) string { return fmt.Sprintf("r%07d", i) }

func (t *vectorsTask) records() []vector.Record {
	records := make([]vector.Record, len(t.base))
	for i, v := range t.base {
		records[i] = vector.Record{ID: vectorID(i), Vector: v,
			Attributes: map[string]string{"hundredth": strconv.Itoa(i % 100), "third": strconv.Itoa(i % 3)}}
	}
	return records
}

// The filters of the task.
const (
	everyRecord = "none"
	onePercent  = "1 %"
	oneThird    = "33 %"
)

func vectorFilter(name string) vector.Filter {
	switch name {
	case onePercent:
		return vector.Filter{{Attribute: "hundredth", AnyOf: []string{"37"}}}
	case oneThird:
		return vector.Filter{{Attribute: "third", AnyOf: []string{"1"}}}
	}
	return nil
}

func passesVectorFilter(name string, i int) bool {
	return name == everyRecord || name == onePercent && i%100 == 37 || name == oneThird && i%3 == 1
}

// exact measures the exact store and returns its queries in a CPU second. The rate of the plain loop stands beside it.
func (t *vectorsTask) exact(ctx context.Context, s *vector.Memory, loop float64) (rate float64, err error) {
	for _, filter := range []string{everyRecord, onePercent, oneThird} {
		m, err := t.measure(ctx, filter, one(s))
		if err != nil {
			return 0, err
		}
		line := map[string]any{"method": "vector.Memory"}
		if filter == everyRecord {
			rate = m.rate()
			line["times_plain_loop"] = rate / loop
		}
		if err := t.print(line, m); err != nil {
			return 0, err
		}
	}
	m, err := t.measure(ctx, everyRecord, s.SearchAll)
	if err != nil {
		return 0, err
	}
	return rate, t.print(map[string]any{"method": "vector.Memory.SearchAll", "times_plain_loop": m.rate() / loop}, m)
}

// graphs measures the approximate store as it was built, when it has been written and read, and after deletes and
// updates, and a graph that is too thin as a control.
func (t *vectorsTask) graphs(ctx context.Context, records []vector.Record, exact float64) error {
	start := processorTime()
	g := vector.NewGraph(&vector.GraphOptions{Links: t.links, Build: t.build})
	if err := g.Upsert(ctx, records...); err != nil {
		return err
	}
	built := map[string]any{"build_cpu_seconds": (processorTime() - start).Seconds()}
	if err := t.graph(ctx, g, "", exact, built, everyRecord, onePercent, oneThird); err != nil {
		return err
	}
	if err := t.widths(ctx, g, exact); err != nil {
		return err
	}
	if err := t.changes(ctx, g, records, exact); err != nil {
		return err
	}
	thin := vector.NewGraph(&vector.GraphOptions{Links: 2, Build: 2, Width: 1})
	if err := thin.Upsert(ctx, records...); err != nil {
		return err
	}
	return t.graph(ctx, thin, "control: 2 links, width 1", exact, nil, everyRecord)
}

func (t *vectorsTask) graph(ctx context.Context, g *vector.Graph, what string, exact float64, more map[string]any, filters ...string) error {
	for _, filter := range filters {
		m, err := t.measure(ctx, filter, one(g))
		if err != nil {
			return err
		}
		line := map[string]any{"method": "vector.Graph"}
		for key, value := range more {
			line[key] = value
		}
		if what != "" {
			line["state"] = what
		}
		if filter == everyRecord {
			line["times_exact"] = m.rate() / exact
		}
		if err := t.print(line, m); err != nil {
			return err
		}
	}
	return nil
}

// changes takes a fifth of the records away and gives another fifth the place of others.
func (t *vectorsTask) changes(ctx context.Context, g *vector.Graph, records []vector.Record, exact float64) error {
	defer func(base [][]float32) { t.base, t.truth = base, map[string]*truth{} }(t.base)
	base := append([][]float32(nil), t.base...)
	order := rand.New(rand.NewPCG(t.seed, 3)).Perm(t.n)
	var gone []string
	for _, i := range order[:t.n/5] {
		gone, base[i] = append(gone, vectorID(i)), nil
	}
	var moved []vector.Record
	for _, i := range order[t.n/5 : 2*t.n/5] {
		r := records[i]
		r.Vector = t.base[order[t.n-1-i]]
		moved, base[i] = append(moved, r), r.Vector
	}
	start := processorTime()
	if err := g.Delete(ctx, gone...); err != nil {
		return err
	}
	seconds := (processorTime() - start).Seconds()
	start = processorTime()
	if err := g.Upsert(ctx, moved...); err != nil {
		return err
	}
	t.base, t.truth = base, map[string]*truth{}
	return t.graph(ctx, g, "20 % deleted, then 20 % moved", exact, map[string]any{"delete_cpu_seconds": seconds,
		"update_cpu_seconds": (processorTime() - start).Seconds()}, everyRecord, onePercent)
}
