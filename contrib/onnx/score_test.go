package onnx

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/contrib/onnx/internal/tiny"
	"github.com/clmkit/clmkit/llm"
)

func gpt(t testing.TB) (dir string, m *tiny.GPT) {
	dir = t.TempDir()
	m, err := tiny.WriteGPT(dir, small())
	require.NoError(t, err)
	return dir, m
}

func scorer(t testing.TB, dir string, o *ScorerOptions) *Scorer {
	s, err := NewScorer(dir, o)
	require.NoError(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

// reference sums the log-likelihoods of the tokens from the given place on.
func reference(m *tiny.GPT, ids []int, from int) (sum llm.Likelihood) {
	logits := m.Logits(ids)
	for i := max(1, from); i < len(ids); i++ {
		total := 0.0
		for _, v := range logits[i-1] {
			total += math.Exp(v)
		}
		sum.LogProb += logits[i-1][ids[i]] - math.Log(total)
		sum.Tokens++
	}
	return sum
}

func TestLikelihoodsAreThoseOfTheForwardPassInPlainGo(t *testing.T) {
	dir, model := gpt(t)
	for name, c := range map[string]struct {
		start  bool
		prefix string
		texts  []string
		tokens []int // that count
	}{
		"after a prefix":           {false, "a thing", []string{" the", " red", "!", " a the red ing"}, []int{1, 1, 1, 5}},
		"a token over the border":  {false, "a r", []string{"ed", "e"}, []int{1, 1}},
		"without prefix":           {false, "", []string{"x", " the", " the red"}, []int{0, 0, 1}},
		"with a start token":       {true, "", []string{"x", " the", " the red"}, []int{1, 1, 2}},
		"prefix and start token":   {true, "a thing", []string{" the", " red"}, []int{1, 1}},
		"beyond ASCII":             {false, "é", []string{"ü", "中", "👍🏽"}, []int{2, 3, 8}},
		"lengths in three buckets": {false, "a", []string{"x", strings.Repeat("x", 20), strings.Repeat("x", 50)}, []int{1, 20, 50}},
	} {
		t.Run(name, func(t *testing.T) {
			s := scorer(t, dir, &ScorerOptions{Start: c.start})
			got, err := s.LogLikelihood(t.Context(), c.prefix, c.texts)
			require.NoError(t, err)
			for i, text := range c.texts {
				in, from, err := s.input(c.prefix, text)
				require.NoError(t, err)
				want := reference(model, in.IDs, from)
				assert.Equal(t, c.tokens[i], got.Values[i].Tokens, "%q", text)
				assert.Equal(t, want.Tokens, got.Values[i].Tokens, "%q", text)
				assert.InDelta(t, want.LogProb, got.Values[i].LogProb, 1e-4*float64(max(1, want.Tokens)), "%q", text)
			}
		})
	}
}

func TestATextThatIsTooLongIsNotCut(t *testing.T) {
	dir, _ := gpt(t)
	_, err := scorer(t, dir, nil).LogLikelihood(t.Context(), "a", []string{"b", strings.Repeat("x", 64)})
	require.ErrorIs(t, err, llm.ErrTooLong)
	assert.ErrorContains(t, err, "65 tokens, the model takes 64")
	assert.ErrorContains(t, err, dir)
}

func TestContinuationsThatCannotBeScored(t *testing.T) {
	dir, _ := gpt(t)
	s := scorer(t, dir, nil)
	_, err := s.LogLikelihood(t.Context(), "a", []string{"b", ""})
	require.ErrorIs(t, err, llm.ErrInvalid)
	got, err := s.LogLikelihood(t.Context(), "a", nil)
	require.NoError(t, err)
	assert.Empty(t, got.Values)
}

func TestAStartTokenInATextIsText(t *testing.T) {
	dir, _ := gpt(t)
	s := scorer(t, dir, nil)
	in, _, err := s.input("<|endoftext|>", "x")
	require.NoError(t, err)
	id, _ := s.n.tokens.ID("<|endoftext|>")
	assert.NotContains(t, in.IDs, id)
}

func TestLogitsBoundTheBatch(t *testing.T) {
	s := &Scorer{n: &network{batch: 8, limit: 1024, buckets: buckets(1024)}, words: 50257}
	for tokens, want := range map[int]int{0: 8, 16: 8, 100: 8, 300: 2, 1024: 1} {
		assert.Equal(t, want, s.batch(tokens), "%d tokens", tokens)
		if tokens > 0 {
			assert.LessOrEqual(t, 4*want*s.n.bucket(tokens)*s.words, 256<<20, "%d tokens", tokens)
		}
	}
}
