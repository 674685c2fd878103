package interaction

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// A Change says how a later past differs from the one that it was made of.
type Change struct {
	Items     []int32 // the new number of each old item, -1 for one that is gone
	Customers []int32 // the new number of each old customer
	Active    []int32 // new numbers of the customers who did something, in order
}

// With returns the past at a later moment: this one and the records that are not
// before its moment, but before at. It says what the records of both would say
// together, but that an event is not known by its id any more, so that records
// must not hold what is in the past already; that looks at items that nobody had
// bought, and the catalogue did not have, are forgotten; and that prices stay
// those of the currency that each records had most.
//
// It shares the histories of customers who did nothing, as far as no item got
// another number. It costs a copy of the matrix.
func (p *Past) With(ctx context.Context, r *Records, at time.Time, catalogue *clm.Catalogue) (*Past, *Change, error) {
	later := r.between(Nano(p.At), Nano(at))
	v, change := p.joined(r, later, at, catalogue)
	items, channels := moved(r.Items, v.Index), v.codes(r.Channels)
	histories := make([]History, len(v.Customers))
	for n := range histories {
		histories[n] = History{Customer: int32(n)}
	}
	for old, n := range change.Customers {
		histories[n] = p.histories[old].renumbered(change.Items)
		histories[n].Customer = n
	}
	for c, rows := range later {
		if len(rows) > 0 {
			n := v.Number[r.Customers[c]]
			change.Active = append(change.Active, n)
			histories[n].extend(r, rows, items, channels)
		}
	}
	for n := range histories {
		histories[n].Now = Nano(at)
	}
	slices.Sort(change.Active)
	past, err := newPast(ctx, v, at, histories)
	return past, change, err
}

// between returns the rows of each customer from one moment on and before
// another.
func (r *Records) between(from, to int64) [][]row {
	rows := make([][]row, len(r.Customers))
	for c := range rows {
		rows[c] = r.before(c, to)
		rows[c] = rows[c][firstFrom(rows[c], from, func(r row) int64 { return r.time }):]
	}
	return rows
}

// joined returns the vocabulary of the past and the later rows.
func (p *Past) joined(r *Records, later [][]row, at time.Time, catalogue *clm.Catalogue) (*Vocabulary, *Change) {
	v := &Vocabulary{Items: catalogueBefore(catalogue, at), Customers: slices.Clone(p.Customers), Channels: slices.Clone(p.Channels)}
	for n, id := range p.Items {
		if len(p.Columns.Row(n)) > 0 {
			v.Items = append(v.Items, id)
		}
	}
	for c, rows := range later {
		if len(rows) > 0 {
			v.Customers = append(v.Customers, r.Customers[c])
		}
		for i := range rows {
			if rows[i].weight > 0 && rows[i].item >= 0 {
				v.Items = append(v.Items, r.Items[rows[i].item])
			}
		}
	}
	for _, name := range r.Channels {
		if !slices.Contains(v.Channels, name) && len(v.Channels) < math.MaxUint8 {
			v.Channels = append(v.Channels, name)
		}
	}
	v.Items, v.Customers = unique(v.Items), unique(v.Customers)
	v.number(catalogue)
	return v, &Change{Items: moved(p.Items, v.Index), Customers: moved(p.Customers, v.Number)}
}

// catalogueBefore returns the items that the catalogue had before a moment.
func catalogueBefore(catalogue *clm.Catalogue, at time.Time) (items []clm.ItemID) {
	for item := range catalogue.All {
		if item.Added.Before(at) {
			items = append(items, item.ID)
		}
	}
	return items
}

func unique[T ~string](ids []T) []T {
	slices.Sort(ids)
	return slices.Compact(ids)
}

// codes returns the code of each channel.
func (v *Vocabulary) codes(names []string) []uint8 {
	codes := make([]uint8, len(names))
	for i, name := range names {
		n := slices.Index(v.Channels, name)
		if n < 0 {
			n = math.MaxUint8
		}
		codes[i] = uint8(n)
	}
	return codes
}

// renumbered returns the history with other numbers for items; what is about an
// item without one is left out. Without a difference it is shared.
func (h *History) renumbered(items []int32) History {
	to := *h
	if slices.ContainsFunc(h.Signals, func(s Signal) bool { return items[s.Item] != s.Item }) {
		to.Signals = slices.Clone(h.Signals) // signals keep their items
		for i := range to.Signals {
			to.Signals[i].Item = items[to.Signals[i].Item]
		}
	}
	to.Touches, to.Returned = renumberedTouches(h.Touches, items), renumberedTouches(h.Returned, items)
	if slices.ContainsFunc(h.Shown, func(s Impression) bool { return items[s.Item] != s.Item }) {
		to.Shown = nil
		for _, s := range h.Shown {
			if s.Item = items[s.Item]; s.Item >= 0 {
				to.Shown = append(to.Shown, s)
			}
		}
	}
	return to
}

func renumberedTouches(touches []Touch, items []int32) []Touch {
	if !slices.ContainsFunc(touches, func(t Touch) bool { return t.Item >= 0 && items[t.Item] != t.Item }) {
		return touches
	}
	var to []Touch
	for _, t := range touches {
		if t.Item >= 0 {
			t.Item = items[t.Item]
		}
		if t.Item >= 0 || t.Query != "" {
			to = append(to, t)
		}
	}
	return to
}

// extend adds later rows, without touching what is shared.
func (h *History) extend(r *Records, rows []row, items []int32, channels []uint8) {
	before := len(h.Signals)
	h.Signals, h.Touches, h.Returned = slices.Clone(h.Signals), slices.Clone(h.Touches), slices.Clone(h.Returned)
	h.fold(r, rows, items)
	for i := before; i < len(h.Signals); i++ {
		if s := &h.Signals[i]; int(s.Channel) < len(channels) {
			s.Channel = channels[s.Channel]
		}
	}
	if len(h.Shown) > 0 {
		h.Shown = slices.Clone(h.Shown)
		h.settle()
	}
}
