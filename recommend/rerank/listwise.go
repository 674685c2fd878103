package rerank

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/clmkit/clmkit/llm"
)

// ListwiseOptions are the settings of a [Listwise] stage.
type ListwiseOptions struct {
	// Passes is how often the model orders the list, each time shown in another
	// order; the passes run at the same time. Default: 3.
	Passes int
	// Window is how many items the model sees at once, at least 2. A longer list
	// is ordered by windows that slide from its end to its head. Default: 20.
	Window int
	// Stride is how far a window slides, at most Window - 1 so that the best of
	// one window reach the next. Default: half of Window.
	Stride int
	// ItemBytes, CustomerBytes and SearchBytes are how much of the texts the
	// model sees. Defaults: 300, 2,000 and 200.
	ItemBytes, CustomerBytes, SearchBytes int
	// MaxTokens bounds each answer. A list of 20 takes about 70 tokens; models
	// that reason first take more. Default: 1,024.
	MaxTokens int
	// Purpose of the calls. Default: "recommend-rerank".
	Purpose llm.Purpose
}

func (o *ListwiseOptions) defaults() ListwiseOptions {
	var d ListwiseOptions
	if o != nil {
		d = *o
	}
	d.Passes = positive(d.Passes, 3)
	d.Window = max(positive(d.Window, 20), 2)
	d.Stride = min(positive(d.Stride, d.Window/2), d.Window-1)
	d.ItemBytes = positive(d.ItemBytes, 300)
	d.CustomerBytes = positive(d.CustomerBytes, 2000)
	d.SearchBytes = positive(d.SearchBytes, 200)
	d.MaxTokens = positive(d.MaxTokens, 1024)
	d.Purpose = cmp.Or(d.Purpose, "recommend-rerank")
	return d
}

func positive(n, otherwise int) int {
	if n <= 0 {
		return otherwise
	}
	return n
}

// Listwise is a stage that shows a model the list and asks for its order.
//
// Models favour what stands first or last, so each pass shows the items in an
// order drawn from the query's seed, and the passes are aggregated by Borda's
// count: permutation self-consistency (Tang et al., "Found in the Middle", NAACL
// 2024), with the mean rank in place of Kemeny's order. Lists longer than a
// window are ordered as RankGPT does it (Sun et al., EMNLP 2023, section 3.3).
//
// The model answers with numbers that hold in its window only. Numbers that are
// none of an item are left out, repeated ones count once, items without a number
// stay behind in the order that they had: nothing that a model or the text of an
// item says adds an item, loses one, or shows one twice. [Ranking.Repairs] says
// how often it tried.
//
// Scores are Borda's count over the passes in [0, 1]: 1 is the first place in
// each. A pass whose call fails, or whose answer names no item, is left out and
// stands in [Ranking.Failures]; when all are, Rank fails.
//
// It makes one call for each pass and window, two where the first answer has not
// the asked form.
type Listwise struct {
	model llm.Model
	o     ListwiseOptions
}

var _ Stage = (*Listwise)(nil)

// NewListwise makes a stage of m. Nil options are the defaults.
func NewListwise(m llm.Model, o *ListwiseOptions) *Listwise {
	return &Listwise{m, o.defaults()}
}

// Rank asks for the order. See [Stage].
func (l *Listwise) Rank(ctx context.Context, q Query, items []Item) (*Ranking, error) {
	if !q.known() {
		return nil, ErrUnknown
	}
	if len(items) < 2 {
		return &Ranking{Order: upTo(len(items))}, nil
	}
	passes := make([]pass, l.o.Passes)
	var group errgroup.Group
	for n := range passes {
		group.Go(func() error {
			passes[n] = l.pass(ctx, &q, items, n)
			return nil
		})
	}
	_ = group.Wait() // a pass keeps its own error
	return aggregate(passes, len(items))
}

// A pass is one ordering of the whole list.
type pass struct {
	order   []int
	named   []bool // items that some answer has a place for
	repairs Repairs
	cost    Cost
	err     error
}

// pass orders the list once, by windows from its end to its head.
func (l *Listwise) pass(ctx context.Context, q *Query, items []Item, number int) pass {
	p := pass{order: upTo(len(items)), named: make([]bool, len(items))}
	for start := max(len(items)-l.o.Window, 0); p.err == nil; start = max(start-l.o.Stride, 0) {
		window := p.order[start:min(start+l.o.Window, len(items))]
		random := rand.New(rand.NewPCG(q.Seed, uint64(number)<<32|uint64(start)))
		p.err = l.window(ctx, q, items, window, &p, random)
		if start == 0 {
			break
		}
	}
	return p
}

// window orders the items of one window in place.
func (l *Listwise) window(ctx context.Context, q *Query, items []Item, window []int, p *pass, random *rand.Rand) error {
	shown := random.Perm(len(window))
	ask := make([]int, len(shown))
	for n, at := range shown {
		ask[n] = window[at]
	}
	a, err := llm.Object[answer](ctx, metered(l.model, &p.cost), l.request(q, items, ask))
	if err != nil {
		return err
	}
	places := make([]int, len(a.Order)) // in the window; what is invented is none of it
	for n, number := range a.Order {
		places[n] = -1
		if number >= 1 && number <= len(shown) {
			places[n] = shown[number-1]
		}
	}
	whole, named, wrong := Repair(places, len(window))
	p.repairs.add(wrong)
	if named == 0 {
		return errNoOrder
	}
	old := slices.Clone(window)
	for n, at := range whole {
		window[n] = old[at]
		p.named[old[at]] = p.named[old[at]] || n < named
	}
	return nil
}

// aggregate makes one order of those of the passes that did not fail.
func aggregate(passes []pass, n int) (*Ranking, error) {
	r := &Ranking{}
	count, named := make([]float64, n), make([]bool, n)
	voters := 0
	for i, p := range passes {
		r.Cost = r.Cost.Add(p.cost)
		r.Repairs.add(p.repairs)
		if p.err != nil {
			r.Failures = append(r.Failures, fmt.Errorf("pass %d: %w", i+1, p.err))
			continue
		}
		voters++
		for place, item := range p.order {
			count[item] += float64(n-1-place) / float64(n-1)
			named[item] = named[item] || p.named[item]
		}
	}
	if voters == 0 {
		return nil, failed(r.Cost, errors.Join(r.Failures...))
	}
	r.borda(count, named, voters)
	return r, nil
}

// borda orders by the count: items that no pass has a place for come last.
func (r *Ranking) borda(count []float64, named []bool, voters int) {
	r.Order = upTo(len(count))
	slices.SortStableFunc(r.Order, func(a, b int) int {
		switch {
		case named[a] && named[b]:
			return cmp.Compare(count[b], count[a])
		case named[a]:
			return -1
		case named[b]:
			return 1
		}
		return 0
	})
	for _, i := range r.Order {
		if named[i] {
			r.Scores = append(r.Scores, count[i]/float64(voters))
		}
	}
}
