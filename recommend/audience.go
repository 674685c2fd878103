package recommend

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/filter"
	"github.com/clmkit/clmkit/recommend/internal/candidate"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// An AudienceRequest asks who would want something.
type AudienceRequest struct {
	// Items are what is to be wanted, such as one new item.
	Items []clm.ItemID
	// Filter adds the items of the catalogue that meet it: those of a brand,
	// a category, with an attribute.
	Filter *filter.Filter
	// Seeds are customers whose like is looked for: what they bought more than
	// others did is what is to be wanted.
	Seeds []clm.CustomerID
	// Owners admits customers who have bought one of the items, and the seeds.
	// Default: they are left out.
	Owners bool
	// K is the number of customers wanted. Default: 100.
	K int
	// Keep, if not nil, has to return true for a customer to be in the
	// audience: who refused profiling or marketing does not belong there.
	Keep func(clm.CustomerID) bool
}

// A Prospect is a customer of an audience.
type Prospect struct {
	Customer clm.CustomerID `json:"customer"`
	// Score orders the customers of one audience: the sum, over what the
	// customer bought and, with less weight, looked at, of how near it is to
	// what is to be wanted, faded with age. It is above 0, and no probability.
	Score float64 `json:"score"`
	// Items are what the customer bought or looked at that says most for it, at
	// most three.
	Items []clm.ItemID `json:"items"`
}

// The settings of audiences were chosen on simulated shops and on who bought
// what in May 2011 of Online Retail. To divide a customer's score by how much
// the customer buys found tastes better and buyers worse, so that is not done.
const (
	audienceFade   = 180 * day // the age at which what a customer did counts half
	audienceLook   = 0.2       // what a look counts, where an order counts 1
	audienceNarrow = 2         // the power of how near an item is: many that are a little near add up to noise
)

// Audience returns the customers who would want some items, an attribute, or
// what other customers want, the best first. It costs a list for each item that
// is to be wanted, at most 100 of them, and one look at the customers of the
// items that are near to these and at what all customers looked at last. It
// fails with [ErrUnknownItem].
func (m *Model) Audience(ctx context.Context, r AudienceRequest) ([]Prospect, error) {
	if r.K < 0 {
		return nil, fmt.Errorf("recommend: audience of %d customers", r.K)
	}
	if len(r.Items) == 0 && r.Filter == nil && len(r.Seeds) == 0 {
		return nil, errors.New("recommend: an audience needs items, a filter or seeds")
	}
	fill(&r.K, 100)
	wanted, err := m.wantedBy(&r)
	if err != nil {
		return nil, err
	}
	near, err := m.nearTo(ctx, wanted)
	if err != nil {
		return nil, err
	}
	return m.prospects(&r, wanted, near), nil
}

// maxWanted is how many items an audience is looked for with.
const maxWanted = 100

// wantedBy returns what is to be wanted, with weights, the heaviest first.
func (m *Model) wantedBy(r *AudienceRequest) ([]candidate.Scored, error) {
	weights := candidate.NewScores(len(m.past.Items))
	for _, id := range r.Items {
		item, ok := m.past.Index[id]
		if !ok {
			return nil, fmt.Errorf("recommend: audience for %q: %w", id, ErrUnknownItem)
		}
		weights.Add(item, 1)
	}
	for n, item := range m.past.Catalogue {
		if r.Filter != nil && item != nil && r.Filter.Match((*filter.Item)(item)) {
			weights.Add(int32(n), 1+m.sales[n].share)
		}
	}
	m.likeSeeds(r.Seeds, weights)
	return weights.Top(maxWanted, func(int32) bool { return true }), nil
}

// likeSeeds adds what the seeds bought, by how much more of them bought it than
// of all customers: the difference of the shares.
func (m *Model) likeSeeds(seeds []clm.CustomerID, weights *candidate.Scores) {
	buyers, known := map[int32]int{}, 0
	for _, id := range seeds {
		if c, ok := m.past.Number[id]; ok {
			known++
			for _, cell := range m.past.Rows.Row(int(c)) {
				if cell.Bought {
					buyers[cell.Number]++
				}
			}
		}
	}
	for item, n := range buyers {
		if lift := float64(n)/float64(known) - m.sales[item].share; lift > 0 {
			weights.Add(item, lift)
		}
	}
}

