package feature

import (
	"math"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// personFacts are what is known of a customer.
type personFacts struct {
	lines  int     // signals
	price  float64 // mean logarithm of the prices paid
	spread float64 // standard deviation of it
	pieces float64 // mean logarithm of the pieces of a line
	last   int64   // time of the last signal
}

// defaultSpread is that of a customer with fewer than two prices.
const defaultSpread = 0.8

func (m *Maker) person(h *interaction.History) personFacts {
	p := personFacts{lines: len(h.Signals), price: math.NaN(), spread: defaultSpread}
	if p.lines == 0 {
		return p
	}
	p.last = h.Signals[p.lines-1].Time
	var sum, squares, priced float64
	for i := range h.Signals {
		s := &h.Signals[i]
		p.pieces += math.Log(math.Max(1, float64(s.Quantity)))
		if s.Price > 0 {
			x := math.Log(float64(s.Price))
			sum, squares, priced = sum+x, squares+x*x, priced+1
		}
	}
	p.pieces /= float64(p.lines)
	if priced > 0 {
		p.price = sum / priced
	}
	if priced > 1 {
		p.spread = math.Sqrt(math.Max(0, (squares-sum*sum/priced)/(priced-1)))
	}
	return p
}

// days returns how many days before the history's moment something was.
func (m *Maker) days(h *interaction.History, t int64) float64 {
	return float64(h.Now-t) / float64(day)
}
