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
	opinions []Opinion
	nearest  *candidate.Alike // nil without
	recent   recents          // by customer; empty without nearest
	names    []string         // of what is said of an item
	ranked   []int            // which of them a rank is made of
}

// An Opinion is what a source says of an item.
type Opinion struct {
	Name   string
	Source candidate.Source
}

// Train learns what features need of what was known at a moment, besides the
// sources whose opinions become features.
func Train(ctx context.Context, p *interaction.Past, opinions []Opinion) (*Maker, error) {
	m := &Maker{past: p, items: itemsOf(p)}
	var err error
	if m.alike, err = alikeOf(ctx, p.Vocabulary); err != nil {
		return nil, err
	}
	for _, o := range opinions {
		m.add(o)
	}
	for i, o := range m.opinions {
		m.names = append(m.names, o.Name)
		if slices.Contains(ranked, o.Name) {
			m.ranked = append(m.ranked, i)
		}
	}
	if m.nearest != nil {
		if m.recent, err = recentsOf(ctx, p); err != nil {
			return nil, err
		}
		for _, age := range lately {
			m.names = append(m.names, age.name)
		}
		m.ranked = append(m.ranked, slices.Index(m.names, "near7"))
	}
	m.names = append(m.names, texts...)
	return m, nil
}

// ranked are the opinions whose rank among the items is a feature.
var ranked = []string{"ease60", "itemknn", "alike"}

// add adds a source's opinion, and what it would be if the past faded faster or
// not at all.
func (m *Maker) add(o Opinion) {
	switch source := o.Source.(type) {
	case *candidate.EASE:
		m.opinions = append(m.opinions, Opinion{"ease", source.WithHalfLife(0)}, Opinion{"ease60", source.WithHalfLife(60 * day)}, Opinion{"ease14", source.WithHalfLife(14 * day)})
	case *candidate.Sparse:
		m.opinions = append(m.opinions, Opinion{"ease", source.WithHalfLife(0)}, Opinion{"ease60", source.WithHalfLife(60 * day)}, Opinion{"ease14", source.WithHalfLife(14 * day)})
	case *candidate.ItemKNN:
		m.opinions = append(m.opinions, Opinion{"itemknn", source.WithHalfLife(0)}, Opinion{"itemknn60", source.WithHalfLife(60 * day)})
	case *candidate.Alike:
		m.nearest = source
		m.opinions = append(m.opinions, o)
	default:
		m.opinions = append(m.opinions, o)
	}
}

// lately are the ages at which what the nearest customers bought counts half.
var lately = [...]struct {
	name string
	age  time.Duration
}{{"near30", 30 * day}, {"near14", 14 * day}, {"near7", 7 * day}}

// texts are what the texts of the customer's items say.
var texts = []string{"text", "text60", "textmax", "textlast"}

// A look at a customer holds what is the same for all items.
type look struct {
	m      *Maker
	h      *interaction.History
	person personFacts
	// said has the scores of what is said, in the order of the maker's names.
	said []*candidate.Scores
	most []float64 // the largest of each
	own  map[int32]owned
	// orders are the times of the customer's orders.
	orders    []int64
	lastOrder int32
	ignored   map[int32]float64 // what was shown and not taken
}

// Rows appends the features of some items to dst, one row after the other.
func (m *Maker) Rows(ctx context.Context, h *interaction.History, items []candidate.Scored, dst []float32) ([]float32, error) {
	l, err := m.look(ctx, h)
	defer l.release()
	if err != nil {
		return nil, err
	}
	ranks := l.ranks(items)
	for i, item := range items {
		dst = l.row(item, ranks[i*len(m.ranked):(i+1)*len(m.ranked)], dst)
	}
	return dst, nil
}

func (m *Maker) look(ctx context.Context, h *interaction.History) (*look, error) {
	l := &look{m: m, h: h, own: make(map[int32]owned, len(h.Signals)), ignored: h.Ignored(14 * day)}
	for i := range h.Signals {
		l.sign(&h.Signals[i])
	}
	l.person = m.person(h)
	for _, o := range m.opinions {
		if err := o.Source.Score(ctx, h, l.scores()); err != nil {
			return l, err
		}
	}
	if m.nearest != nil {
		l.near()
	}
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

// near adds what the nearest customers bought lately.
func (l *look) near() {
	near := l.m.nearest.Nearest(l.h)
	sum := 0.0
	for _, n := range near {
		sum += n.Score
	}
	var all [len(lately)]*candidate.Scores
	for i := range all {
		all[i] = l.scores()
	}
	for _, n := range near {
		for _, r := range l.m.recent.of(n.Item) {
			for i := range all {
				all[i].Add(r.item, n.Score/sum*float64(r.left[i]))
			}
		}
	}
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

// ranks returns, for each item, the logarithm of one plus its rank by each of
// the opinions in ranked.
func (l *look) ranks(items []candidate.Scored) []float32 {
	all := make([]float32, len(items)*len(l.m.ranked))
	order := make([]candidate.Scored, len(items))
	for r, n := range l.m.ranked {
		for i, item := range items {
			order[i] = candidate.Scored{Item: int32(i), Score: l.said[n].Of(item.Item)}
		}
		candidate.Sort(order)
		for rank, s := range order {
			all[int(s.Item)*len(l.m.ranked)+r] = float32(math.Log1p(float64(rank)))
		}
	}
	return all
}
