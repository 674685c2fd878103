package interaction

// Occurrences are the signals of each item: where to find them, without reading
// whole histories.
type Occurrences struct {
	p       *Past
	signals Runs[occurrence] // by item
}

// occurrence is a signal of a customer.
type occurrence struct{ customer, signal int32 }

// Occurrences costs one pass over the signals when it is asked for first, and 8
// bytes for each.
func (p *Past) Occurrences() *Occurrences { return p.occurrences() }

func newOccurrences(p *Past) *Occurrences {
	o := &Occurrences{p: p, signals: Runs[occurrence]{Ends: make([]int, len(p.Items))}}
	ends := o.signals.Ends
	for c := range p.histories {
		for i := range p.histories[c].Signals {
			ends[p.histories[c].Signals[i].Item]++
		}
	}
	next, n := Cumulate(ends)
	o.signals.All = make([]occurrence, n)
	for c := range p.histories {
		for i := range p.histories[c].Signals {
			item := p.histories[c].Signals[i].Item
			o.signals.All[next[item]] = occurrence{int32(c), int32(i)}
			next[item]++
		}
	}
	return o
}

// Of returns the number of an item's signals.
func (o *Occurrences) Of(item int32) int { return len(o.signals.Of(item)) }

// Each calls f for each event with the item, customer by customer in time: with
// its signals and those of the customer that come after it.
func (o *Occurrences) Each(item int32, f func(customer int32, order, after []Signal)) {
	for _, at := range o.signals.Of(item) {
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
	for _, at := range o.signals.Of(item) {
		if at.customer != but && at.customer != done && fulfils(o.p.histories[at.customer].Signals, at.signal) {
			n, done = n+1, at.customer
		}
	}
	return n
}
