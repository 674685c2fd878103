package quality

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/clmkit/clmkit/clm"
)

// Measure measures lists, one pass over them. They may come in any order: the
// report is the same, to the last bit. It fails on a list that names an item
// twice, a customer who comes twice, and numbers that are out of their range,
// naming which; no lists give an empty report.
//
// It keeps 8 bytes per list and metric and 4 per item of a list, and 8 per metric
// again for the whole and each segment that the list is in. The intervals take
// O(resamples x min(lists, 4096) x metrics) time for the whole and each segment.
func Measure(lists iter.Seq[List], o *Options) (*Report, error) {
	opts, err := o.defaults()
	if err != nil {
		return nil, err
	}
	m := &measurer{o: &opts, columns: columnsOf(&opts), numbers: map[clm.ItemID]int32{}, seen: map[clm.CustomerID]bool{}}
	for l := range lists {
		if err := m.add(&l); err != nil {
			return nil, err
		}
	}
	return m.report()
}

// measurer takes in lists.
type measurer struct {
	o       *Options
	columns []columns
	numbers map[clm.ItemID]int32
	shown   int // items that are in a list
	seen    map[clm.CustomerID]bool
	rows    []row
}

// A row is what is kept of a list.
type row struct {
	customer      clm.CustomerID
	segments      []string
	values        []float64 // of the columns
	items, wanted []int32   // what was shown, what is relevant
}

func (m *measurer) add(l *List) error {
	if err := l.validate(); err != nil {
		return err
	}
	if m.seen[l.Customer] {
		return fmt.Errorf("quality: customer %q has two lists", l.Customer)
	}
	m.seen[l.Customer] = true
	r := ranked{l, make([]bool, len(l.Items)), l.Items[:min(len(l.Items), m.o.deepest())]}
	relevant := make(map[clm.ItemID]bool, len(l.Relevant))
	for _, item := range l.Relevant {
		relevant[item] = true
	}
	for i, item := range l.Items {
		r.hits[i] = relevant[item]
	}
	kept := row{customer: l.Customer, segments: slices.Clone(l.Segments), items: m.number(r.shown), wanted: m.number(l.Relevant)}
	for _, c := range m.columns {
		values, err := c.compute(&r)
		if err != nil {
			return err
		}
		kept.values = append(kept.values, values...)
	}
	m.rows = append(m.rows, kept)
	return nil
}

// number returns the numbers of items, which they get as they come.
func (m *measurer) number(items []clm.ItemID) []int32 {
	numbers := make([]int32, len(items))
	for i, item := range items {
		n, known := m.numbers[item]
		if !known {
			n = int32(len(m.numbers))
			m.numbers[item] = n
		}
		numbers[i] = n
	}
	return numbers
}

func (m *measurer) report() (*Report, error) {
	slices.SortFunc(m.rows, func(a, b row) int { return cmp.Compare(a.customer, b.customer) })
	m.renumber()
	parts := map[string][]*row{"": nil}
	for i := range m.rows {
		parts[""] = append(parts[""], &m.rows[i])
		for _, segment := range m.rows[i].segments {
			parts[segment] = append(parts[segment], &m.rows[i])
		}
	}
	if m.o.Items > 0 && m.shown > m.o.Items {
		return nil, fmt.Errorf("quality: the lists show %d items of %d that could be recommended", m.shown, m.o.Items)
	}
	r := &Report{resamples: m.o.Resamples, seed: m.o.Seed, parts: map[string]*part{}}
	for segment, rows := range parts {
		r.parts[segment] = m.part(rows)
	}
	r.estimate()
	return r, nil
}

// renumber numbers the items anew, those in a list first and else by id, so
// that no sum depends on which list came first.
func (m *measurer) renumber() {
	shown, unshown := map[clm.ItemID]bool{}, map[clm.ItemID]bool{}
	byNumber := make([]clm.ItemID, len(m.numbers))
	for id, n := range m.numbers {
		byNumber[n], unshown[id] = id, true
	}
	for i := range m.rows {
		for _, n := range m.rows[i].items {
			shown[byNumber[n]] = true
			delete(unshown, byNumber[n])
		}
	}
	m.shown = len(shown)
	for n, id := range slices.Concat(slices.Sorted(maps.Keys(shown)), slices.Sorted(maps.Keys(unshown))) {
		m.numbers[id] = int32(n)
	}
	for i := range m.rows {
		for _, list := range [][]int32{m.rows[i].items, m.rows[i].wanted} {
			for j, n := range list {
				list[j] = m.numbers[byNumber[n]]
			}
		}
	}
}
