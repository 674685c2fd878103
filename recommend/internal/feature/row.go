package feature

import (
	"math"

	"github.com/clmkit/clmkit/recommend/internal/candidate"
)

// Names returns the names of the features of a row.
func (m *Maker) Names() []string {
	var names []string
	names = append(names, m.names...)
	for _, name := range m.names {
		names = append(names, "n_"+name)
	}
	for _, name := range ranked {
		names = append(names, "r_"+name)
	}
	names = append(names, "blend",
		"pop3", "pop7", "pop14", "pop30", "pop60", "popall", "rows7", "rows30", "r7_30", "r14_60", "r30_all",
		"age", "lastsale", "lprice", "lqty", "pchg", "repeat", "rate",
		"pfit", "pfitz", "qfit", "expo", "newsince", "nbtrend", "easelift",
		"own", "ownfaded", "ownrec", "owngap", "owndue", "ownshare", "ownlast", "since")
	return names
}

// row appends the features of an item.
func (l *look) row(c candidate.Scored, ranks []float32, dst []float32) []float32 {
	item := c.Item
	for _, s := range l.said {
		dst = append(dst, float32(s.Of(item)))
	}
	for i, s := range l.said {
		dst = append(dst, float32(s.Of(item)/l.most[i]))
	}
	dst = append(dst, ranks...)
	dst = append(dst, float32(c.Score))
	dst = l.item(item, dst)
	dst = l.fit(item, dst)
	return l.owned(item, dst)
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
		trend(f.sold[1], f.sold[3]), trend(f.sold[2], f.sold[4]), trend(f.sold[3], f.sold[ever]),
		float32(age), float32(lastSale), f.price, f.pieces, f.change, f.again,
		f.sold[ever]/float32(math.Max(age, 7))*90)
}

// fit appends how an item fits what the customer usually buys.
func (l *look) fit(item int32, dst []float32) []float32 {
	f, p := &l.m.items[item], &l.person
	price := float64(f.price) - p.price
	exposed := 0
	for i := len(l.orders) - 1; i >= 0 && l.orders[i] >= f.first; i-- {
		exposed++
	}
	seven, thirty := l.named("nb7", item), l.named("nb30", item)
	return append(dst,
		float32(price), float32(math.Abs(price)/math.Max(p.spread, 0.2)), float32(float64(f.pieces)-p.pieces),
		float32(exposed), float32(float64(f.first-p.last)/float64(day)),
		float32(math.Log((seven+epsilon)/(thirty+epsilon))),
		float32(math.Log(math.Max(l.named("ease60", item), 1e-4)/(float64(f.sold[ever])+epsilon))))
}

// named returns what an opinion says of an item.
func (l *look) named(name string, item int32) float64 {
	for i, n := range l.m.names {
		if n == name {
			return l.said[i].Of(item)
		}
	}
	return 0
}

// owned appends what the customer did with the item.
func (l *look) owned(item int32, dst []float32) []float32 {
	o, ok := l.own[item]
	if !ok {
		return append(dst, 0, 0, missing, missing, missing, 0, 0, missing)
	}
	since := l.m.days(l.h, o.last)
	gap, due := missing, missing
	if o.orders > 1 {
		gap = float32(float64(o.last-o.first) / float64(day) / float64(o.orders-1))
		due = float32(since / math.Max(float64(gap), 0.5))
	}
	after := 0
	for i := len(l.orders) - 1; i >= 0 && l.orders[i] > o.last; i-- {
		after++
	}
	lately := float32(0)
	if o.lately {
		lately = 1
	}
	return append(dst, float32(o.orders), float32(o.faded), float32(since), gap, due,
		float32(o.orders)/float32(max(1, len(l.orders))), lately, float32(after))
}
