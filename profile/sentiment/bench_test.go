package sentiment

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// reviews makes n reviews of about so many words from a vocabulary with the
// frequencies of a natural language (Zipf's law), each of one of the labels,
// whose words are a little more frequent in it.
func reviews(n, words int, labels ...string) []Example {
	rng := rand.New(rand.NewPCG(1, uint64(n)))
	zipf := rand.NewZipf(rng, 1.1, 5, 20_000)
	examples := make([]Example, n)
	for i := range examples {
		k := rng.IntN(len(labels))
		var b strings.Builder
		for range words/2 + rng.IntN(words) {
			w := zipf.Uint64()
			if rng.IntN(4) == 0 {
				w = w/uint64(len(labels))*uint64(len(labels)) + uint64(k)
			}
			fmt.Fprintf(&b, "%s ", strings.ToLower(fmt.Sprintf("w%x%c", w*2654435761%1048573, 'a'+w%26)))
		}
		examples[i] = Example{[]string{b.String()}, labels[k]}
	}
	return examples
}

func BenchmarkLearn(b *testing.B) {
	examples := reviews(10_000, 60, Negative, Positive)
	for b.Loop() {
		_, err := Learn(b.Context(), examples, nil)
		require.NoError(b, err)
	}
}

func BenchmarkClassify(b *testing.B) {
	for _, features := range []Features{Words, WordsAndGrams} {
		b.Run([]string{"", "words", "words and n-grams"}[features], func(b *testing.B) {
			examples := reviews(3_000, 12, Negative, Positive)
			l, err := Learn(b.Context(), examples, &LearnOptions{Features: features})
			require.NoError(b, err)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				l.Classify(examples[i%len(examples)].Texts...)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "texts/s")
		})
	}
}

func BenchmarkLexicon(b *testing.B) {
	l := NewLexicon()
	texts := []Text{{Body: "Love this dress, it's so pretty! But the zip broke after a week."}}
	b.ReportAllocs()
	for b.Loop() {
		_, err := l.Analyze(b.Context(), texts)
		require.NoError(b, err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "texts/s")
}
