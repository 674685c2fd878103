package recommend

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"github.com/clmkit/clmkit/clm"
)

// gather finds the themes, in the order of their kinds and names.
func (p *pool) gather(ctx context.Context) error {
	p.labels()
	for _, s := range []struct {
		kind   ThemeKind
		source string
	}{{ThemeNew, Arrivals}, {ThemeTrending, Trending}, {ThemePopular, Popularity}} {
		if err := p.source(ctx, s.kind, s.source, p.r.Task, p.own); err != nil {
			return err
		}
	}
	if err := p.again(ctx); err != nil {
		return err
	}
	if err := p.related(ctx); err != nil {
		return err
	}
	slices.SortFunc(p.themes, func(a, b theme) int {
		return cmp.Or(cmp.Compare(slices.Index(themeKinds, a.Kind), slices.Index(themeKinds, b.Kind)),
			cmp.Compare(a.Name, b.Name), cmp.Compare(a.Value, b.Value), cmp.Compare(a.Item, b.Item))
	})
	return nil
}

// labelsOf returns what the catalogue says of an item that can be a theme, each
// once.
func labelsOf(item *clm.Item) []Theme {
	var all []Theme
	for _, category := range item.Categories {
		if t := (Theme{Kind: ThemeCategory, Value: category}); category != "" && !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	if item.Brand != "" {
		all = append(all, Theme{Kind: ThemeBrand, Value: item.Brand})
	}
	for name, value := range item.Attributes {
		if value != "" {
			all = append(all, Theme{Kind: ThemeAttribute, Name: name, Value: value})
		}
	}
	return all
}

// census is how many items that can be sold have each label.
type census struct {
	once   sync.Once
	labels map[Theme]int
	items  int
}

// counted takes the census of the catalogue, at the first call.
func (m *Model) counted() *census {
	m.census.once.Do(func() {
		m.census.labels = map[Theme]int{}
		for _, listed := range m.past.Catalogue {
			if listed == nil || !listed.Available() {
				continue
			}
			m.census.items++
			for _, label := range labelsOf(listed) {
				m.census.labels[label]++
			}
		}
	})
	return &m.census
}

// labels adds the themes that the catalogue's entries of the list make.
func (p *pool) labels() {
	at := map[Theme]int{}
	for _, item := range p.own.items {
		listed := p.m.past.Catalogue[p.m.past.Index[item.ID]]
		if listed == nil {
			continue
		}
		for _, label := range labelsOf(listed) {
			if !p.wantsLabel(&label) {
				continue
			}
			n, ok := at[label]
			if !ok {
				n, at[label] = len(p.themes), len(p.themes)
				p.themes = append(p.themes, theme{Theme: label, in: p.own, part: p.partOf(p.m.counted().labels[label])})
			}
			p.themes[n].items = append(p.themes[n].items, item)
		}
	}
	p.themes = slices.DeleteFunc(p.themes, func(t theme) bool { return len(t.items) < p.o.Least })
}

func (p *pool) wantsLabel(label *Theme) bool {
	return p.wants(label.Kind) && (label.Kind != ThemeAttribute || p.o.Attributes == nil || slices.Contains(p.o.Attributes, label.Name))
}

// partOf returns which part of the catalogue some items are, above 0.
func (p *pool) partOf(items int) float64 {
	return float64(max(1, items)) / float64(max(1, items, p.m.counted().items))
}

// ask returns what one source proposes to the customer.
func (p *pool) ask(ctx context.Context, r Request) ([]Item, error) {
	r.Rules, r.Model = nil, nil
	list, err := p.m.Recommend(ctx, r)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list.Items, func(item Item) bool { return item.Path != BySource && item.Path != ByItem }), nil
}

// source adds the theme of what a source proposes, if the model has it: first
// what is in the customer's list.
func (p *pool) source(ctx context.Context, kind ThemeKind, name string, task Task, in standing) error {
	if !p.wants(kind) || !slices.Contains(p.m.names, name) {
		return nil
	}
	r := p.r
	r.SimilarTo, r.Sources, r.Task, r.K = "", []string{name}, task, 2*p.o.Most
	items, err := p.ask(ctx, r)
	if err != nil || len(items) == 0 {
		return err
	}
	part := p.partOf(len(items))
	slices.SortStableFunc(items, func(a, b Item) int { return cmp.Compare(in.place(a.ID), in.place(b.ID)) })
	p.themes = append(p.themes, theme{Theme: Theme{Kind: kind}, items: items, part: part, in: in})
	return nil
}

// place returns the rank of an item, or one behind all.
func (s *standing) place(id clm.ItemID) int {
	if rank, ok := s.rank[id]; ok {
		return rank
	}
	return len(s.items) + 1
}

// again adds what the customer bought before, as it stands in the list of what
// is bought next.
func (p *pool) again(ctx context.Context) error {
	if !p.wants(ThemeBuyAgain) || len(p.h.Signals) == 0 {
		return nil
	}
	r := p.r
	r.Task = NextBasket
	next, err := p.m.Recommend(ctx, r)
	if err != nil {
		return err
	}
	return p.source(ctx, ThemeBuyAgain, Repeat, NextBasket, newStanding(next))
}

// maxRelated is how many items of the history are tried as themes.
const maxRelated = 3

// related adds what is related to the items of the history that stand behind
// most of the customer's list.
func (p *pool) related(ctx context.Context) error {
	for _, id := range p.behind() {
		kind := ThemeViewed
		if p.h.Bought()[p.m.past.Index[id]] {
			kind = ThemeBecause
		}
		if !p.wants(kind) {
			continue
		}
		r := p.r
		r.Sources, r.SimilarTo, r.K = nil, id, 4*p.o.Most
		items, err := p.ask(ctx, r)
		if err != nil {
			return err
		}
		part := p.partOf(len(items))
		items = slices.DeleteFunc(items, func(item Item) bool { return p.own.rank[item.ID] == 0 || !slices.Contains(item.Reason.Items, id) })
		slices.SortStableFunc(items, func(a, b Item) int { return cmp.Compare(p.own.rank[a.ID], p.own.rank[b.ID]) })
		p.themes = append(p.themes, theme{Theme: Theme{Kind: kind, Item: id}, items: items, part: part, in: p.own})
	}
	return nil
}

// behind returns the items of the history that the reasons of the list name and
// the catalogue knows, by the weight of the ranks.
func (p *pool) behind() []clm.ItemID {
	if !p.personal {
		return nil
	}
	mine := map[clm.ItemID]bool{}
	for _, s := range p.h.Signals {
		mine[p.m.past.Items[s.Item]] = p.m.past.Catalogue[s.Item] != nil
	}
	for _, t := range p.h.Touches {
		if t.Item >= 0 {
			mine[p.m.past.Items[t.Item]] = p.m.past.Catalogue[t.Item] != nil
		}
	}
	weights := map[clm.ItemID]float64{}
	for _, item := range p.own.items {
		for _, id := range item.Reason.Items {
			if id != item.ID && mine[id] {
				weights[id] += p.own.share[item.ID]
			}
		}
	}
	return heaviest(weights, maxRelated)
}

// heaviest returns the n ids with the largest weights.
func heaviest(weights map[clm.ItemID]float64, n int) []clm.ItemID {
	var all []clm.ItemID
	for id := range weights {
		all = append(all, id)
	}
	slices.SortFunc(all, func(a, b clm.ItemID) int {
		return cmp.Or(cmp.Compare(weights[b], weights[a]), cmp.Compare(a, b))
	})
	return all[:min(n, len(all))]
}
