package llmtest

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTokens(t *testing.T) {
	for text, want := range map[string][]string{
		"":                   nil,
		"the parcel":         {"the", " parc", "el"},
		"  two  ":            {" ", " two", " ", " "},
		"a1.?!\n\tb":         {"a", "1", ".?!", "\n", "\t", "b"},
		"東京の緑茶です":            {"東京の緑", "茶です"},
		"e\u0301e":           {"e\u0301e"},
		" \u00a0x 12345":     {" ", "\u00a0", "x", " 1234", "5"},
		"<s> is no start 🎁🎁": {"<", "s", ">", " is", " no", " star", "t", " 🎁🎁"},
	} {
		assert.Equal(t, want, tokens(text), "%q", text)
	}
}

func FuzzTokens(f *testing.F) {
	f.Add("the parcel <s> 東京\n\n 🎁")
	f.Add(" \xff\xfe a")
	f.Fuzz(func(t *testing.T, text string) {
		list := tokens(text)
		assert.Equal(t, text, strings.Join(list, ""))
		assert.NotContains(t, list, "")
		assert.NotContains(t, list, start)
	})
}

// TestProbabilitiesSumToOne adds up what may follow a token: the vocabulary, and what all other texts have together.
func TestProbabilitiesSumToOne(t *testing.T) {
	b := NewBigram("the parcel left on monday. the parcel is late.")
	for _, before := range []string{start, "the", " parc", " left", "never seen"} {
		sum := 0.0
		for _, token := range b.vocabulary {
			sum += math.Exp(b.logProb(before, token))
		}
		all := float64(b.total[before] + len(b.vocabulary) + 1)
		assert.InDelta(t, 1, sum+1/all, 1e-12, before)
		// Each byte of a token that is not in the vocabulary, and its end, is one of 257.
		assert.InDelta(t, 1/all/257/257, math.Exp(b.logProb(before, "z")), 1e-12)
	}
}

// TestLikelihoodsAddUp splits a text where tokens end: the parts have the likelihood of the whole.
func TestLikelihoodsAddUp(t *testing.T) {
	for _, first := range []bool{false, true} {
		b := NewBigram("the parcel left on monday. the parcel is late.")
		b.Start = first
		whole, err := b.LogLikelihood(t.Context(), "", []string{"the parcel left", "the", " left"})
		require.NoError(t, err)
		rest, err := b.LogLikelihood(t.Context(), "the", []string{" parcel left"})
		require.NoError(t, err)
		assert.InDelta(t, whole.Values[0].LogProb, whole.Values[1].LogProb+rest.Values[0].LogProb, 1e-12)
		assert.Equal(t, whole.Values[0].Tokens, whole.Values[1].Tokens+rest.Values[0].Tokens)
	}
}
