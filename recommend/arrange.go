package recommend

import (
	"context"
	"iter"
	"slices"
	"sync"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/recommend/explore"
	"github.com/clmkit/clmkit/recommend/internal/candidate"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
	"github.com/clmkit/clmkit/recommend/rerank"
	"github.com/clmkit/clmkit/recommend/rules"
)

// leastPool is how many items are looked for where something is going to
// choose among them: rules, a model, a policy.
const leastPool = 100

// pool returns how many items are looked for.
func (r *Request) pool() int {
	if r.Rules == nil && r.Model == nil && r.Policy == nil {
		return r.K
	}
	return max(leastPool, 5*r.K)
}

// relevance makes the scores of all paths one scale: what a later path adds is
// below what the earlier ones found.
func relevance(picks []pick) {
	ceiling := 0.0
	for i := 0; i < len(picks); {
		end := i
		for end < len(picks) && picks[end].step == picks[i].step {
			end++
		}
		factor := 1.0
		if i > 0 && picks[i].Score > 0 {
			factor = ceiling / picks[i].Score
		}
		for ; i < end; i++ {
			picks[i].relevance = picks[i].Score * factor
			ceiling = picks[i].relevance
		}
	}
}

// ask lets a model order the head of the list anew, where it was measured that
// it helps. The places keep their relevance.
func (l *list) ask(ctx context.Context, r *Request) {
	if r.Model == nil || len(l.picks) == 0 {
		return
	}
	items := make([]rerank.Item, len(l.picks))
	for i, p := range l.picks {
		items[i] = rerank.Item{ID: l.m.past.Items[p.Item], Text: candidate.ItemText(l.item(p.Item)), Score: p.relevance}
	}
	portrait := r.Portrait
	if r.Impersonal {
		portrait = ""
	}
	l.asked = r.Model.Apply(ctx, rerank.Query{
		Customer: portrait, Search: l.search(), Locale: r.Locale, Segment: l.segment(), Scope: r.Scope, Seed: r.Seed,
	}, items)
	scores := make([]float64, len(l.picks))
	for i, p := range l.picks {
		scores[i] = p.relevance
	}
	l.picks = rerank.Reorder(l.picks, l.asked.Order)
	for i := range l.picks {
		l.picks[i].relevance = scores[i]
	}
}

// search returns what was searched for last.
func (l *list) search() string {
	for i := len(l.h.Touches) - 1; i >= 0; i-- {
		if l.h.Touches[i].Item < 0 {
			return l.h.Touches[i].Query
		}
	}
	return ""
}

// segment returns the segment that the list is of, as [HoldOut] has them: cold
// items where it holds nothing else, such as a carousel of what is new.
func (l *list) segment() rerank.Segment {
	switch {
	case len(l.h.Signals) == 0:
		return rerank.ColdCustomer
	case slices.ContainsFunc(l.picks, func(p pick) bool { return !l.m.cold(p.Item) }):
		return rerank.Warm
	}
	return rerank.ColdItem
}

// coldBuyers is how many customers an item has that is not cold any more.
const coldBuyers = 5

func (m *Model) cold(item int32) bool { return m.past.Buyers(item) < coldBuyers }

// item returns what the catalogue has of an item, or its id.
func (l *list) item(item int32) *clm.Item {
	if listed := l.m.past.Catalogue[item]; listed != nil {
		return listed
	}
	return &clm.Item{ID: l.m.past.Items[item]}
}

// arrange applies the rules and takes the first k, some of which a policy may
// give to others.
func (l *list) arrange(r *Request) error {
	if r.Rules == nil {
		for i := range l.picks {
			l.places = append(l.places, rules.Place{Candidate: rules.Candidate{Key: i, Score: l.picks[i].relevance}, Was: i + 1})
		}
		n := min(r.K, len(l.places))
		return l.explore(r, l.places[:n], l.places[n:])
	}
	candidates := make([]rules.Candidate, len(l.picks))
	for i := range l.picks {
		candidates[i] = l.candidate(r, &l.picks[i])
		candidates[i].Key = i
	}
	of := rules.List{Candidates: candidates, Pool: l.beyond(r), K: r.K, Seed: r.Seed}
	arranged, err := r.Rules.Arrange(&of)
	if err != nil {
		return err
	}
	l.short = arranged.Short
	var spare []rules.Place
	if r.Policy != nil {
		others, err := r.Rules.Spare(&of, arranged, leastPool)
		if err != nil {
			return err
		}
		for _, c := range others {
			spare = append(spare, rules.Place{Candidate: c, Was: c.Key + 1})
		}
	}
	return l.explore(r, arranged.Places, spare)
}

// explore lets the policy give places of a list to others.
func (l *list) explore(r *Request, places, others []rules.Place) error {
	if r.Policy == nil || len(places) == 0 {
		l.places = places
		return nil
	}
	all := slices.Concat(places, others)
	arms := make([]explore.Arm, len(all))
	for i := range all {
		arms[i] = l.arm(r, &all[i])
	}
	occasion := explore.Occasion{Seed: r.Seed, Customer: r.Customer, At: r.Time, Surface: r.Surface}
	choices, err := r.Policy.Choose(arms, len(places), occasion.Random())
	if err != nil {
		return err
	}
	l.places, l.choices = nil, choices
	for _, c := range choices {
		l.places = append(l.places, all[c.Arm])
	}
	return nil
}

func (l *list) arm(r *Request, p *rules.Place) explore.Arm {
	pick := l.pickOf(p)
	arm := explore.Arm{Score: pick.relevance, Held: p.Held}
	if r.Evidence != nil {
		arm.Expected, arm.Taken = r.Evidence(l.m.past.Items[pick.Item])
		return arm
	}
	if l.m.shown != nil {
		arm.Expected, arm.Taken = l.m.shown.evidence(pick.Item)
		return arm
	}
	arm.Taken = float64(l.m.past.Buyers(pick.Item))
	arm.Expected = arm.Taken
	return arm
}

