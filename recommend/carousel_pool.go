package recommend

import (
	"context"
	"math"
	"slices"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// A pool is a customer's list with the themes that are found in it.
type pool struct {
	m        *Model
	o        *CarouselOptions
	r        Request
	h        interaction.History
	personal bool // themes may say something of the customer
	own      standing
	themes   []theme
}

// A theme is what a carousel can be made of.
type theme struct {
	Theme
	items []Item              // in the order of showing
	part  float64             // of the catalogue
	in    standing            // what its items are worth
	all   map[clm.ItemID]bool // of a label that was chosen
}

// A standing is a ranked list as carousels look at it.
type standing struct {
	items []Item
	rank  map[clm.ItemID]int     // from 1
	share map[clm.ItemID]float64 // of the weights of the ranks; they add up to 1
}

// persistence is what a rank is worth of the one before it, as in rank-biased
// precision (Moffat and Zobel 2008): half of the weight is on the first 34. Of
// 0.90, 0.95, 0.98, DCG and 1/(10+rank) it found the most tastes of a simulated
// shop.
const persistence = 0.98

// newStanding weighs the ranks of a list. Items that a path filled in because
// the first had no more say nothing of the customer.
func newStanding(list *Result) standing {
	s := standing{items: list.Items, rank: map[clm.ItemID]int{}, share: map[clm.ItemID]float64{}}
	sum := 0.0
	for i := range list.Items {
		item := &list.Items[i]
		s.rank[item.ID] = item.Rank
		if item.Path == list.Path || item.Path == ByRule {
			s.share[item.ID] = math.Pow(persistence, float64(item.Rank))
			sum += s.share[item.ID]
		}
	}
	for id := range s.share {
		s.share[id] /= sum
	}
	return s
}

func (m *Model) newPool(ctx context.Context, r Request, o *CarouselOptions) (*pool, error) {
	r.K, r.Policy = o.Pool, nil
	list, err := m.Recommend(ctx, r)
	if err != nil {
		return nil, err
	}
	if r.Time.IsZero() {
		r.Time = m.past.At
	}
	p := &pool{m: m, o: o, r: r, h: m.history(&r), own: newStanding(list)}
	p.personal = len(p.h.Signals)+len(p.h.Touches) > 0 // an impersonal request has no history
	return p, nil
}

// wants reports whether themes of a kind may be used.
func (p *pool) wants(kind ThemeKind) bool {
	if !slices.Contains(p.o.Kinds, kind) {
		return false
	}
	switch kind {
	case ThemeCategory, ThemeNew, ThemeTrending, ThemePopular:
		return true
	}
	return p.personal
}

// choose takes the theme with the highest affinity as to the items that are
// left, again and again.
func (p *pool) choose() []Carousel {
	var chosen []Carousel
	var labels []*theme
	used := map[clm.ItemID]bool{}
	for len(chosen) < p.o.N {
		t, c := p.best(used, labels)
		if t == nil {
			break
		}
		for i := range c.Items {
			c.Items[i].Rank = i + 1
			used[c.Items[i].ID] = true
		}
		if t.isLabel() {
			t.all = map[clm.ItemID]bool{}
			for _, item := range t.items {
				t.all[item.ID] = true
			}
			labels = append(labels, t)
		}
		t.items = nil
		chosen = append(chosen, *c)
	}
	return chosen
}

// best returns the theme with the highest affinity, and its carousel; of equal
// ones the first.
func (p *pool) best(used map[clm.ItemID]bool, labels []*theme) (*theme, *Carousel) {
	var best *theme
	var carousel *Carousel
	for i := range p.themes {
		t := &p.themes[i]
		c := t.carousel(used, p.o.Most)
		if len(c.Items) < max(1, p.o.Least) || carousel != nil && c.Affinity() <= carousel.Affinity() || t.repeats(labels) {
			continue
		}
		best, carousel = t, c
	}
	return best, carousel
}

// carousel returns the first of the theme's items that are not used, and what
// all of them are worth.
func (t *theme) carousel(used map[clm.ItemID]bool, most int) *Carousel {
	c := &Carousel{Theme: t.Theme}
	for _, item := range t.items {
		if used[item.ID] {
			continue
		}
		c.Share += t.in.share[item.ID]
		if len(c.Items) < most {
			c.Items = append(c.Items, item)
		}
	}
	c.Lift = c.Share / t.part
	return c
}

func affinity(share, lift float64) float64 { return share * math.Log2(1+lift) }

// isLabel reports whether the theme is something that the catalogue says.
func (t *theme) isLabel() bool {
	return t.Kind == ThemeCategory || t.Kind == ThemeBrand || t.Kind == ThemeAttribute
}

// repeats reports whether more than half of the items of a label have a label
// that was chosen before: it would say the same in other words.
func (t *theme) repeats(labels []*theme) bool {
	if !t.isLabel() {
		return false
	}
	for _, other := range labels {
		common := 0
		for _, item := range t.items {
			if other.all[item.ID] {
				common++
			}
		}
		if 2*common > len(t.items) {
			return true
		}
	}
	return false
}
