package llm

import "context"

// Embedder turns texts into vectors that are near when the texts mean the same.
//
// Embed blocks until all vectors are there. It neither changes texts nor keeps them, is safe for concurrent use, and
// answers no texts with no vectors. When ctx ended, errors.Is reaches context.Canceled or context.DeadlineExceeded;
// errors are all or nothing.
type Embedder interface {
	Embed(ctx context.Context, texts []string) (*Embeddings, error)
}

// EmbedderFunc makes an Embedder of a function.
type EmbedderFunc func(ctx context.Context, texts []string) (*Embeddings, error)

// Embed calls f.
func (f EmbedderFunc) Embed(ctx context.Context, texts []string) (*Embeddings, error) {
	return f(ctx, texts)
}

// Embeddings are the vectors of some texts.
type Embeddings struct {
	// Vectors has a row for each text, in the order of the texts; all rows have the same length. The length of a vector
	// (its norm) is the model's affair.
	Vectors [][]float32
	// Model names the model that made the vectors. Vectors of different models must not be compared.
	Model string
	// Usage of the call; zero when nobody counts.
	Usage Usage
}

// Dimension is the length of the vectors; 0 when there are none.
func (e *Embeddings) Dimension() int {
	if len(e.Vectors) == 0 {
		return 0
	}
	return len(e.Vectors[0])
}
