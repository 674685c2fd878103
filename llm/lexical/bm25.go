package lexical

import (
	"iter"
	"math"
	"slices"

	"github.com/clmkit/clmkit/internal/text"
)

// fields is the number of fields of a document: title and text.
const fields = 2

// grams3to5 yields the character 3-, 4- and 5-grams of a word without its accents. A typing error leaves most of them
// intact, and an ending that a stemmer does not know leaves the first ones.
func grams3to5(word string) iter.Seq[string] {
	return text.Grams(text.Plain(word), 3, 5)
}

// gramsOf yields the n-grams of all the words.
func gramsOf(words []string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, w := range words {
			for gram := range grams3to5(w) {
				if !yield(gram) {
					return
				}
			}
		}
	}
}

// postings say for each term which documents hold it and what it adds to their score.
type postings struct {
	terms  map[string]int
	lists  [][]posting // by term, in order of document
	rarity []float64   // by term
	absent float64     // the rarity of a term that no document holds
}

type posting struct {
	document int32
	weight   float32
}

// builder counts the terms of one document after the other.
type builder struct {
	terms     map[string]int
	counts    map[int][fields]float64 // of the document in hand
	entries   [][]entry               // by term
	documents int
	lengths   [][fields]float64 // by document, in terms
	total     [fields]float64
}

type entry struct {
	document int32
	counts   [fields]float32
}

func newBuilder() *builder {
	return &builder{terms: map[string]int{}, counts: map[int][fields]float64{}, lengths: [][fields]float64{{}}}
}

func (b *builder) count(field int, term string) {
	id, ok := b.terms[term]
	if !ok {
		id = len(b.terms)
		b.terms[term] = id
		b.entries = append(b.entries, nil)
	}
	counts := b.counts[id]
	counts[field]++
	b.counts[id] = counts
	b.lengths[b.documents][field]++
}

func (b *builder) endDocument() {
	for id, counts := range b.counts {
		e := entry{document: int32(b.documents)}
		for f, n := range counts {
			e.counts[f] = float32(n)
			b.total[f] += n
		}
		b.entries[id] = append(b.entries[id], e)
	}
	clear(b.counts)
	b.documents++
	b.lengths = append(b.lengths, [fields]float64{})
}

// weigh turns counts into weights by BM25F (Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and
// Beyond, 2009, section 3.6): with the count of term t in field f of document d divided by 1 - b + b·length/average and
// multiplied by the field's boost, and these summed to tf, the weight is idf·tf/(k1 + tf). With one field this is their
// equation 3.15. The idf is ln(1 + (N - n + 0.5)/(n + 0.5)) for n of N documents, where the 1 keeps it above zero for
// terms in more than half of the documents.
func (b *builder) weigh(o IndexOptions) *postings {
	p := &postings{terms: b.terms, lists: make([][]posting, len(b.entries)), rarity: make([]float64, len(b.entries))}
	p.absent = idf(0, b.documents)
	boosts := [fields]float64{o.TitleBoost, 1}
	for id, entries := range b.entries {
		p.rarity[id] = idf(len(entries), b.documents)
		p.lists[id] = make([]posting, len(entries))
		for i, e := range entries {
			var tf float64
			for f, n := range e.counts {
				if n > 0 {
					relative := b.lengths[e.document][f] * float64(b.documents) / b.total[f]
					tf += boosts[f] * float64(n) / (1 - *o.B + *o.B*relative)
				}
			}
			p.lists[id][i] = posting{e.document, float32(p.rarity[id] * tf / (o.K1 + tf))}
		}
		b.entries[id] = nil // both forms of a large index need not fit into memory at once
	}
	return p
}

func idf(n, documents int) float64 {
	return math.Log(1 + (float64(documents-n)+0.5)/(float64(n)+0.5))
}

// add adds to each document's sum the weights of the query's terms, divided by the most that any document could reach:
// what results is the share of the query that the document answers, in [0, 1). Each list is read once, however often
// the query repeats its term.
func (p *postings) add(sums []float64, query iter.Seq[string]) {
	var known []int // in order of first occurrence, so that sums are the same in every run
	counts := map[int]float64{}
	var most float64
	for term := range query {
		id, ok := p.terms[term]
		if !ok {
			most += p.absent
			continue
		}
		if counts[id] == 0 {
			known = append(known, id)
		}
		counts[id]++
		most += p.rarity[id]
	}
	for _, id := range known {
		scale := counts[id] / most
		for _, e := range p.lists[id] {
			sums[e.document] += float64(scale * float64(e.weight))
		}
	}
}

func (p *postings) holds(term string, document int) bool {
	id, ok := p.terms[term]
	if !ok {
		return false
	}
	_, found := slices.BinarySearchFunc(p.lists[id], int32(document), func(e posting, d int32) int {
		return int(e.document) - int(d)
	})
	return found
}
