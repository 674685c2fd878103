package rerank

import (
	"context"
	"fmt"
	"math"

	"github.com/clmkit/clmkit/llm"
)

// LikelihoodOptions are the settings of a [Likelihood] stage.
type LikelihoodOptions struct {
	// ItemBytes, CustomerBytes and SearchBytes are how much of the texts the
	// model sees. Defaults: 300, 2,000 and 200.
	ItemBytes, CustomerBytes, SearchBytes int
	// Remember is how many items' unconditional likelihoods are kept, at least.
	// It may be twice as many, about 500 bytes each. Default: 10,000.
	Remember int
}

func (o *LikelihoodOptions) defaults() LikelihoodOptions {
	var d LikelihoodOptions
	if o != nil {
		d = *o
	}
	d.ItemBytes = positive(d.ItemBytes, 300)
	d.CustomerBytes = positive(d.CustomerBytes, 2000)
	d.SearchBytes = positive(d.SearchBytes, 200)
	d.Remember = positive(d.Remember, 10_000)
	return d
}

// Likelihood is a stage that asks how likely an item's text is after the
// customer's portrait, and how likely it is anyway: ranking by "profile + item"
// with a small language model such as GPT-2.
//
// The score is the domain-conditional pointwise mutual information of Holtzman et
// al., "Surface Form Competition" (EMNLP 2021, equation 4), per token:
//
//	log p(item | portrait, premise) / tokens - log p(item | premise) / tokens
//
// Only tokens of the item count, so a long portrait changes nothing by its
// length; dividing by their number keeps long texts from losing to short ones;
// and the second term takes out that some texts are likely before any customer,
// without which the most generic title wins every list. It is 0 for an item that
// the portrait says nothing about, and has no upper bound.
//
// An item without text, or one whose text comes to no token, has no score and
// stays behind. It makes one call for a list, and one more where some of its
// texts are not remembered.
type Likelihood struct {
	scorer llm.Scorer
	o      LikelihoodOptions
	anyway *memory
}

var _ Stage = (*Likelihood)(nil)

// NewLikelihood makes a stage of s. Nil options are the defaults.
func NewLikelihood(s llm.Scorer, o *LikelihoodOptions) *Likelihood {
	d := o.defaults()
	return &Likelihood{s, d, newMemory(d.Remember)}
}

// Rank scores the items. See [Stage].
func (l *Likelihood) Rank(ctx context.Context, q Query, items []Item) (*Ranking, error) {
	if !q.known() {
		return nil, ErrUnknown
	}
	return byTexts(items, l.o.ItemBytes, func(texts []string, cost *Cost) ([]float64, error) {
		for n := range texts {
			texts[n] = " " + texts[n] // what separates a continuation from its prefix
		}
		return l.values(ctx, &q, texts, cost)
	})
}

// values are the scores of the texts, NaN for those without a token.
func (l *Likelihood) values(ctx context.Context, q *Query, texts []string, cost *Cost) ([]float64, error) {
	given, err := l.ask(ctx, l.o.prefix(q), texts, cost)
	if err != nil {
		return nil, err
	}
	anyway, err := l.unconditional(ctx, given.Model, texts, cost)
	if err != nil {
		return nil, err
	}
	values := make([]float64, len(texts))
	for n, v := range given.Values {
		values[n] = perToken(v) - anyway[n]
	}
	return values, nil
}

// perToken is the mean over the tokens, NaN of none.
func perToken(v llm.Likelihood) float64 {
	if v.Tokens <= 0 {
		return math.NaN()
	}
	return v.PerToken()
}

// unconditional are the likelihoods per token after the premise alone, by the
// model that scored with the portrait too.
func (l *Likelihood) unconditional(ctx context.Context, model string, texts []string, cost *Cost) ([]float64, error) {
	values := make([]float64, len(texts))
	var missing []string
	var at []int
	for n, text := range texts {
		v, ok := l.anyway.get(model, text)
		if !ok {
			missing, at = append(missing, text), append(at, n)
		}
		values[n] = v
	}
	if len(missing) == 0 {
		return values, nil
	}
	got, err := l.ask(ctx, premiseText, missing, cost)
	if err != nil {
		return nil, err
	}
	if got.Model != model {
		return nil, fmt.Errorf("two models scored: %q with the portrait and %q without", model, got.Model)
	}
	for n, v := range got.Values {
		values[at[n]] = perToken(v)
		l.anyway.put(model, missing[n], values[at[n]])
	}
	return values, nil
}

// ask scores and checks that what came can be used.
func (l *Likelihood) ask(ctx context.Context, prefix string, texts []string, cost *Cost) (*llm.Likelihoods, error) {
	got, err := l.scorer.LogLikelihood(ctx, prefix, texts)
	most := boundTexts(prefix, texts, len(texts))
	if err != nil {
		cost.scored(err, llm.Usage{}, most)
		return nil, err
	}
	cost.scored(nil, got.Usage, most)
	if len(got.Values) != len(texts) {
		return nil, fmt.Errorf("%d likelihoods for %d texts", len(got.Values), len(texts))
	}
	for n, v := range got.Values {
		if math.IsNaN(v.LogProb) || math.IsInf(v.LogProb, 0) || v.LogProb > 0 {
			return nil, fmt.Errorf("likelihood %d is %v, want at most 0", n, v.LogProb)
		}
	}
	return got, nil
}