// nearTo returns the items that are near to what is wanted, and these
// themselves, with how near: the square of the scaled score of the first source
// that finds them.
func (m *Model) nearTo(ctx context.Context, wanted []candidate.Scored) (*candidate.Scores, error) {
	near := candidate.NewScores(len(m.past.Items))
	for _, w := range wanted {
		near.Add(w.Item, w.Score)
		h := m.onlyItem(-1, w.Item).Remembering()
		l := list{m: m, h: h, allowed: func(int32) bool { return true }, k: maxWanted, taken: map[int32]bool{w.Item: true}}
		if err := l.fill(ctx, m.alone(ByItem)...); err != nil {
			return nil, err
		}
		candidate.Forget(h)
		for _, p := range l.picks {
			near.Add(p.Item, w.Score*math.Pow(min(1, p.Score), audienceNarrow))
		}
	}
	return near, nil
}

// prospects adds up, for each customer, what is near.
func (m *Model) prospects(r *AudienceRequest, wanted []candidate.Scored, near *candidate.Scores) []Prospect {
	out := map[int32]bool{}
	for _, id := range r.Seeds {
		if c, ok := m.past.Number[id]; ok && !r.Owners {
			out[c] = true
		}
	}
	for _, w := range wanted {
		for _, c := range m.past.Columns.Row(int(w.Item)) {
			if !r.Owners && c.Bought && len(r.Seeds) == 0 {
				out[c.Number] = true
			}
		}
	}
	scores := candidate.NewScores(len(m.past.Customers))
	for _, item := range near.Items() {
		for _, c := range m.past.Columns.Row(int(item)) {
			if !out[c.Number] {
				scores.Add(c.Number, near.Of(item)*float64(c.Weight)*m.lately(c.Number, item))
			}
		}
	}
	m.lookers(near, out, scores)
	best := scores.Top(r.K, func(c int32) bool { return r.Keep == nil || r.Keep(m.past.Customers[c]) })
	all := make([]Prospect, len(best))
	for i, b := range best {
		all[i] = Prospect{m.past.Customers[b.Item], b.Score, m.telling(b.Item, near)}
	}
	return all
}

// lookers adds to the scores what customers looked at.
func (m *Model) lookers(near *candidate.Scores, out map[int32]bool, scores *candidate.Scores) {
	for n := range m.past.Customers {
		customer := int32(n)
		h := m.past.History(customer)
		for _, t := range h.Touches {
			if t.Item >= 0 && near.Of(t.Item) > 0 && !out[customer] {
				scores.Add(customer, audienceLook*near.Of(t.Item)*h.Fading(t.Time, audienceFade))
			}
		}
	}
}

// lately returns what the customer's latest signal for an item has left.
func (m *Model) lately(customer, item int32) float64 {
	h := m.past.History(customer)
	for i := len(h.Signals) - 1; i >= 0; i-- {
		if h.Signals[i].Item == item {
			return h.Fading(h.Signals[i].Time, audienceFade)
		}
	}
	return 0
}

// telling returns the items of a customer that say most for a place in the
// audience.
func (m *Model) telling(customer int32, near *candidate.Scores) []clm.ItemID {
	h := m.past.History(customer)
	var all []candidate.Scored
	wants := h.Wants(audienceFade)
	for _, t := range h.Touches {
		if t.Item >= 0 {
			wants = append(wants, interaction.Wanted{Item: t.Item, Weight: audienceLook * h.Fading(t.Time, audienceFade)})
		}
	}
	for _, w := range interaction.Heaviest(wants) {
		if score := w.Weight * near.Of(w.Item); score > 0 {
			all = append(all, candidate.Scored{Item: w.Item, Score: score})
		}
	}
	candidate.Sort(all)
	ids := make([]clm.ItemID, 0, 3)
	for _, s := range all[:min(3, len(all))] {
		ids = append(ids, m.past.Items[s.Item])
	}
	return slices.Clip(ids)
}
