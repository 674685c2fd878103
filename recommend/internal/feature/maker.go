package feature

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/clmkit/clmkit/recommend/internal/candidate"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// A Maker makes features. It is immutable and safe for concurrent use.
type Maker struct {
	past     *interaction.Past
	items    []itemFacts
	alike    alike
	opinions []opinion
	near     *neighbours
	names    []string // of the opinions, the further ones included
}

// An opinion is what a source says of an item, as one feature or several.
type opinion struct {
	name string
	of   candidate.Source
}

// Sources are the sources whose opinions become features; those that are nil
// are left out.
type Sources struct {
	EASE    *candidate.EASE
	ItemKNN *candidate.ItemKNN
}

// Train learns what features need of what was known at a moment.
func Train(ctx context.Context, p *interaction.Past, s Sources) (*Maker, error) {
	m := &Maker{past: p, items: itemsOf(p), near: newNeighbours(p)}
	var err error
	if m.alike, err = alikeOf(ctx, p.Vocabulary); err != nil {
		return nil, err
	}
	if s.EASE != nil {
		for _, v := range []struct {
			name string
			age  time.Duration
		}{{"ease", 0}, {"ease60", 60 * day}, {"ease14", 14 * day}} {
			m.opinions = append(m.opinions, opinion{v.name, s.EASE.WithHalfLife(v.age)})
		}
	}
	if s.ItemKNN != nil {
		m.opinions = append(m.opinions, opinion{"knn", s.ItemKNN.WithHalfLife(0)}, opinion{"knn60", s.ItemKNN.WithHalfLife(60 * day)})
	}
	for _, o := range m.opinions {
		m.names = append(m.names, o.name)
	}
	m.names = append(m.names, further...)
	return m, nil
}

// A look at a customer holds what is the same for all items.
type look struct {
	m      *Maker
	h      *interaction.History
	person personFacts
	// said has the scores of the opinions, of the neighbours, and of texts.
	said []*candidate.Scores
	most []float64 // the largest of each
	own  map[int32]owned
	// orders are the times of the customer's orders.
	orders []int64
}

// owned is what a customer did with an item.
type owned struct {
	orders int
	first  int64
	last   int64
	prior  int64 // the time before the last
	lately bool  // in the last order
	faded  float64
}

// Rows appends the features of some items to dst, one row after the other.
func (m *Maker) Rows(ctx context.Context, h *interaction.History, items []candidate.Scored, dst []float32) ([]float32, error) {
	l, err := m.look(ctx, h)
	if err != nil {
		return nil, err
	}
	defer l.release()
	ranks := l.ranks(items)
	for i, item := range items {
		dst = l.row(item, ranks[i], dst)
	}
	return dst, nil
}

func (m *Maker) look(ctx context.Context, h *interaction.History) (*look, error) {
	l := &look{m: m, h: h, own: map[int32]owned{}}
	for i := range h.Signals {
		l.sign(&h.Signals[i])
	}
	l.person = m.person(h)
	for _, o := range m.opinions {
		s := l.scores()
		if err := o.of.Score(ctx, h, s); err != nil {
			l.release()
			return nil, err
		}
	}
	l.neighbours()
	l.texts()
	for _, s := range l.said {
		l.most = append(l.most, math.Max(s.Largest(), 1e-9))
	}
	return l, nil
}

func (l *look) scores() *candidate.Scores {
	s := candidate.Scratch(len(l.m.past.Items))
	l.said = append(l.said, s)
	return s
}

func (l *look) release() {
	for _, s := range l.said {
		candidate.Release(s)
	}
}

func (l *look) sign(s *interaction.Signal) {
	o, known := l.own[s.Item]
	if !known {
		o.first = s.Time
	}
	if o.last != s.Time || !known {
		o.orders++
		o.prior, o.last = o.last, s.Time
	}
	o.faded += l.h.Fading(s.Time, 90*day)
	o.lately = s.Order == l.h.Signals[len(l.h.Signals)-1].Order
	l.own[s.Item] = o
	if n := len(l.orders); n == 0 || l.orders[n-1] != s.Time {
		l.orders = append(l.orders, s.Time)
	}
}

// The opinions that come after those of the sources, in their order.
var further = []string{"vsknn", "nb30", "nb7", "text", "text60", "textmax", "textlast"}

// neighbours adds what the nearest customers bought.
func (l *look) neighbours() {
	near := l.m.near.of(l.h, l.h.Wants(60*day))
	whole := l.scores()
	l.m.near.add(near, 0, whole)
	sum := 0.0
	for _, n := range near {
		sum += n.Score
	}
	for i := range near {
		near[i].Score /= sum
	}
	l.m.near.add(near, 30*day, l.scores())
	l.m.near.add(near, 7*day, l.scores())
	whole.Each(func(item int32, score float64) float64 { return score * float64(l.m.near.idf[item]) })
}

// texts adds how similar the texts of the customer's items are: the sum, the
// sum faded with age, the largest, and the largest of the last order.
func (l *look) texts() {
	sum, faded, most, last := l.scores(), l.scores(), l.scores(), l.scores()
	for item, o := range l.own {
		fade := l.h.Fading(o.last, 60*day)
		for _, n := range l.m.alike[item] {
			x := float64(n.similarity)
			sum.Add(n.item, x)
			faded.Add(n.item, x*fade)
			most.Raise(n.item, x)
			if o.lately {
				last.Raise(n.item, x)
			}
		}
	}
}

// ranked are the opinions of which the rank among the items is a feature.
var ranked = []string{"ease60", "knn", "vsknn", "nb7"}

// ranks returns the logarithm of one plus the rank of each item for each of the
// opinions in ranked.
func (l *look) ranks(items []candidate.Scored) [][]float32 {
	all := make([][]float32, len(items))
	order := make([]candidate.Scored, len(items))
	for _, name := range ranked {
		n := slices.Index(l.m.names, name)
		for i, item := range items {
			order[i] = candidate.Scored{Item: int32(i)}
			if n >= 0 {
				order[i].Score = l.said[n].Of(item.Item)
			}
		}
		candidate.Sort(order)
		for rank, s := range order {
			all[s.Item] = append(all[s.Item], float32(math.Log1p(float64(rank))))
		}
	}
	return all
}
