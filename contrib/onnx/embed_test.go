package onnx

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/contrib/onnx/internal/tiny"
)

// small is the shape of most tests.
func small() tiny.Shape {
	return tiny.Shape{Layers: 2, Width: 16, Heads: 2, Inner: 32, Positions: 64, Seed: 7}
}

func sentences() []string {
	return []string{
		"where is my parcel", "", "refund to the gift card, please!", strings.Repeat("the parcels ", 12), "Ünïcode 中文 ok", "a",
	}
}

func bert(t testing.TB, s tiny.Shape) (dir string, m *tiny.Bert) {
	dir = t.TempDir()
	m, err := tiny.WriteBert(dir, s)
	require.NoError(t, err)
	return dir, m
}

func embedder(t testing.TB, dir string, o *EmbedderOptions) *Embedder {
	e, err := NewEmbedder(dir, o)
	require.NoError(t, err)
	t.Cleanup(func() { e.Close() })
	return e
}

// meanOf is what mean pooling makes of hidden states.
func meanOf(hidden [][]float64) []float64 {
	mean := make([]float64, len(hidden[0]))
	for _, row := range hidden {
		for j, v := range row {
			mean[j] += v / float64(len(hidden))
		}
	}
	return mean
}

func assertNear(t *testing.T, want []float64, got []float32) {
	t.Helper()
	require.Len(t, got, len(want))
	for i := range want {
		require.InDelta(t, want[i], float64(got[i]), 1e-4, "number %d", i)
	}
}

func TestEmbeddingsAreThoseOfTheForwardPassInPlainGo(t *testing.T) {
	for name, change := range map[string]func(*tiny.Shape){
		"decomposed layers, additive mask": func(*tiny.Shape) {},
		"expanded mask, scaled attention":  func(s *tiny.Shape) { s.SDPA = true },
		"opset 17":                         func(s *tiny.Shape) { s.Fused = true },
		"one layer, one head":              func(s *tiny.Shape) { s.Layers, s.Heads = 1, 1 },
	} {
		t.Run(name, func(t *testing.T) {
			s := small()
			change(&s)
			dir, model := bert(t, s)
			e := embedder(t, dir, nil)
			got, err := e.Embed(t.Context(), sentences())
			require.NoError(t, err)
			tokens := 0
			for i, text := range sentences() {
				in := e.n.single(text)
				tokens += len(in.IDs)
				assertNear(t, meanOf(model.Hidden(in.IDs, in.Types)), got.Vectors[i])
			}
			assert.Equal(t, tokens, got.Usage.Input)
		})
	}
}

func TestPoolingFollowsModules(t *testing.T) {
	dir, model := bert(t, small())
	yes := true
	in := func(e *Embedder) [][]float64 {
		x := e.n.single("where is my parcel")
		return model.Hidden(x.IDs, x.Types)
	}
	modules(t, dir, map[string]any{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false, "word_embedding_dimension": 16})
	for name, c := range map[string]struct {
		o    *EmbedderOptions
		want func(*Embedder) []float64
	}{
		"as the folder says": {nil, func(e *Embedder) []float64 { return unit(in(e)[0]) }},
		"as the caller says": {&EmbedderOptions{Pooling: PoolingMean, Normalize: &yes}, func(e *Embedder) []float64 { return unit(meanOf(in(e))) }},
		"not of length 1":    {&EmbedderOptions{Normalize: new(bool)}, func(e *Embedder) []float64 { return in(e)[0] }},
	} {
		t.Run(name, func(t *testing.T) {
			e := embedder(t, dir, c.o)
			got, err := e.Embed(t.Context(), []string{"where is my parcel"})
			require.NoError(t, err)
			assertNear(t, c.want(e), got.Vectors[0])
		})
	}
}

func unit(v []float64) []float64 {
	norm := 0.0
	for _, x := range v {
		norm += x * x
	}
	out := make([]float64, len(v))
	for i, x := range v {
		out[i] = x / math.Sqrt(norm)
	}
	return out
}

func TestQuantisedModelsAreNearTheirOriginals(t *testing.T) {
	for name, width := range map[string]int{"small": 16, "larger": 96} {
		t.Run(name, func(t *testing.T) {
			s := small()
			s.Width, s.Inner = width, 2*width
			dir, _ := bert(t, s)
			s.Quantized = true
			quantised, _ := bert(t, s)
			want, err := embedder(t, dir, nil).Embed(t.Context(), sentences())
			require.NoError(t, err)
			e := embedder(t, quantised, nil)
			got, err := e.Embed(t.Context(), sentences())
			require.NoError(t, err)
			assert.NotEqual(t, want.Vectors, got.Vectors)
			for i, text := range sentences() {
				assert.Greater(t, cosine(want.Vectors[i], got.Vectors[i]), 0.98, "%q", text)
				alone, err := e.Embed(t.Context(), []string{text})
				require.NoError(t, err)
				assert.Equal(t, alone.Vectors[0], got.Vectors[i], "the neighbours of %q matter", text)
			}
		})
	}
}

func cosine(a, b []float32) float64 {
	var dot, aa, bb float64
	for i := range a {
		dot += float64(a[i]) * float64(b[i])
		aa += float64(a[i]) * float64(a[i])
		bb += float64(b[i]) * float64(b[i])
	}
	return dot / math.Sqrt(aa*bb)
}
