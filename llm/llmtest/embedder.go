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
// The suite embeds short English sentences about a shop. Run it with the race detector.
func RunEmbedder(t *testing.T, newEmbedder func(t *testing.T) llm.Embedder) {
	for _, c := range []struct {
		name  string
		check func(*testing.T, llm.Embedder)
	}{
		{"one vector for each text, all of one length", embedsAll},
		{"vectors stand in the order of the texts", embedsInOrder},
		{"no texts have no vectors", embedsNone},
		{"the caller's slice is neither changed nor kept", embedsWithoutKeeping},
		{"a context that has ended is an error", embedEndedContext},
		{"calls at once do not mix", embedsConcurrently},
	} {
		t.Run(c.name, func(t *testing.T) { c.check(t, newEmbedder(t)) })
	}
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
	return got.Vectors
}

func embedsAll(t *testing.T, e llm.Embedder) {
	vectors := embed(t, e, sentences())
	for i, v := range vectors {
		require.NotEmpty(t, v, "vector %d", i)
		require.Len(t, v, len(vectors[0]), "vector %d", i)
		for _, x := range v {
			require.False(t, math.IsNaN(float64(x)) || math.IsInf(float64(x), 0), "vector %d is not finite", i)
		}
	}
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
	require.ErrorIs(t, err, context.Canceled)
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
