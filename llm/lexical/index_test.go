package lexical_test

import (
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm/lexical"
)

func newIndex(t *testing.T, options *lexical.IndexOptions, documents ...lexical.Document) *lexical.Index {
	t.Helper()
	x, err := lexical.NewIndex(documents, options)
	require.NoError(t, err)
	return x
}

func ids(hits []lexical.Hit) []string {
	found := []string{}
	for _, h := range hits {
		found = append(found, h.ID)
	}
	return found
}

// TestScoreIsTheEquation works out equation 3.15 of Robertson and Zaragoza by hand for three documents of 3, 1 and 2
// words, average 2, and a query of two words of which the second occurs nowhere.
func TestScoreIsTheEquation(t *testing.T) {
	x := newIndex(t, &lexical.IndexOptions{GramShare: new(0.0)},
		lexical.Document{ID: "a", Text: "mug mug plate"}, lexical.Document{ID: "b", Text: "mug"},
		lexical.Document{ID: "c", Text: "plate fork"})
	weight := func(tf, length float64) float64 {
		tf /= 1 - 0.75 + 0.75*length/2
		return math.Log(1+1.5/2.5) * tf / (1.2 + tf)
	}
	most := math.Log(1+1.5/2.5) + math.Log(1+3.5/0.5)
	hits := x.Search("mug zebra", 10)
	require.Equal(t, []string{"b", "a"}, ids(hits))
	assert.InDelta(t, weight(1, 1)/most, hits[0].Score, 1e-6)
	assert.InDelta(t, weight(2, 3)/most, hits[1].Score, 1e-6)
	assert.Zero(t, hits[0].Grams)
}

func TestScoreIsTheBlendOfItsParts(t *testing.T) {
	x := newIndex(t, &lexical.IndexOptions{GramShare: new(0.3)}, shop...)
	for _, h := range x.Search("blue cotton shirts for boys", 99) {
		assert.InDelta(t, 0.7*h.Words+0.3*h.Grams, h.Score, 1e-12)
		assert.True(t, h.Score > 0 && h.Score < 1, h.Score)
		assert.Equal(t, h.Words > 0, len(h.Matched) > 0)
	}
}

