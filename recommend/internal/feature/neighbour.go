package feature

import (
	"math"
	"time"

	"github.com/clmkit/clmkit/recommend/internal/candidate"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// neighbours finds customers who bought what a customer wants, and says what
// they bought: V-SkNN of Ludewig and Jannach (2018) with the whole history as
// the session, fading with age.
type neighbours struct {
	past   *interaction.Past
	weight []float32 // of a customer: one over the root of the number of items
	idf    []float32 // of an item
}

const (
	mostNeighbours = 200
	// mostBuyers is how many of an item's customers are looked at; of more,
	// those that are spread evenly.
	mostBuyers = 500
)

func newNeighbours(p *interaction.Past) *neighbours {
	n := &neighbours{past: p, weight: make([]float32, len(p.Customers)), idf: make([]float32, len(p.Items))}
	active := 0
	for c := range n.weight {
		items := len(p.Rows.Row(c))
		if items > 0 {
			active++
		}
		n.weight[c] = float32(1 / math.Sqrt(float64(max(1, items))))
	}
	for i := range n.idf {
		n.idf[i] = float32(math.Log(float64(max(1, active)) / float64(max(1, len(p.Columns.Row(i))))))
	}
	return n
}

// of returns the neighbours of a customer, the nearest first.
func (n *neighbours) of(h *interaction.History, wants []interaction.Wanted) []candidate.Scored {
	near := candidate.Scratch(len(n.past.Customers))
	defer candidate.Release(near)
	for _, w := range wants {
		column := n.past.Columns.Row(int(w.Item))
		step := 1 + (len(column)-1)/mostBuyers
		for i := 0; i < len(column); i += step {
			c := &column[i]
			near.Add(c.Number, w.Weight*float64(c.Weight)*float64(n.weight[c.Number])*float64(step))
		}
	}
	return near.Top(mostNeighbours, func(c int32) bool { return c != h.Customer })
}

// add adds up what the neighbours wanted: each item once per neighbour, faded
// with age, weighted by how near the neighbour is.
func (n *neighbours) add(all []candidate.Scored, halfLife time.Duration, s *candidate.Scores) {
	for _, c := range all {
		if halfLife == 0 {
			for _, cell := range n.past.Rows.Row(int(c.Item)) {
				s.Add(cell.Number, c.Score*float64(cell.Weight))
			}
			continue
		}
		for _, w := range n.past.History(c.Item).Wants(halfLife) {
			s.Add(w.Item, c.Score*w.Weight)
		}
	}
}
