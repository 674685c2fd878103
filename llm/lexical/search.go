package lexical

import (
	"cmp"
	"slices"

	"github.com/clmkit/clmkit/internal/text"
)

// Hit is a document found.
type Hit struct {
	// ID of the document.
	ID string

	// Score is (1 - g)·Words + g·Grams with g = IndexOptions.GramShare, in (0, 1): the share of the query that the document
	// answers. It compares documents for one query; across queries it is a rough guide and no probability.
	Score float64

	// Words is the document's BM25 score over stems, divided by the sum of the query's idf, which no document reaches:
	// in [0, 1). A query word that no document holds takes part in the sum, so that a misspelt one leaves the
	// decision to the n-grams.
	Words float64

	// Grams is the same over character 3- to 5-grams, in [0, 1).
	Grams float64

	// Matched are the words of the query that the document holds by their stem, in the query's order, in lower case.
	// It is empty for a document that was found by n-grams alone.
	Matched []string
}

// Search returns the k documents that answer the query best: the highest score first, equal scores in order of id,
// only documents that share at least one stem or n-gram with it. Stop words count only in a query that has no other words.
// The query may be of any length and a repeated word counts as often as it stands there; a query without a word finds
// nothing, nor does k < 1.
//
// The cost grows with the number of documents that share n-grams with the query.
func (x *Index) Search(query string, k int) []Hit {
	words := queryWords(query, x.language)
	k = min(k, len(x.ids))
	if len(words) == 0 || k < 1 {
		return nil
	}
	stems := make([]string, len(words))
	for i, w := range words {
		stems[i] = x.language.Stem(w)
	}
	byWords, byGrams := make([]float64, len(x.ids)), make([]float64, len(x.ids))
	x.words.add(byWords, slices.Values(stems))
	if x.gramShare > 0 {
		x.grams.add(byGrams, gramsOf(words))
	}
	hits := x.best(byWords, byGrams, k)
	found := make([]Hit, len(hits))
	for i, h := range hits {
		found[i] = Hit{x.ids[h.document], h.score, byWords[h.document], byGrams[h.document], x.matched(words, stems, h.document)}
	}
	return found
}

// queryWords returns the words of a query without stop words, unless it has no others.
func queryWords(query string, language text.Language) []string {
	var all, kept []string
	for token := range text.Tokens(query) {
		all = append(all, token.Word)
		if !language.IsStopWord(token.Word) {
			kept = append(kept, token.Word)
		}
	}
	if len(kept) == 0 {
		return all
	}
	return kept
}

type hit struct {
	document int
	score    float64
}

// best returns the k documents with the highest scores above 0. It sorts whenever twice as many have gathered.
func (x *Index) best(byWords, byGrams []float64, k int) []hit {
	order := func(a, b hit) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(x.ids[a.document], x.ids[b.document]))
	}
	var hits []hit
	enough := 0.0
	for d := range x.ids {
		score := (1-x.gramShare)*byWords[d] + x.gramShare*byGrams[d]
		if score <= 0 || score < enough {
			continue
		}
		hits = append(hits, hit{d, score})
		if len(hits) >= 2*k {
			slices.SortFunc(hits, order)
			hits = hits[:k]
			enough = hits[k-1].score
		}
	}
	slices.SortFunc(hits, order)
	return hits[:min(k, len(hits))]
}

func (x *Index) matched(words, stems []string, document int) []string {
	var matched []string
	for i, w := range words {
		if x.words.holds(stems[i], document) && !slices.Contains(matched, w) {
			matched = append(matched, w)
		}
	}
	return matched
}
