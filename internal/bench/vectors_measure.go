package main

import (
	"bytes"
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/clmkit/clmkit/vector"
)

// truth is what is nearest to each query among the records that pass a filter: the cosine of the last of the k.
type truth struct {
	last  []float64
	count []int
}

// slack is how far below the last of the k nearest a record may be by rounding.
const slack = 1e-6

// plainLoop finds the k nearest as a loop over the records does that everybody would write, and returns its queries in
// a CPU second. The others are judged by what it finds.
func (t *vectorsTask) plainLoop(ctx context.Context) (float64, error) {
	found := make([][]int, len(t.asked))
	start := processorTime()
	for i, q := range t.asked {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		found[i] = nearestOf(t.base, q, t.k, everyRecord)
	}
	m := &measured{queries: len(t.asked), cpu: processorTime() - start}
	if err := t.judge(everyRecord, found, m); err != nil {
		return 0, err
	}
	return m.rate(), t.print(map[string]any{"method": "plain loop"}, m)
}

// nearestOf returns the places of the k vectors nearest to q by cosine, of those that are not nil and pass the filter.
func nearestOf(base [][]float32, q []float32, k int, filter string) []int {
	type scored struct {
		i int
		s float32
	}
	var best []scored
	for i, v := range base {
		if v == nil || !passesVectorFilter(filter, i) {
			continue
		}
		var dot, square float32
		for j, x := range v {
			dot += x * q[j]
			square += x * x
		}
		s := dot / float32(math.Sqrt(float64(square)))
		if len(best) == k && s <= best[k-1].s {
			continue
		}
		at, _ := slices.BinarySearchFunc(best, s, func(b scored, s float32) int { return cmp.Compare(s, b.s) })
		best = slices.Insert(best, at, scored{i, s})
		best = best[:min(k, len(best))]
	}
	places := make([]int, len(best))
	for i, b := range best {
		places[i] = b.i
	}
	return places
}

// cosineOf is the cosine in float64.
func cosineOf(a, b []float32) float64 {
	var ab, aa, bb float64
	for i, x := range a {
		y := float64(b[i])
		ab, aa, bb = ab+float64(x)*y, aa+float64(x)*float64(x), bb+y*y
	}
	return ab / math.Sqrt(aa*bb)
}

// truthOf finds the truth of a filter once.
func (t *vectorsTask) truthOf(filter string) *truth {
	if known := t.truth[filter]; known != nil {
		return known
	}
	known := &truth{}
	for _, q := range t.asked {
		places := nearestOf(t.base, q, t.k, filter)
		last := math.Inf(1)
		for _, i := range places {
			last = min(last, cosineOf(q, t.base[i]))
		}
		known.last, known.count = append(known.last, last), append(known.count, len(places))
	}
	t.truth[filter] = known
	return known
}

// measured is what a method did: how many queries in which time, and what it found.
type measured struct {
	filter       string
	queries      int
	cpu          time.Duration
	recall, rows float64
}

func (m *measured) rate() float64 { return float64(m.queries) / max(m.cpu.Seconds(), 1e-9) }

// A search answers queries together.
type searchAll func(ctx context.Context, queries []vector.Query) ([][]vector.Match, error)

// one asks a store one query after the other.
func one(s vector.Store) searchAll {
	return func(ctx context.Context, queries []vector.Query) ([][]vector.Match, error) {
		found := make([][]vector.Match, len(queries))
		for i, q := range queries {
			matches, err := s.Search(ctx, q)
			if err != nil {
				return nil, err
			}
			found[i] = matches
		}
		return found, nil
	}
}

// measure asks all queries until the time is long enough to be measured.
func (t *vectorsTask) measure(ctx context.Context, filter string, search searchAll) (*measured, error) {
	queries := make([]vector.Query, len(t.asked))
	for i, q := range t.asked {
		queries[i] = vector.Query{Vector: q, K: t.k, Filter: vectorFilter(filter)}
	}
	m := &measured{}
	var found [][]vector.Match
	for first := true; first || m.cpu < t.enough; first = false {
		start := processorTime()
		var err error
		if found, err = search(ctx, queries); err != nil {
			return nil, err
		}
		m.cpu += processorTime() - start
		m.queries += len(queries)
	}
	places := make([][]int, len(found))
	for i, matches := range found {
		for _, match := range matches {
			place, err := strconv.Atoi(match.ID[1:])
			if err != nil {
				return nil, err
			}
			places[i] = append(places[i], place)
		}
	}
	return m, t.judge(filter, places, m)
}

// judge counts what was found of the truth: records that pass the filter, each once.
func (t *vectorsTask) judge(filter string, found [][]int, m *measured) error {
	known := t.truthOf(filter)
	right, wanted, rows := 0, 0, 0
	for i, places := range found {
		wanted += known.count[i]
		slices.Sort(places)
		places = slices.Compact(places)
		rows += len(places)
		for _, place := range places {
			v := t.base[place]
			if v != nil && passesVectorFilter(filter, place) && cosineOf(t.asked[i], v) >= known.last[i]-slack {
				right++
			}
		}
	}
	m.filter, m.recall, m.rows = filter, ratio(right, wanted), ratio(rows, len(found))
	return nil
}

func (t *vectorsTask) print(line map[string]any, m *measured) error {
	line["task"], line["filter"] = "vectors", m.filter
	line["recall@"+strconv.Itoa(t.k)], line["rows"] = m.recall, m.rows
	line["queries_per_cpu_second"] = m.rate()
	return t.emit(line)
}

// widths writes the graph and reads it again for other widths of the search.
func (t *vectorsTask) widths(ctx context.Context, g *vector.Graph, exact float64) error {
	var b bytes.Buffer
	start := processorTime()
	if _, err := g.WriteTo(&b); err != nil {
		return err
	}
	saving := (processorTime() - start).Seconds()
	for _, width := range []int{32, 64, 128, 256} {
		start := processorTime()
		read := vector.NewGraph(&vector.GraphOptions{Width: width})
		if _, err := read.ReadFrom(bytes.NewReader(b.Bytes())); err != nil {
			return err
		}
		more := map[string]any{"width": width, "bytes_per_record": b.Len() / t.n, "save_cpu_seconds": saving, "load_cpu_seconds": (processorTime() - start).Seconds()}
		if err := t.graph(ctx, read, "saved and loaded", exact, more, everyRecord); err != nil {
			return err
		}
	}
	return nil
}
