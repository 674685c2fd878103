package rerank

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/metric"
)

// Case is a list of a hold-out: what would have been asked at a moment, and what
// the customer took after it. Items and portrait must come from before that
// moment.
type Case struct {
	Query Query
	// Items is the list as the stage before made it, the best first.
	Items []Item
	// Relevant are the items that the customer took. They need not be in the
	// list. A case without any says nothing and is passed over.
	Relevant []clm.ItemID
}

// relevant is the set of what the customer took.
func (c *Case) relevant() map[clm.ItemID]bool {
	set := make(map[clm.ItemID]bool, len(c.Relevant))
	for _, id := range c.Relevant {
		set[id] = true
	}
	return set
}

// quality is the NDCG of the list in an order.
func (c *Case) quality(order []int, k int) float64 {
	relevant := c.relevant()
	hits := make([]bool, min(k, len(order)))
	for place := range hits {
		hits[place] = relevant[c.Items[order[place]].ID]
	}
	return metric.NDCG(hits, len(relevant), k)
}

// open reports whether an order of the first n items can change the quality:
// some of them are relevant and some are not. Of others the difference is known
// to be 0, and no model needs to be asked.
func (c *Case) open(n int) bool {
	relevant := c.relevant()
	hits := 0
	n = min(n, len(c.Items))
	for _, item := range c.Items[:n] {
		if relevant[item.ID] {
			hits++
		}
	}
	return hits > 0 && hits < n
}

// draw is the order in which cases are looked at: at random, so that the first
// ones stand for all, and of a customer whom a segment has several times the
// first alone, since lists of one customer are not independent.
func draw(cases []Case, seed uint64) []*Case {
	type key struct {
		segment          Segment
		tenant, customer string
	}
	seen := map[key]bool{}
	var drawn []*Case
	for _, i := range rand.New(rand.NewPCG(seed, seed)).Perm(len(cases)) {
		c := &cases[i]
		k := key{c.Query.Segment, c.Query.Scope.Tenant, c.Query.Scope.Customer}
		if len(c.Relevant) == 0 || k.customer != "" && seen[k] {
			continue
		}
		seen[k] = true
		drawn = append(drawn, c)
	}
	return drawn
}

// segmentsOf are the segments of the cases, in alphabetical order.
func segmentsOf(cases []*Case) []Segment {
	var all []Segment
	for _, c := range cases {
		all = append(all, c.Query.Segment)
	}
	slices.SortFunc(all, func(a, b Segment) int { return cmp.Compare(a, b) })
	return slices.Compact(all)
}
