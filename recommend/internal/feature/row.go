package feature

import (
	"math"
	"slices"

	"github.com/clmkit/clmkit/recommend/internal/candidate"
)

// Names returns the names of the features of a row.
func (m *Maker) Names() []string {
	names := append(slices.Clone(m.names), Blended,
		"sold3", "sold7", "sold14", "sold30", "sold60", "sold", "rows7", "rows30", "grew7", "grew14", "grew30",
		"age", "lastsale", "price", "pieces", "pricechange", "again", "rate", "new14", "new30", "slope", "slope2", "buyeritems",
		"pricefit", "pricefar", "piecefit", "buyerfit", "exposed", "newsince", "neargrew", "nearlift", "easelift")
	return slices.Concat(names, ownNames, contextNames, []string{"ignored"})
}

// Said returns how many of the features, the first, are what sources say.
func (m *Maker) Said() int { return len(m.names) - len(texts) }

// Blended is the name of the feature that is the score of the blend.
const Blended = "blend"

// row appends the features of the n-th item: first what is said of it, as a share of
// the most that is said of any of the items.
func (l *look) row(n int, c candidate.Scored, dst []float32) []float32 {
	item := c.Item
	for i, s := range l.said {
		dst = append(dst, float32(s.InOrder()[n]/l.most[i]))
	}
	dst = append(dst, float32(c.Score))
	dst = l.item(item, dst)
	dst = l.fit(n, item, dst)
	dst = l.owned(n, item, dst)
	dst = l.context(item, dst)
	return append(dst, float32(l.ignored[item]))
}

// item appends how an item sells.
func (l *look) item(item int32, dst []float32) []float32 {
	f := &l.m.items[item]
	age := l.m.days(l.h, f.first)
	lastSale := 200.0
	if f.last > 0 {
		lastSale = math.Min(lastSale, l.m.days(l.h, f.last))
	}
	dst = append(dst, f.sold[:]...)
	dst = append(dst, f.rows[:]...)
	return append(dst,
		f.grew[0], f.grew[1], f.grew[2],
		float32(age), float32(lastSale), f.price, f.pieces, f.change, f.again,
		f.sold[ever]/float32(math.Max(age, 7))*90, f.fresh[0], f.fresh[1], f.slope[0], f.slope[1], f.buyers)
}

// fit appends how an item fits what the customer usually buys.
func (l *look) fit(n int, item int32, dst []float32) []float32 {
	f, p := &l.m.items[item], &l.person
	price := float64(f.price) - p.price
	exposed := 0
	for i := len(l.orders) - 1; i >= 0 && l.orders[i] >= f.first; i-- {
		exposed++
	}
	seven, thirty := l.says(l.m.near7, n), l.says(l.m.near30, n)
	return append(dst,
		float32(price), float32(math.Abs(price)/math.Max(p.spread, 0.2)), float32(float64(f.pieces)-p.pieces),
		f.buyers-l.many,
		float32(exposed), float32(float64(f.first-p.last)/float64(day)),
		float32(math.Log((seven+epsilon)/(thirty+epsilon))),
		float32(math.Log((seven+epsilon)/(float64(f.sold[1])+2*epsilon))),
		float32(math.Log(math.Max(l.says(l.m.ease60, n), 1e-4)/(float64(f.sold[ever])+epsilon))))
}

// says returns what an opinion says of the n-th item, 0 for one that nobody has.
func (l *look) says(opinion, n int) float64 {
	if opinion < 0 {
		return 0
	}
	return l.said[opinion].InOrder()[n]
}
