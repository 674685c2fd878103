package lexical_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm/lexical"
)

// shortTexts returns texts of 5 to 15 words out of 8,000 invented ones, whose frequencies fall like those of a language.
func shortTexts(n int) []string {
	random := rand.New(rand.NewPCG(9, 9))
	syllables := strings.Fields("ba ce di fo gu ha ke li mo nu pa re si to vu wa ze lin mar ton")
	words := make([]string, 8000)
	for i := range words {
		for range 2 + random.IntN(3) {
			words[i] += syllables[random.IntN(len(syllables))]
		}
	}
	zipf := rand.NewZipf(random, 1.1, 10, uint64(len(words)-1))
	texts := make([]string, n)
	for i := range texts {
		line := make([]string, 5+random.IntN(11))
		for j := range line {
			line[j] = words[zipf.Uint64()]
		}
		texts[i] = strings.Join(line, " ")
	}
	return texts
}

func documentsOf(texts []string) []lexical.Document {
	documents := make([]lexical.Document, len(texts))
	for i, s := range texts {
		documents[i] = lexical.Document{ID: fmt.Sprintf("d%05d", i), Text: s}
	}
	return documents
}

// BenchmarkNewIndex reads 10,000 short texts.
func BenchmarkNewIndex(b *testing.B) {
	documents := documentsOf(shortTexts(10_000))
	b.ReportAllocs()
	for b.Loop() {
		_, err := lexical.NewIndex(documents, nil)
		require.NoError(b, err)
	}
}

// BenchmarkSearch asks for three words in 10,000 short texts.
func BenchmarkSearch(b *testing.B) {
	texts := shortTexts(10_000)
	x, err := lexical.NewIndex(documentsOf(texts), nil)
	require.NoError(b, err)
	query := strings.Join(strings.Fields(texts[77])[:3], " ")
	b.ReportAllocs()
	for b.Loop() {
		if len(x.Search(query, 10)) != 10 {
			b.Fatal("too few hits")
		}
	}
}

// BenchmarkFit fits 128 dimensions to 10,000 short texts.
func BenchmarkFit(b *testing.B) {
	texts := shortTexts(10_000)
	b.ReportAllocs()
	for b.Loop() {
		fit(b, texts, nil)
	}
}

// BenchmarkEmbed embeds one short text.
func BenchmarkEmbed(b *testing.B) {
	texts := shortTexts(2_000)
	e := fit(b, texts, nil)
	b.ReportAllocs()
	for b.Loop() {
		embed(b, e, texts[1])
	}
}
