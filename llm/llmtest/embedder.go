package llmtest

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
)

// RunEmbedder checks that an embedder keeps the contract of [llm.Embedder]. It may be a real one: nothing is asked of the
// vectors but that a text has nearly the same one alone and among others, and that different texts have different ones.
// The suite embeds short English sentences about a shop, once a thousand of them. Run it with the race detector.
func RunEmbedder(t *testing.T, newEmbedder func(t *testing.T) llm.Embedder, opts ...*Options) {
	var checks []check
	for _, c := range []struct {
		name  string
		check func(*testing.T, llm.Embedder)
	}{
		{"one vector for each text, all of one length", embedsAll},
		{"vectors stand in the order of the texts", embedsInOrder},
		{"a thousand texts have their vectors", embedsMany},
		{"equal texts have equal vectors", embedsEqually},
		{"text is embedded whatever the script", embedsScripts},
		{"an empty text is embedded or refused", embedsEmpty},
		{"no texts have no vectors", embedsNone},
		{"the caller's slice is neither changed nor kept", embedsWithoutKeeping},
		{"a context that has ended is an error", embedEndedContext},
		{"calls at once do not mix", embedsConcurrently},
	} {
		checks = append(checks, check{name: c.name, run: func(t *testing.T) { c.check(t, newEmbedder(t)) }})
	}
	oneOf(opts).runAll(t, checks)
}

func sentences() []string {
	return []string{
		"a red cotton dress with pockets",
		"the blue teapot arrived broken",
		"where is my parcel",
		"refund to the gift card please",
		"soft wool socks for winter walks",
	}
}

func embed(t *testing.T, e llm.Embedder, texts []string) [][]float32 {
	t.Helper()
	got, err := e.Embed(t.Context(), texts)
	require.NoError(t, err)
	require.Len(t, got.Vectors, len(texts))
	require.NotEmpty(t, got.Model, "vectors without the name of their model")
	requireFinite(t, got)
	if u := got.Usage; u != (llm.Usage{}) {
		require.Positive(t, u.Input, "an embedder that counts counts the input")
		require.True(t, u.Output >= 0 && u.Cached >= 0 && u.Cached <= u.Input, "usage %+v", u)
	}
	return got.Vectors
}

func requireFinite(t *testing.T, e *llm.Embeddings) {
	t.Helper()
	require.Positive(t, e.Dimension())
	for i, v := range e.Vectors {
		require.Len(t, v, e.Dimension(), "vector %d", i)
		for _, x := range v {
			require.False(t, math.IsNaN(float64(x)) || math.IsInf(float64(x), 0), "vector %d is not finite", i)
		}
	}
}

func embedsAll(t *testing.T, e llm.Embedder) {
	some, one := embed(t, e, sentences()), embed(t, e, sentences()[:1])
	require.Len(t, one[0], len(some[0]), "the dimension changes from call to call")
}

// embedsInOrder embeds each text alone, and looks for its vector among those of all.
func embedsInOrder(t *testing.T, e llm.Embedder) {
	vectors := embed(t, e, sentences())
	for i, text := range sentences() {
		alone := embed(t, e, []string{text})[0]
		assert.Equal(t, i, nearest(alone, vectors), "the vector of %q is not in its place", text)
	}
}

// nearest is the index of the vector with the least distance to v; the first of equals.
func nearest(v []float32, among [][]float32) int {
	best, least := -1, math.Inf(1)
	for i, w := range among {
		sum := 0.0
		for j := range min(len(v), len(w)) {
			d := float64(v[j]) - float64(w[j])
			sum += d * d
		}
		if sum < least {
			best, least = i, sum
		}
	}
	return best
}

// embedsMany embeds more texts than providers take at once, and some of them alone.
func embedsMany(t *testing.T, e llm.Embedder) {
	var many []string
	for i := range 1000 {
		many = append(many, fmt.Sprintf("%s, order %d", sentences()[i%5], i))
	}
	vectors := embed(t, e, many)
	for i := 0; i < len(many); i += 111 {
		requireNear(t, embed(t, e, many[i:i+1])[0], vectors[i], many[i])
	}
}

func embedsEqually(t *testing.T, e llm.Embedder) {
	s := sentences()
	vectors := embed(t, e, []string{s[0], s[1], s[0], s[2], s[2], s[0]})
	for _, pair := range [][2]int{{0, 2}, {0, 5}, {3, 4}} {
		requireNear(t, vectors[pair[0]], vectors[pair[1]], "the same text twice")
	}
}

func embedsScripts(t *testing.T, e llm.Embedder) {
	texts := []string{"une robe rouge à poches", "東京の緑茶を返品したい", "где моя посылка 📦", "“é́” <b>&amp; 	"}
	vectors := embed(t, e, append(sentences(), texts...))
	for i, text := range texts {
		requireNear(t, embed(t, e, []string{text})[0], vectors[len(sentences())+i], text)
	}
}

// requireNear checks that two vectors are one but for rounding: batches of another size round otherwise.
func requireNear(t *testing.T, a, b []float32, text string) {
	t.Helper()
	require.Len(t, b, len(a))
	difference, length := 0.0, 0.0
	for i := range a {
		d := float64(a[i]) - float64(b[i])
		difference += d * d
		length += float64(a[i]) * float64(a[i])
	}
	require.LessOrEqual(t, math.Sqrt(difference), 1e-2*math.Sqrt(length), "two vectors of %q", text)
}

func embedsEmpty(t *testing.T, e llm.Embedder) {
	got, err := e.Embed(t.Context(), []string{sentences()[0], "", sentences()[1]})
	if err != nil {
		assert.Nil(t, got)
		require.ErrorIs(t, err, llm.ErrInvalid)
		return
	}
	require.Len(t, got.Vectors, 3)
	requireFinite(t, got)
}

func embedsNone(t *testing.T, e llm.Embedder) {
	for _, texts := range [][]string{nil, {}} {
		got, err := e.Embed(t.Context(), texts)
		require.NoError(t, err)
		assert.Empty(t, got.Vectors)
	}
}

func embedsWithoutKeeping(t *testing.T, e llm.Embedder) {
	texts := sentences()
	first := embed(t, e, texts)
	require.Equal(t, sentences(), texts, "the slice was changed")
	kept := slices.Clone(first[0])
	texts[0] = "something else altogether"
	embed(t, e, texts)
	assert.Equal(t, kept, first[0], "a vector changed after it was handed out")
	first[0][0]++
	assert.Equal(t, 0, nearest(kept, embed(t, e, sentences())), "a change of a vector came back")
}

func embedEndedContext(t *testing.T, e llm.Embedder) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	got, err := e.Embed(ctx, sentences())
	assert.Nil(t, got)
	requireCanceled(t, err)
}

func embedsConcurrently(t *testing.T, e llm.Embedder) {
	all := embed(t, e, sentences())
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			at := i % len(all)
			got, err := e.Embed(t.Context(), sentences()[at:at+1])
			if assert.NoError(t, err) && assert.Len(t, got.Vectors, 1) {
				assert.Equal(t, at, nearest(got.Vectors[0], all), fmt.Sprintf("text %d", at))
			}
		})
	}
	group.Wait()
}
