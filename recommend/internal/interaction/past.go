package interaction

import (
	"context"
	"slices"
	"sort"
	"sync"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// A Past is what sources learn from: who wanted what before a moment. It is not
// changed after it was made, and shares what it can with earlier ones.
type Past struct {
	*Vocabulary
	At time.Time
	// Rows has a row of cells for each customer, Columns one for each item:
	// the same matrix twice, cells in the order of their numbers.
	Rows, Columns Matrix

	histories []History
	pairs     *pairs

	occurrences func() *Occurrences
}

// Before returns what was known before the moment at, to a shop with that
// catalogue.
func (r *Records) Before(ctx context.Context, at time.Time, catalogue *clm.Catalogue) (*Past, error) {
	v, items, customers := r.vocabulary(at, catalogue)
	histories := make([]History, len(v.Customers))
	err := InBlocks(ctx, len(r.Customers), func(from, to int) {
		for c := from; c < to; c++ {
			if n := customers[c]; n >= 0 {
				histories[n] = History{Customer: n, Now: Nano(at)}
				histories[n].fold(r, r.before(c, Nano(at)), items)
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return newPast(ctx, v, at, histories)
}

// before returns the rows of a customer before a moment.
func (r *Records) before(customer int, at int64) []row {
	rows := r.of(customer)
	return rows[:firstFrom(rows, at, func(r row) int64 { return r.time })]
}

func (r *Records) of(customer int) []row {
	from := 0
	if customer > 0 {
		from = r.ends[customer-1]
	}
	return r.rows[from:r.ends[customer]]
}

// fold adds rows of the records, in time, with the numbers of their items.
func (h *History) fold(r *Records, rows []row, items []int32) {
	order := h.nextOrder()
	h.Signals = slices.Grow(h.Signals, signals(rows))
	for i := range rows {
		row := &rows[i]
		if i > 0 && row.event != rows[i-1].event {
			order = h.nextOrder()
		}
		item := int32(-1)
		if row.item >= 0 {
			item = items[row.item]
		}
		h.add(row, r.queries[row.query], item, order)
	}
}

// signals returns how many of the rows are signals, at most.
func signals(rows []row) int {
	n := 0
	for i := range rows {
		if rows[i].weight > 0 && rows[i].item >= 0 {
			n++
		}
	}
	return n
}

func (h *History) nextOrder() int32 {
	if n := len(h.Signals); n > 0 {
		return h.Signals[n-1].Order + 1
	}
	return 0
}

// Before returns what was known at an earlier moment, with the same numbers.
func (p *Past) Before(ctx context.Context, t time.Time) (*Past, error) {
	histories := make([]History, len(p.histories))
	for i := range histories {
		histories[i] = p.histories[i].Before(Nano(t))
	}
	return newPast(ctx, p.Vocabulary, t, histories)
}

func newPast(ctx context.Context, v *Vocabulary, at time.Time, histories []History) (*Past, error) {
	p := &Past{Vocabulary: v, At: at, histories: histories, pairs: &pairs{}}
	p.occurrences = sync.OnceValue(func() *Occurrences { return newOccurrences(p) })
	var err error
	p.Rows, p.Columns, err = matrices(ctx, histories, len(v.Items))
	return p, err
}

// History returns what is known of a customer. Its slices are shared: they must
// not be changed.
func (p *Past) History(customer int32) *History { return &p.histories[customer] }

// Join returns a history with the records of a visit behind it. Events of a
// customer with a history count from the moment of the past on.
func (p *Past) Join(h History, visit *Records) History {
	h.Signals, h.Touches, h.Returned = slices.Clone(h.Signals), slices.Clone(h.Touches), slices.Clone(h.Returned)
	items := moved(visit.Items, p.Index)
	for c := range visit.Customers {
		rows := visit.of(c)
		if h.Customer >= 0 {
			rows = rows[firstFrom(rows, Nano(p.At), func(r row) int64 { return r.time }):]
		}
		h.fold(visit, rows, items)
		if n := len(rows); n > 0 {
			h.Now = max(h.Now, rows[n-1].time)
		}
	}
	return h
}

// Later returns the histories of the customers that the past knows with all of
// the records, and how many lines of their later orders are of items that it
// does not know.
func (p *Past) Later(r *Records) (whole []History, unknown int) {
	whole = make([]History, len(p.histories))
	items := moved(r.Items, p.Index)
	for c, id := range r.Customers {
		n, ok := p.Number[id]
		if !ok {
			continue
		}
		rows := r.of(c)
		later := rows[len(r.before(c, Nano(p.At))):]
		h := p.histories[n]
		h.Signals, h.Touches, h.Returned = slices.Clone(h.Signals), slices.Clone(h.Touches), slices.Clone(h.Returned)
		h.fold(r, later, items)
		whole[n] = h
		for i := range later {
			if later[i].kind == Ordered && later[i].item >= 0 && items[later[i].item] < 0 {
				unknown++
			}
		}
	}
	return whole, unknown
}

// Span returns the time between the first signal and the moment.
func (p *Past) Span() time.Duration {
	first := Nano(p.At)
	for i := range p.histories {
		if s := p.histories[i].Signals; len(s) > 0 {
			first = min(first, s[0].Time)
		}
	}
	return time.Duration(Nano(p.At) - first)
}

// MostWanted returns the items with customers, at most n of them, those with
// the most customers first, as numbers in increasing order.
func (p *Past) MostWanted(n int) []int32 {
	var items []int32
	for i := range p.Items {
		if len(p.Columns.Row(i)) > 0 {
			items = append(items, int32(i))
		}
	}
	sort.SliceStable(items, func(a, b int) bool {
		return len(p.Columns.Row(int(items[a]))) > len(p.Columns.Row(int(items[b])))
	})
	items = items[:min(n, len(items))]
	slices.Sort(items)
	return items
}
