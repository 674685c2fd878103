package llm

import "context"

// Scorer tells how likely a model finds texts: the way to choose between a few known answers, or to rank items by how
// well their description continues a profile.
//
// LogLikelihood blocks until every continuation has its likelihood, in their order. The text that is scored is prefix
// and continuation joined as they are; a continuation usually begins with the space or line break that separates it. Only
// tokens of the continuation count, and a token that reaches from the prefix into it counts to the continuation. An empty
// prefix gives the unconditional likelihood, as far as the model can tell it: the first token of a text has none at
// servers that put no start token before it, and is then left out of LogProb and Tokens.
//
// It neither changes continuations nor keeps them, is safe for concurrent use, and answers no continuations with no
// values. An empty continuation is ErrInvalid. When ctx ended, errors.Is reaches context.Canceled or
// context.DeadlineExceeded; errors are all or nothing.
type Scorer interface {
	LogLikelihood(ctx context.Context, prefix string, continuations []string) (*Likelihoods, error)
}

// ScorerFunc makes a Scorer of a function.
type ScorerFunc func(ctx context.Context, prefix string, continuations []string) (*Likelihoods, error)

// LogLikelihood calls f.
func (f ScorerFunc) LogLikelihood(ctx context.Context, prefix string, continuations []string) (*Likelihoods, error) {
	return f(ctx, prefix, continuations)
}

// Likelihoods are the log-likelihoods of some continuations.
type Likelihoods struct {
	// Values has one for each continuation, in their order.
	Values []Likelihood
	// Model names the model that scored. Likelihoods of different models must not be compared.
	Model string
	// Usage of the call; zero when nobody counts.
	Usage Usage
}

// Likelihood is how likely a continuation is after its prefix.
type Likelihood struct {
	// LogProb is the sum of the natural logarithms of the probabilities of its tokens, at most 0.
	LogProb float64
	// Tokens is how many tokens were summed.
	Tokens int
}

// PerToken is the mean over the tokens, which compares continuations of different lengths; 0 without tokens.
func (l Likelihood) PerToken() float64 {
	if l.Tokens == 0 {
		return 0
	}
	return l.LogProb / float64(l.Tokens)
}
