package feature

import (
	"math"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// owned is what a customer did with an item.
type owned struct {
	orders   int
	order    int32 // the last one's number
	first    int64
	last     int64
	fast     float64 // orders, each halved with 14 days
	slow     float64 // with 90 days
	backward float64 // each 0.8 of the one after it
	pieces   float64
	lately   bool // in the last order
}

// habit is how much less an order says than the one after it.
const habit = 0.8

func (l *look) sign(s *interaction.Signal) {
	o, known := l.own[s.Item]
	if !known {
		o.first, o.order = s.Time, -1
	}
	if len(l.orders) == 0 || s.Order != l.lastOrder {
		l.orders, l.lastOrder = append(l.orders, s.Time), s.Order
	}
	if o.order != s.Order {
		o.orders++
		o.order, o.last = s.Order, s.Time
		o.fast += l.h.Fading(s.Time, 14*day)
		o.slow += l.h.Fading(s.Time, 90*day)
		back := l.h.Signals[len(l.h.Signals)-1].Order - s.Order
		o.backward += math.Pow(habit, float64(back))
		o.lately = back == 0
	}
	o.pieces += float64(s.Quantity)
	l.own[s.Item] = o
}

// ownNames are the names of what owned appends.
var ownNames = []string{
	"own", "own14", "own90", "ownback", "ownpieces", "ownsince", "ownfirst", "owngap", "owndue", "ownshare", "ownlately", "ownafter",
	"itemdue", "itemagain", "repeatrate",
}

// owned appends what the customer did with the n-th item.
func (l *look) owned(n int, item int32, dst []float32) []float32 {
	f := &l.m.items[item]
	o, ok := l.own[item]
	if !ok {
		return append(dst, 0, 0, 0, 0, 0, missing, missing, missing, missing, 0, 0, missing, missing, f.perOrder, 0)
	}
	since := l.m.days(l.h, o.last)
	gap, due := missing, missing
	if o.orders > 1 {
		gap = float32(float64(o.last-o.first) / float64(day) / float64(o.orders-1))
		due = float32(since / math.Max(float64(gap), 1))
	}
	after := 0
	for i := len(l.orders) - 1; i >= 0 && l.orders[i] > o.last; i-- {
		after++
	}
	now := float32(0)
	if o.lately {
		now = 1
	}
	return append(dst, float32(o.orders), float32(o.fast), float32(o.slow), float32(o.backward), float32(math.Log1p(o.pieces)),
		float32(since), float32(l.m.days(l.h, o.first)), gap, due,
		float32((float64(o.orders)+0.1)/float64(len(l.orders)+1)), now, float32(after),
		float32(since/float64(f.gap)), f.perOrder, float32(l.says(l.m.repeat, n)))
}
