package interaction

// Occurrences are the signals of each item: where to find them, without reading
// whole histories.
type Occurrences struct {
	p    *Past
	ends []int
	all  []occurrence
}

// occurrence is a signal of a customer.
type occurrence struct{ customer, signal int32 }

// Occurrences costs one pass over the signals when it is asked for first, and 8
// bytes for each.
func (p *Past) Occurrences() *Occurrences { return p.occurrences() }

func newOccurrences(p *Past) *Occurrences {
	o := &Occurrences{p: p, ends: make([]int, len(p.Items))}
	for c := range p.histories {
		for i := range p.histories[c].Signals {
			o.ends[p.histories[c].Signals[i].Item]++
		}
	}
	next, sum := make([]int, len(o.ends)), 0
	for i, count := range o.ends {
		next[i] = sum
		sum += count
		o.ends[i] = sum
	}
	o.all = make([]occurrence, sum)
	for c := range p.histories {
		for i := range p.histories[c].Signals {
			item := p.histories[c].Signals[i].Item
			o.all[next[item]] = occurrence{int32(c), int32(i)}
			next[item]++
		}
	}
	return o
}

// Of returns the number of an item's signals.
func (o *Occurrences) Of(item int32) int { return o.ends[item] - o.start(item) }

func (o *Occurrences) start(item int32) int {
	if item == 0 {
		return 0
	}
	return o.ends[item-1]
}

// Each calls f for each event with the item, customer by customer in time: with
// its signals and those of the customer that come after it.
func (o *Occurrences) Each(item int32, f func(customer int32, order, after []Signal)) {
	for _, at := range o.all[o.start(item):o.ends[item]] {
		signals := o.p.histories[at.customer].Signals
		from := startOf(signals, at.signal)
		order := firstOrder(signals[from:])
		f(at.customer, order, signals[from+len(order):])
	}
}

// customers returns for how many customers, but for one, a signal of the item
// fulfils a condition.
func (o *Occurrences) customers(item, but int32, fulfils func(signals []Signal, at int32) bool) int {
	n, done := 0, int32(-1)
	for _, at := range o.all[o.start(item):o.ends[item]] {
		if at.customer != but && at.customer != done && fulfils(o.p.histories[at.customer].Signals, at.signal) {
			n, done = n+1, at.customer
		}
	}
	return n
}
