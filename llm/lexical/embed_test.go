package lexical_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/lexical"
	"github.com/clmkit/clmkit/vector"
)

var _ llm.Embedder = (*lexical.Embedder)(nil)

func fit(t testing.TB, texts []string, options *lexical.FitOptions) *lexical.Embedder {
	t.Helper()
	e, err := lexical.Fit(texts, options)
	require.NoError(t, err)
	return e
}

func embed(t testing.TB, e *lexical.Embedder, texts ...string) *llm.Embeddings {
	t.Helper()
	embeddings, err := e.Embed(context.Background(), texts)
	require.NoError(t, err)
	require.Len(t, embeddings.Vectors, len(texts))
	return embeddings
}

func inner(a, b []float32) float64 {
	var sum float64
	for i, x := range a {
		sum += float64(x) * float64(b[i])
	}
	return sum
}

// topics returns texts of five words that are drawn from the vocabulary of one of several topics, in turn.
func topics(n, topics int) []string {
	random := rand.New(rand.NewPCG(1, 1))
	texts := make([]string, n)
	for i := range texts {
		words := make([]string, 5)
		for j := range words {
			words[j] = fmt.Sprintf("t%dw%d", i%topics, random.IntN(30))
		}
		texts[i] = strings.Join(words, " ")
	}
	return texts
}

// TestWordsOfOneTopicLieNear compares texts that share no word: only that their words keep the same company can bring
// them together.
func TestWordsOfOneTopicLieNear(t *testing.T) {
	e := fit(t, topics(600, 4), &lexical.FitOptions{Dimensions: 4})
	v := embed(t, e, "t0w1 t0w2 t0w3", "t0w4 t0w5 t0w6", "t1w4 t1w5 t1w6").Vectors
	assert.Greater(t, inner(v[0], v[1]), 0.9, "the same topic")
	assert.Less(t, math.Abs(inner(v[0], v[2])), 0.3, "another topic")
}

func TestVectorsHaveUnitLength(t *testing.T) {
	texts := topics(200, 3)
	for _, v := range embed(t, fit(t, texts, nil), append(texts, "", "unknown", "t0w1 unknown")...).Vectors {
		assert.InDelta(t, 1, inner(v, v), 1e-6)
	}
}

func TestTextsThatCannotBePlaced(t *testing.T) {
	e := fit(t, []string{"blue mugs", "red mugs", "blue plates"}, nil)
	v := embed(t, e, "mug", "", "zebra", "the of and", "\xff\xfe", "a mug for zebras").Vectors
	last := len(v[0]) - 1
	assert.Zero(t, v[0][last])
	for i := 1; i <= 4; i++ {
		assert.Equal(t, float32(1), v[i][last])
		assert.Zero(t, inner(v[0], v[i]), "no similarity to a text with known words")
	}
	assert.Equal(t, v[0], v[5], "unknown words beside known ones do not count")
	var store vector.Memory
	require.NoError(t, store.Upsert(t.Context(), vector.Record{ID: "zebra", Vector: v[2]}), "the row is legal")
}

func TestDimensionsAreNeverMoreThanTheRank(t *testing.T) {
	tests := []struct {
		name       string
		texts      []string
		dimensions int
		want       int
	}{
		{"one text", []string{"blue mug"}, 0, 1},
		{"one text twice", []string{"blue mug", "Blue mugs!"}, 0, 1},
		{"two words, two texts", []string{"mug", "plate"}, 0, 2},
		{"more texts than words", []string{"mug", "plate", "mug plate", "plate mug mug"}, 0, 2},
		{"empty texts beside one", []string{"", "mug", "the"}, 0, 1},
		{"fewer wanted", topics(100, 3), 2, 2},
		{"the default", topics(1000, 40), 0, 128},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := fit(t, test.texts, &lexical.FitOptions{Dimensions: test.dimensions})
			assert.Len(t, embed(t, e, "mug").Vectors[0], test.want+1)
		})
	}
}

func TestTheSameSeedAndTextsGiveTheSameBits(t *testing.T) {
	texts := topics(300, 5)
	first := embed(t, fit(t, texts, &lexical.FitOptions{Dimensions: 16, Seed: 7}), texts...)
	assert.Equal(t, first, embed(t, fit(t, texts, &lexical.FitOptions{Dimensions: 16, Seed: 7}), texts...))
	others := map[string]*lexical.Embedder{
		"another seed":      fit(t, texts, &lexical.FitOptions{Dimensions: 16, Seed: 8}),
		"another dimension": fit(t, texts, &lexical.FitOptions{Dimensions: 15, Seed: 7}),
		"another text":      fit(t, append(texts, "mug"), &lexical.FitOptions{Dimensions: 16, Seed: 7}),
		"another language":  fit(t, texts, &lexical.FitOptions{Dimensions: 16, Seed: 7, Language: "id"}),
	}
	for name, e := range others {
		assert.NotEqual(t, first.Model, embed(t, e).Model, name)
	}
}

func TestFitRefuses(t *testing.T) {
	for _, texts := range [][]string{nil, {}, {""}, {"?!", "the", "\xff"}} {
		_, err := lexical.Fit(texts, nil)
		assert.ErrorIs(t, err, lexical.ErrNoWords)
	}
	_, err := lexical.Fit([]string{"mug"}, &lexical.FitOptions{Dimensions: -1})
	assert.ErrorIs(t, err, lexical.ErrOption)
}

func TestEmbedStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := fit(t, []string{"mug"}, nil).Embed(ctx, []string{"mug"})
	assert.ErrorIs(t, err, context.Canceled)
}

func FuzzEmbed(f *testing.F) {
	e := fit(f, topics(50, 3), nil)
	for _, s := range []string{"", "t0w1", "\xff", "退货", "t0w1 t0w1 t1w2 zebra"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v := embed(t, e, s).Vectors[0]
		if length := inner(v, v); !(math.Abs(length-1) < 1e-5) {
			t.Fatalf("length %v of %q", length, s)
		}
	})
}
