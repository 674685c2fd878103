package quality

import (
	"math"
	"slices"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/metric"
)

// A part is the numbers of some lists. It is not changed once it is made.
type part struct {
	names     []string
	customers []clm.CustomerID // of the rows of the sample, sorted
	sample    *metric.Sample   // a column for each name
	sets      int              // the last columns belong to all lists together,
	values    []float64        // and these are their values
	signed    bool             // values may be below 0
}

// sets are the metrics that belong to all lists together.
var sets = []string{"coverage", "gini", "personalisation", "precision", "recall"}

// part measures some of the rows.
func (m *measurer) part(rows []*row) *part {
	p := &part{sets: len(sets)}
	for _, c := range m.columns {
		p.names = append(p.names, c.names...)
	}
	p.names = append(p.names, sets...)
	reach, moves := m.reach(rows)
	accuracy, turns := m.accuracy(rows)
	p.values = []float64{reach.Coverage, reach.Gini, reach.Personalisation, accuracy.Precision, accuracy.Recall}
	p.sample = metric.NewSample(len(p.names))
	for i, r := range rows {
		p.customers = append(p.customers, r.customer)
		p.sample.Add(slices.Concat(r.values, []float64{
			moves[i].Coverage, moves[i].Gini, moves[i].Personalisation, turns[i].Precision, turns[i].Recall,
		})...)
	}
	for i, value := range p.values {
		p.centre(len(p.names)-len(sets)+i, value)
	}
	return p
}

// reach returns the reach of the lists, and how far each of them moves it.
func (m *measurer) reach(rows []*row) (metric.Reach, []metric.Reach) {
	e := metric.NewExposure(max(m.o.Items, m.shown))
	for _, r := range rows {
		e.Add(r.items)
	}
	reach := e.Reach()
	if m.o.Items == 0 {
		reach.Coverage, reach.Gini = math.NaN(), math.NaN()
	}
	return reach, slices.Collect(e.Influence(func(yield func([]int32) bool) {
		for _, r := range rows {
			if !yield(r.items) {
				return
			}
		}
	}))
}

// accuracy does the same for the accuracy by item. Lists with nothing relevant
// do not count and move it by NaN.
func (m *measurer) accuracy(rows []*row) (metric.Accuracy, []metric.Accuracy) {
	p := metric.NewPerItem(len(m.numbers))
	var which []int
	for i, r := range rows {
		if len(r.wanted) > 0 {
			p.Add(r.items, r.wanted)
			which = append(which, i)
		}
	}
	moves := slices.Repeat([]metric.Accuracy{{Precision: math.NaN(), Recall: math.NaN()}}, len(rows))
	i := 0
	for move := range p.Influence(func(yield func(list, wanted []int32) bool) {
		for _, at := range which {
			if !yield(rows[at].items, rows[at].wanted) {
				return
			}
		}
	}) {
		moves[which[i]] = move
		i++
	}
	return p.Accuracy(), moves
}

// centre turns a column of moves into numbers whose mean is the value.
func (p *part) centre(column int, value float64) {
	sum, n := 0.0, 0.0
	for i := range p.sample.Len() {
		if move := p.sample.Row(i)[column]; !math.IsNaN(move) {
			sum, n = sum+move, n+1
		}
	}
	for i := range p.sample.Len() {
		p.sample.Row(i)[column] += value - sum/n
	}
}

func (p *part) minus(q *part) *part {
	d := &part{names: p.names, customers: p.customers, sample: p.sample.Minus(q.sample), sets: p.sets, signed: true}
	for i := range p.values {
		d.values = append(d.values, p.values[i]-q.values[i])
	}
	return d
}

func (p *part) estimate(resamples int, seed uint64) map[string]Estimate {
	all := map[string]Estimate{}
	for i, in := range p.sample.Bootstrap(resamples, seed) {
		e := Estimate{in.Mean, in.Low, in.High, in.Cases}
		if set := i - (len(p.names) - p.sets); set >= 0 {
			e = p.set(e, p.values[set])
		}
		if e.Lists > 0 && !math.IsNaN(e.Value) {
			all[p.names[i]] = e
		}
	}
	return all
}

// set puts the value of a metric of all lists together in the place of the mean
// that stands for it, and keeps the interval in the metric's range, [0, 1].
func (p *part) set(e Estimate, value float64) Estimate {
	e.Value = value
	if !p.signed {
		e.Low, e.High = max(0, min(e.Low, value)), min(1, max(e.High, value))
	}
	return e
}