func TestSearch(t *testing.T) {
	x := newIndex(t, nil,
		lexical.Document{ID: "returns", Title: "Returns", Text: "Send back any item within 30 days for a refund."},
		lexical.Document{ID: "delivery", Title: "Delivery", Text: "Orders leave the warehouse next day."},
		lexical.Document{ID: "退货", Text: "您可以在三十天内退货。"},
		lexical.Document{ID: "empty"})
	tests := []struct {
		name, query string
		k           int
		want        []string
	}{
		{"inflected words", "returning an ordered item", 1, []string{"returns"}},
		{"a typing error", "delivrey", 1, []string{"delivery"}},
		{"pairs of Chinese characters", "怎么退货", 5, []string{"退货"}},
		{"nothing in common", "xyzzy", 5, []string{}},
		{"no word", " ?! ", 5, []string{}},
		{"broken bytes", "\xff\xfe", 5, []string{}},
		{"only stop words, one of which occurs", "the", 1, []string{"delivery"}},
		{"k of zero", "refund", 0, []string{}},
		{"a negative k", "refund", -3, []string{}},
		{"k above the number of documents", "refund", math.MaxInt, []string{"returns"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { assert.Equal(t, test.want, ids(x.Search(test.query, test.k))) })
	}
	hits := x.Search("Refunds for an Item, refunds?", 1)
	assert.Equal(t, []string{"refunds", "item"}, hits[0].Matched, "in the query's order, each once, without stop words")
	assert.Empty(t, x.Search("delivrey", 1)[0].Matched)
}

func TestTitleCountsMore(t *testing.T) {
	documents := []lexical.Document{{ID: "a", Title: "plates", Text: "mugs"}, {ID: "b", Title: "mugs", Text: "plates"}}
	assert.Equal(t, []string{"b", "a"}, ids(newIndex(t, nil, documents...).Search("mugs", 2)))
	even := &lexical.IndexOptions{TitleBoost: 1}
	assert.Equal(t, []string{"a", "b"}, ids(newIndex(t, even, documents...).Search("mugs", 2)))
	low := &lexical.IndexOptions{TitleBoost: 0.5}
	assert.Equal(t, []string{"a", "b"}, ids(newIndex(t, low, documents...).Search("mugs", 2)))
}

func TestTheLanguageChoosesTheStemmer(t *testing.T) {
	houses := lexical.Document{ID: "a", Text: "Häuser am See"}
	german := newIndex(t, &lexical.IndexOptions{Language: "de", GramShare: new(0.0)}, houses)
	assert.Len(t, german.Search("das Haus", 1), 1)
	assert.Empty(t, newIndex(t, &lexical.IndexOptions{GramShare: new(0.0)}, houses).Search("das Haus", 1))
}

func TestTiesAreOrderedByID(t *testing.T) {
	var documents []lexical.Document
	var want []string
	for i := range 50 {
		documents = append(documents, lexical.Document{ID: fmt.Sprintf("d%02d", (i*7)%50), Text: "a blue mug"})
		want = append(want, fmt.Sprintf("d%02d", i))
	}
	x := newIndex(t, nil, documents...)
	for _, k := range []int{1, 2, 7, 50} {
		assert.Equal(t, want[:k], ids(x.Search("blue mugs", k)))
	}
}

func TestFewerHitsAreAPrefixOfMore(t *testing.T) {
	x := newIndex(t, nil, shop...)
	all := x.Search("warm winter jacket for the rain", len(shop))
	for k := range all {
		assert.Equal(t, all[:k+1], x.Search("warm winter jacket for the rain", k+1))
	}
}

func TestTheOrderOfDocumentsDoesNotMatter(t *testing.T) {
	reversed := make([]lexical.Document, len(shop))
	for i, d := range shop {
		reversed[len(shop)-1-i] = d
	}
	const query = "cotton shirt, blue"
	assert.Equal(t, newIndex(t, nil, shop...).Search(query, 9), newIndex(t, nil, reversed...).Search(query, 9))
}

func TestNewIndexRefuses(t *testing.T) {
	nan := math.NaN()
	for _, o := range []lexical.IndexOptions{{K1: -1}, {K1: nan}, {TitleBoost: -1}, {TitleBoost: nan}, {B: new(-0.1)},
		{B: new(1.1)}, {B: &nan}, {GramShare: new(-0.1)}, {GramShare: new(1.5)}, {GramShare: &nan}} {
		_, err := lexical.NewIndex(nil, &o)
		assert.ErrorIs(t, err, lexical.ErrOption)
	}
	_, err := lexical.NewIndex([]lexical.Document{{ID: "a"}, {ID: ""}}, nil)
	assert.ErrorIs(t, err, lexical.ErrID)
	_, err = lexical.NewIndex([]lexical.Document{{ID: "a"}, {ID: "b"}, {ID: "a"}}, nil)
	assert.EqualError(t, err, `lexical: document 2 ("a"): id is empty or repeated`)
}

func TestAnEmptyIndexFindsNothing(t *testing.T) {
	assert.Empty(t, newIndex(t, nil).Search("mug", 5))
	assert.Empty(t, newIndex(t, nil, lexical.Document{ID: "a"}).Search("mug", 5))
}

func TestSearchesRunBesideEachOther(t *testing.T) {
	x := newIndex(t, nil, shop...)
	want := x.Search("cotton shirt", 5)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { assert.Equal(t, want, x.Search("cotton shirt", 5)) })
	}
	wg.Wait()
}

func FuzzSearch(f *testing.F) {
	x, err := lexical.NewIndex(shop, nil)
	require.NoError(f, err)
	for _, q := range []string{"", "blue shirt", "sihrt", "\xff", "退货", strings.Repeat("a", 500)} {
		f.Add(q, 3)
	}
	f.Fuzz(func(t *testing.T, query string, k int) {
		hits := x.Search(query, k)
		if len(hits) > max(0, k) || len(hits) > len(shop) {
			t.Fatalf("%d hits for k = %d", len(hits), k)
		}
		for i, h := range hits {
			if !(h.Score > 0 && h.Score < 1) || i > 0 && h.Score > hits[i-1].Score {
				t.Fatalf("score %v at place %d", h.Score, i)
			}
		}
	})
}
