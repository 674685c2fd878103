package feature

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/text"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// A near item is one with its similarity, in (0, 1].
type near struct {
	item       int32
	similarity float32
}

const (
	mostAlike  = 50   // items that an item's list has at most
	leastAlike = 0.3  // cosine from which on texts are similar
	mostCommon = 2000 // items with a word above which it tells nothing apart
)

// alikeTexts is the key under which a vocabulary shares what alikeOf returns.
type alikeTexts struct{}

// alikeOf compares the words of the items' titles, brands and categories:
// cosine of term frequencies times inverse document frequencies (Salton and
// Buckley 1988). It costs, for each item and word, the items with that word, at
// most mostCommon.
func alikeOf(ctx context.Context, v *interaction.Vocabulary) (*interaction.Runs[near], error) {
	items, postings := weighted(v)
	lists := make([][]near, len(items))
	err := interaction.InBlocks(ctx, len(items), func(from, to int) {
		sums := make([]float32, len(items))
		var named []int32
		for i := from; i < to; i++ {
			named = named[:0]
			for _, t := range items[i] {
				for _, p := range postings[t.word] {
					if sums[p.item] == 0 {
						named = append(named, p.item)
					}
					sums[p.item] += t.weight * p.similarity
				}
			}
			lists[i] = nearest(int32(i), named, sums)
		}
	})
	runs := interaction.RunsOf(lists)
	return &runs, err
}

// nearest returns the items with the largest sums and clears these.
func nearest(item int32, named []int32, sums []float32) []near {
	var list []near
	for _, other := range named {
		if s := sums[other]; other != item && s >= leastAlike {
			list = append(list, near{other, min(1, s)})
		}
		sums[other] = 0
	}
	slices.SortFunc(list, func(a, b near) int {
		return cmp.Or(cmp.Compare(b.similarity, a.similarity), cmp.Compare(a.item, b.item))
	})
	return slices.Clone(list[:min(len(list), mostAlike)])
}

// A term is a word of an item with its weight.
type term struct {
	word   int32
	weight float32
}

// weighted returns the terms of each item, of unit length, and for each word
// the items that have it.
func weighted(v *interaction.Vocabulary) (items [][]term, postings [][]near) {
	index := map[string]int32{}
	items = make([][]term, len(v.Items))
	var having []int
	for i, item := range v.Catalogue {
		if item == nil {
			continue
		}
		for _, word := range wordsOf(item) {
			n, ok := index[word]
			if !ok {
				n = int32(len(having))
				index[word] = n
				having = append(having, 0)
			}
			having[n]++
			items[i] = append(items[i], term{word: n})
		}
	}
	postings = make([][]near, len(having))
	for i, terms := range items {
		norm := 0.0
		for t := range terms {
			idf := math.Log(float64(1+len(items))/float64(1+having[terms[t].word])) + 1
			terms[t].weight = float32(idf)
			norm += idf * idf
		}
		for t := range terms {
			terms[t].weight /= float32(math.Sqrt(norm))
			if word := terms[t].word; having[word] <= mostCommon {
				postings[word] = append(postings[word], near{int32(i), terms[t].weight})
			}
		}
	}
	return items, postings
}

// wordsOf returns the words of an item, each once, sorted.
func wordsOf(item *clm.Item) []string {
	var words []string
	for _, s := range append([]string{item.Title, item.Brand}, item.Categories...) {
		for t := range text.Tokens(s) {
			words = append(words, strings.ToLower(t.Word))
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}
