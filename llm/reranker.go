package llm

import "context"

// Reranker says how relevant documents are to a query, reading each together with the query.
//
// Rerank blocks until every document has its relevance. It neither changes documents nor keeps them, is safe for
// concurrent use, and answers no documents with no values. When ctx ended, errors.Is reaches context.Canceled or
// context.DeadlineExceeded; errors are all or nothing.
type Reranker interface {
	Rerank(ctx context.Context, query string, documents []string) (*Relevances, error)
}

// RerankerFunc makes a Reranker of a function.
type RerankerFunc func(ctx context.Context, query string, documents []string) (*Relevances, error)

// Rerank calls f.
func (f RerankerFunc) Rerank(ctx context.Context, query string, documents []string) (*Relevances, error) {
	return f(ctx, query, documents)
}

// Relevances are how relevant some documents are to a query.
type Relevances struct {
	// Values has one for each document, in the order of the documents; more is more relevant. Their range is the model's
	// affair: some give probabilities, some logits.
	Values []float64
	// Model names the model that judged. Values of different models must not be compared.
	Model string
	// Usage of the call; zero when nobody counts.
	Usage Usage
}
