package feature

import (
	"context"
	"math"
	"time"

	"github.com/clmkit/clmkit/recommend/internal/candidate"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// A Maker makes features. It is immutable and safe for concurrent use.
type Maker struct {
	past     *interaction.Past
	items    []itemFacts
	alike    alike
	contexts *contexts
	opinions []Opinion
	names    []string // of what is said of an item
}

// An Opinion is what a source says of an item.
type Opinion struct {
	Name   string
	Source candidate.Source
}

// Train learns what features need of what was known at a moment, besides the
// sources whose opinions become features.
func Train(ctx context.Context, p *interaction.Past, opinions []Opinion) (*Maker, error) {
	m := &Maker{past: p, items: itemsOf(p), contexts: contextsOf(p), opinions: opinions}
	var err error
	if m.alike, err = alikeOf(ctx, p.Vocabulary); err != nil {
		return nil, err
	}
	for _, o := range opinions {
		m.names = append(m.names, namesOf(o)...)
	}
	m.names = append(m.names, texts...)
	return m, nil
}

// ages are those at which what a customer bought counts half in the opinions
// of sources that can be asked for several; 0 is never.
var ages = []time.Duration{0, 60 * day, 14 * day}

// namesOf returns the names of an opinion's scores: a source may have several,
// for a past that fades faster or not at all.
func namesOf(o Opinion) []string {
	switch o.Source.(type) {
	case *candidate.EASE, *candidate.Sparse:
		return []string{o.Name, o.Name + "60", o.Name + "14"}
	case *candidate.ItemKNN:
		return []string{o.Name, o.Name + "60"}
	case *candidate.Lately:
		return []string{"near7", "near14", "near30"}
	}
	return []string{o.Name}
}

// ask adds the scores of an opinion, one for each of its names.
func (l *look) ask(ctx context.Context, o Opinion) error {
	switch source := o.Source.(type) {
	case *candidate.EASE:
		source.Each(l.h, ages, []*candidate.Scores{l.scores(), l.scores(), l.scores()})
		return nil
	case *candidate.Sparse:
		for _, age := range ages {
			if err := source.WithHalfLife(age).Score(ctx, l.h, l.scores()); err != nil {
				return err
			}
		}
		return nil
	case *candidate.ItemKNN:
		for _, age := range ages[:2] {
			if err := source.WithHalfLife(age).Score(ctx, l.h, l.scores()); err != nil {
				return err
			}
		}
		return nil
	case *candidate.Lately:
		source.Each(l.h, [candidate.LatelyAges]*candidate.Scores{l.scores(), l.scores(), l.scores()})
		return nil
	}
	return o.Source.Score(ctx, l.h, l.scores())
}

// texts are what the texts of the customer's items say.
var texts = []string{"text", "text60", "textmax", "textlast"}

// A look at a customer holds what is the same for all items.
type look struct {
	m      *Maker
	h      *interaction.History
	of     candidate.Mask
	person personFacts
	// said has the scores of what is said, in the order of the maker's names.
	said []*candidate.Scores
	most []float64 // the largest of each among the items
	own  map[int32]owned
	// orders are the times of the customer's orders.
	orders    []int64
	lastOrder int32
	ignored   map[int32]float64 // what was shown and not taken
}

// Rows appends the features of some items to dst, one row after the other.
func (m *Maker) Rows(ctx context.Context, h *interaction.History, items []candidate.Scored, dst []float32) ([]float32, error) {
	mask := candidate.NewMask(len(m.past.Items))
	for _, item := range items {
		mask.Set(item.Item, true)
	}
	l, err := m.look(ctx, h, mask)
	defer l.release()
	if err != nil {
		return nil, err
	}
	for _, s := range l.said {
		most := 1e-9
		for _, item := range items {
			most = math.Max(most, s.Of(item.Item))
		}
		l.most = append(l.most, most)
	}
	for _, item := range items {
		dst = l.row(item, dst)
	}
	return dst, nil
}

// look looks at what is said of the items of a set.
func (m *Maker) look(ctx context.Context, h *interaction.History, of candidate.Mask) (*look, error) {
	l := &look{m: m, h: h, of: of, own: make(map[int32]owned, len(h.Signals)), ignored: h.Ignored(14 * day)}
	for i := range h.Signals {
		l.sign(&h.Signals[i])
	}
	l.person = m.person(h)
	for _, o := range m.opinions {
		if err := l.ask(ctx, o); err != nil {
			return l, err
		}
	}
	l.texts()
	return l, nil
}

func (l *look) scores() *candidate.Scores {
	s := candidate.Scratch(len(l.m.past.Items))
	s.Only(l.of)
	l.said = append(l.said, s)
	return s
}

func (l *look) release() {
	for _, s := range l.said {
		candidate.Release(s)
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
