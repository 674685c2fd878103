package candidate

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// AlikeOptions are the settings of [Alike].
type AlikeOptions struct {
	Neighbours int           // how many customers speak
	HalfLife   time.Duration // age at which what a customer bought counts half; 0 is never
	Length     float64       // power of a customer's number of items that similarity is divided by
	Rarity     float64       // power of log(customers/customers of the item) that an item's score is multiplied by
	// Reads is how many pairs of an item and a customer are read for a list;
	// those of the items that say the most come first.
	Reads int
}

// Alike scores an item by the customers with the most similar histories who have
// it: session-based nearest neighbours with decay, V-SkNN (Ludewig and Jannach,
// UMUAI 2018, §3.2), with a customer's whole history as the session. Similarity
// is the dot product of the histories, in which what the customer wanted fades
// with its age, over the length of the other's. The scores of common items are
// lowered.
//
// What does not fit into Reads is left out: the customers of the items with the
// largest weight times rarity are read first, those of an item in the order of
// their ids, which says nothing about them.
type Alike struct {
	past   *interaction.Past
	o      AlikeOptions
	rarity []float64 // by item
	length []float64 // factor by customer
}

// TrainAlike costs one pass over items and customers.
func TrainAlike(p *interaction.Past, o AlikeOptions) *Alike {
	a := &Alike{past: p, o: o, rarity: make([]float64, len(p.Items)), length: make([]float64, len(p.Customers))}
	for i := range a.rarity {
		n := max(1, len(p.Columns.Row(i)))
		a.rarity[i] = math.Pow(math.Log(float64(len(p.Customers))/float64(n)), o.Rarity)
	}
	for c := range a.length {
		a.length[c] = math.Pow(float64(max(1, len(p.Rows.Row(c)))), -o.Length)
	}
	return a
}

// Score implements [Source].
func (a *Alike) Score(_ context.Context, h *interaction.History, s *Scores) error {
	for _, neighbour := range a.neighbours(h) {
		s.addCells(a.past.Rows.Row(int(neighbour.Item)), neighbour.Score)
	}
	s.times(a.rarity)
	return nil
}

// neighboursOf is the key of the neighbours of a history.
type neighboursOf struct {
	past *interaction.Past
	o    AlikeOptions
}

// neighbours returns the customers with the most similar histories, in no order;
// those are the Items of what it returns.
func (a *Alike) neighbours(h *interaction.History) []Scored {
	return interaction.Remember(h, neighboursOf{a.past, a.o}, func() []Scored {
		customers := Scratch(len(a.past.Customers))
		defer Release(customers)
		return a.find(h, customers)
	})
}

func (a *Alike) find(h *interaction.History, customers *Scores) []Scored {
	left := a.o.Reads
	for _, w := range a.inOrder(h.Wants(a.o.HalfLife)) {
		column := a.past.Columns.Row(int(w.Item))
		column = column[:min(len(column), left)]
		left -= len(column)
		customers.addCells(column, w.Weight)
	}
	customers.times(a.length)
	if h.Customer >= 0 {
		customers.values[h.Customer] = 0
	}
	return customers.highest(a.o.Neighbours)
}

// inOrder returns what is wanted in the order of reading, if not all can be read.
func (a *Alike) inOrder(wants []interaction.Wanted) []interaction.Wanted {
	total := 0
	for _, w := range wants {
		total += len(a.past.Columns.Row(int(w.Item)))
	}
	if total <= a.o.Reads {
		return wants
	}
	value := func(w interaction.Wanted) float64 { return w.Weight * a.rarity[w.Item] }
	wants = slices.Clone(wants)
	slices.SortStableFunc(wants, func(x, y interaction.Wanted) int { return cmp.Compare(value(y), value(x)) })
	return wants
}

// Cause counts the neighbours who bought the item.
func (a *Alike) Cause(h *interaction.History, item int32) (Cause, bool) {
	n := 0
	for _, neighbour := range a.neighbours(h) {
		if a.past.Bought(neighbour.Item, item) {
			n++
		}
	}
	return Cause{Kind: BoughtAlike, Count: n}, n > 0
}
