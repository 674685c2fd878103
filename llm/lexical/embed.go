package lexical

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/clmkit/clmkit/internal/text"
	"github.com/clmkit/clmkit/llm"
)

// Embedder is an llm.Embedder that was fitted to texts. It does not change once made and is safe for concurrent use.
type Embedder struct {
	language   text.Language
	terms      map[string]int
	idf        []float64 // by term
	dimensions int
	directions []float32 // a row of length dimensions for each term
	model      string
}

func (e *Embedder) keep(vectors *mat.Dense) {
	_, e.dimensions = vectors.Dims()
	for _, v := range vectors.RawMatrix().Data {
		e.directions = append(e.directions, float32(v))
	}
}

// tooShort is the length below which the image of a text, whose TF-IDF row has length 1, is nothing but rounding error.
const tooShort = 1e-6

// Embed returns a vector of unit length for each text, of one number more than there are directions in the fit. The last
// number is 0 for a text that the fit can place. A text that it cannot place, because it holds no word of the fitted
// texts, is the unit vector of that last axis: its cosine is 0 to every text with a known word and 1 to others without.
// Unknown words beside known ones do not count.
//
// Model is "lsa-" and a hash of the whole fit, so that vectors of different fits are not taken for comparable. No tokens
// are used. The only error is that of an ended context, which is looked at before each text.
func (e *Embedder) Embed(ctx context.Context, texts []string) (*llm.Embeddings, error) {
	vectors := make([][]float32, len(texts))
	for i, s := range texts {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("lexical: embed: %w", err)
		}
		vectors[i] = e.vector(s)
	}
	return &llm.Embeddings{Vectors: vectors, Model: e.model}, nil
}

func (e *Embedder) vector(s string) []float32 {
	sum := make([]float64, e.dimensions)
	for _, x := range e.row(e.count(s)) {
		for j, v := range e.directions[x.column*e.dimensions:][:e.dimensions] {
			sum[j] += float64(x.value * float64(v))
		}
	}
	var square float64
	for _, v := range sum {
		square += float64(v * v)
	}
	length := math.Sqrt(square)
	vector := make([]float32, e.dimensions+1)
	if length < tooShort {
		vector[e.dimensions] = 1
		return vector
	}
	for j, v := range sum {
		vector[j] = float32(v / length)
	}
	return vector
}