// shown is how often items were shown, and taken then.
type shown struct {
	times, taken []float64 // by item
	rate         float64   // of all of them
}

func shownTo(p *interaction.Past) *shown {
	s := new(shown)
	s.times, s.taken = p.Impressions()
	times, taken := 0.0, 0.0
	for i := range s.times {
		times, taken = times+s.times[i], taken+s.taken[i]
	}
	if times == 0 {
		return nil
	}
	s.rate = taken / times
	return s
}

// evidence returns how often an item should have been taken, and was.
func (s *shown) evidence(item int32) (expected, taken float64) {
	return s.times[item] * s.rate, s.taken[item]
}

func (l *list) candidate(r *Request, p *pick) rules.Candidate {
	c := rules.Candidate{Item: l.item(p.Item), Score: p.relevance, Popularity: l.m.sales[p.Item].share}
	if l.m.content != nil {
		c.Vector = l.m.content.Vector(p.Item)
	}
	sales := &l.m.sales[p.Item]
	c.Daily = sales.daily
	if sales.first != 0 {
		c.Since = interaction.Time(sales.first)
	}
	if r.Value != nil {
		c.Value = r.Value(c.Item)
	}
	return c
}

// beyond yields, for a rule, the allowed items that are not among the picks and
// that the rule is about: what sells first, then the rest of the catalogue.
func (l *list) beyond(r *Request) func(string) iter.Seq[rules.Candidate] {
	floor := 0.0
	if n := len(l.picks); n > 0 {
		floor = l.picks[n-1].relevance
	}
	return func(rule string) iter.Seq[rules.Candidate] {
		return func(yield func(rules.Candidate) bool) {
			n := 0
			for item := range l.m.about(l, r.Rules, rule) {
				n++
				if !l.admits(item) {
					continue
				}
				l.extra = append(l.extra, pick{Scored: candidate.Scored{Item: item, Score: floor}, path: ByRule, step: lastStep, relevance: floor / float64(1+n)})
				c := l.candidate(r, &l.extra[len(l.extra)-1])
				c.Key = len(l.picks) + len(l.extra) - 1
				if !yield(c) {
					return
				}
			}
		}
	}
}

// pools remembers the first items that a rule is about: the same rules are asked
// for with every list, and a look at the catalogue costs more than the list.
type pools struct {
	mutex sync.Mutex
	known map[poolOf]stretch
}

type poolOf struct {
	plan *rules.Plan
	rule string
}

// A stretch holds the first items that a rule is about, and how many of
// everything were looked at for them.
type stretch struct {
	items  []int32
	looked int
}

const (
	// maxPools is how many rules are remembered; then all are forgotten.
	maxPools = 256
	// maxPool is how many items of a rule are remembered.
	maxPool = 2000
)

// about yields all items that a rule is about, those that are remembered first.
func (m *Model) about(l *list, plan *rules.Plan, rule string) iter.Seq[int32] {
	return func(yield func(int32) bool) {
		known := m.pools.of(l, plan, rule)
		for _, item := range known.items {
			if !yield(item) {
				return
			}
		}
		n := 0
		for item := range m.everything {
			if n++; n > known.looked && l.matches(plan, rule, item) && !yield(item) {
				return
			}
		}
	}
}

func (l *list) matches(plan *rules.Plan, rule string, item int32) bool {
	c := l.candidate(&Request{}, &pick{Scored: candidate.Scored{Item: item}})
	return plan.Matches(rule, &c)
}

// of returns the first items that a rule is about.
func (p *pools) of(l *list, plan *rules.Plan, rule string) stretch {
	key := poolOf{plan, rule}
	p.mutex.Lock()
	known, ok := p.known[key]
	p.mutex.Unlock()
	if ok {
		return known
	}
	for item := range l.m.everything {
		if len(known.items) == maxPool {
			break
		}
		known.looked++
		if l.matches(plan, rule, item) {
			known.items = append(known.items, item)
		}
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.known == nil || len(p.known) >= maxPools {
		p.known = map[poolOf]stretch{}
	}
	p.known[key] = known
	return known
}

// everything yields all items: those that sell, the best first, then the
// others.
func (m *Model) everything(yield func(item int32) bool) {
	seen := make([]bool, len(m.past.Items))
	for _, source := range m.sources {
		if ranked, ok := source.(candidate.Ranked); ok {
			for _, item := range ranked.Order() {
				if !seen[item] && !yield(item) {
					return
				}
				seen[item] = true
			}
		}
	}
	for item := range seen {
		if !seen[item] && !yield(int32(item)) {
			return
		}
	}
}

// sales is how an item sells, for rules.
type sales struct {
	first int64   // when it was first wanted; 0 for never
	daily float64 // pieces a day over the last salesWindow
	share float64 // part of the customers who bought it
}

// salesWindow is over how many days sales are counted for [rules.Cover].
const salesWindow = 30

func salesOf(p *interaction.Past) []sales {
	all := make([]sales, len(p.Items))
	for item := range all {
		all[item].share = float64(p.Buyers(int32(item))) / float64(len(p.Customers)+1)
	}
	from := interaction.Nano(p.At.Add(-salesWindow * day))
	for c := range p.Customers {
		for _, s := range p.History(int32(c)).Signals {
			of := &all[s.Item]
			if of.first == 0 || s.Time < of.first {
				of.first = s.Time
			}
			if s.Bought && s.Time >= from {
				of.daily += float64(s.Quantity) / salesWindow
			}
		}
	}
	return all
}
