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
	alike    *interaction.Runs[near] // by item: those with a similar text
	contexts *contexts
	opinions []Opinion
	names    []string // of what is said of an item
	width    int      // features of a row
	// Where in names is what features are made of besides; -1 for none.
	near7, near30, ease60, repeat int
}

// An Opinion is what a source says of an item.
type Opinion struct {
	Name   string
	Source candidate.Source
}

// Train learns what features need of what was known at a moment, besides the
// sources whose opinions become features.
func Train(ctx context.Context, p *interaction.Past, opinions []Opinion) (*Maker, error) {
	alike, err := interaction.Share(p.Vocabulary, alikeTexts{}, func() (*interaction.Runs[near], error) { return alikeOf(ctx, p.Vocabulary) })
	if err != nil {
		return nil, err
	}
	m := &Maker{past: p, items: itemsOf(p), alike: alike, contexts: contextsOf(p), opinions: opinions}
	for _, o := range opinions {
		m.names = append(m.names, namesOf(o)...)
	}
	m.names = append(m.names, texts...)
	m.near7, m.near30 = slices.Index(m.names, "near7"), slices.Index(m.names, "near30")
	m.ease60, m.repeat = slices.Index(m.names, "ease60"), slices.Index(m.names, "repeat")
	m.width = len(m.Names())
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
		source.Each(l.h, ages, []*candidate.Scores{l.scores(), l.scores(), l.scores()})
		return nil
	case *candidate.ItemKNN:
		source.Each(l.h, ages[:2], []*candidate.Scores{l.scores(), l.scores()})
		return nil
	case *candidate.Lately:
		source.Each(l.h, [candidate.LatelyAges]*candidate.Scores{l.scores(), l.scores(), l.scores()})
		return nil
	}
	s, err := l.of.Score(ctx, o.Source, l.h)
	l.said = append(l.said, s)
	return err
}

// texts are what the texts of the customer's items say.
var texts = []string{"text", "text60", "textmax", "textlast"}

// A look at a customer holds what is the same for all items.
type look struct {
	m      *Maker
	h      *interaction.History
	of     *candidate.Focus
	person personFacts
	// said has the scores of what is said, in the order of the maker's names: of
	// each item, in the order of the items.
	said []*candidate.Scores
	most []float64 // the largest of each among the items
	own  map[int32]owned
	many float32 // logarithm of how many items that is
	// orders are the times of the customer's orders.
	orders    []int64
	channel   []float32 // lifts where the list is for
	lastOrder int32
	ignored   map[int32]float64 // what was shown and not taken
}

// Rows appends the features of some items to dst, one row after the other.
func (m *Maker) Rows(ctx context.Context, h *interaction.History, items []candidate.Scored, dst []float32) ([]float32, error) {
	focus := candidate.NewFocus(len(m.past.Items), items)
	defer focus.Release()
	l, err := m.look(ctx, h, focus)
	if err != nil {
		return nil, err
	}
	for _, s := range l.said {
		most := 1e-9
		for _, x := range s.InOrder() {
			if x > most {
				most = x
			}
		}
		l.most = append(l.most, most)
	}
	dst = slices.Grow(dst, len(items)*m.width)
	for n, item := range items {
		dst = l.row(n, item, dst)
	}
	return dst, nil
}

// look looks at what is said of the items of a set.
func (m *Maker) look(ctx context.Context, h *interaction.History, of *candidate.Focus) (*look, error) {
	l := &look{m: m, h: h, of: of, own: make(map[int32]owned, len(h.Signals)), ignored: h.Ignored(14 * day)}
	for i := range h.Signals {
		l.sign(&h.Signals[i])
	}
	l.many = float32(math.Log1p(float64(len(l.own))))
	l.channel = m.contexts.channels[h.Channel]
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
	s := l.of.Scores()
	l.said = append(l.said, s)
	return s
}

// texts adds how similar the texts of the customer's items are: the sum, the
// sum faded with age, the largest, and the largest of the last order.
func (l *look) texts() {
	sum, faded, most, last := l.scores().InOrder(), l.scores().InOrder(), l.scores().InOrder(), l.scores().InOrder()
	for _, w := range l.h.Wants(0) { // all of the customer's items
		o := l.own[w.Item]
		fade := l.h.Fading(o.last, 60*day)
		for _, n := range l.m.alike.Of(w.Item) {
			slot, ok := l.of.Slot(n.item)
			if !ok {
				continue
			}
			x := float64(n.similarity)
			sum[slot] += x
			faded[slot] += x * fade
			most[slot] = max(most[slot], x)
			if o.lately {
				last[slot] = max(last[slot], x)
			}
		}
	}
}
