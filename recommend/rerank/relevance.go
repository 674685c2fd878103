package rerank

import (
	"context"
	"fmt"
	"math"

	"github.com/clmkit/clmkit/llm"
)

// RelevanceOptions are the settings of a [Relevance] stage.
type RelevanceOptions struct {
	// ItemBytes, CustomerBytes and SearchBytes are how much of the texts the
	// model sees. Many rerankers read 512 tokens of query and document together.
	// Defaults: 300, 1,000 and 200.
	ItemBytes, CustomerBytes, SearchBytes int
}

func (o *RelevanceOptions) defaults() RelevanceOptions {
	var d RelevanceOptions
	if o != nil {
		d = *o
	}
	d.ItemBytes = positive(d.ItemBytes, 300)
	d.CustomerBytes = positive(d.CustomerBytes, 1000)
	d.SearchBytes = positive(d.SearchBytes, 200)
	return d
}

// Relevance is a stage that asks a reranker how relevant each item's text is to
// what the customer searches for, followed by the portrait. Scores are what the
// reranker gives. An item without text has none and stays behind. It makes one
// call.
type Relevance struct {
	reranker llm.Reranker
	o        RelevanceOptions
}

var _ Stage = (*Relevance)(nil)

// NewRelevance makes a stage of r. Nil options are the defaults.
func NewRelevance(r llm.Reranker, o *RelevanceOptions) *Relevance {
	return &Relevance{r, o.defaults()}
}

// Rank scores the items. See [Stage].
func (s *Relevance) Rank(ctx context.Context, q Query, items []Item) (*Ranking, error) {
	if !q.known() {
		return nil, ErrUnknown
	}
	query := s.o.query(&q)
	return byTexts(items, s.o.ItemBytes, func(texts []string, cost *Cost) ([]float64, error) {
		return s.ask(ctx, query, texts, cost)
	})
}

// query is what the documents have to be relevant to.
func (o *RelevanceOptions) query(q *Query) string {
	search, customer := line(q.Search, o.SearchBytes), line(q.Customer, o.CustomerBytes)
	if search == "" || customer == "" {
		return search + customer
	}
	return search + "\n" + customer
}

// ask scores and checks that what came can be used.
func (s *Relevance) ask(ctx context.Context, query string, documents []string, cost *Cost) ([]float64, error) {
	got, err := s.reranker.Rerank(ctx, query, documents)
	most := boundTexts(query, documents, 0)
	if err != nil {
		cost.scored(err, llm.Usage{}, most)
		return nil, err
	}
	cost.scored(nil, got.Usage, most)
	if len(got.Values) != len(documents) {
		return nil, fmt.Errorf("%d relevances for %d documents", len(got.Values), len(documents))
	}
	for n, v := range got.Values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("relevance %d is %v", n, v)
		}
	}
	return got.Values, nil
}
