package lexical

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/clmkit/clmkit/internal/text"
)

// ErrNoWords is what Fit returns for texts without a single word, from which nothing can be learnt.
var ErrNoWords = errors.New("the texts hold no words")

// FitOptions adjust Fit. The zero value of each field is its default.
type FitOptions struct {
	// Language is the BCP 47 tag of the texts, which chooses stemmer and stop words. Default: English.
	Language string

	// Dimensions is the number of directions of meaning to keep, at least 1; 64 to 256 suit most collections. The rank
	// of the texts is the upper limit. Default: 128.
	Dimensions int

	// Seed starts the random numbers of the factorisation. Zero is a seed like any other.
	Seed uint64
}

// Fit learns an Embedder from texts: latent semantic analysis (Deerwester et al., Indexing by Latent Semantic Analysis,
// 1990) of their words' stems without stop words, weighted by TF-IDF as (1 + ln tf)·(1 + ln((1+N)/(1+n))) in rows of
// unit length, by a randomised singular value decomposition. ErrNoWords and ErrOption are the errors. The same texts and
// options give the same bits on the same processor architecture. The cost is O((N+V)·d²) for N texts, V different
// stems and d dimensions.
func Fit(texts []string, options *FitOptions) (*Embedder, error) {
	var o FitOptions
	if options != nil {
		o = *options
	}
	if o.Dimensions < 0 {
		return nil, fmt.Errorf("lexical: Dimensions = %d: %w", o.Dimensions, ErrOption)
	}
	e := &Embedder{language: text.Language(o.Language), terms: map[string]int{}}
	counts := make([]map[string]int, len(texts))
	for i, s := range texts {
		counts[i] = e.count(s)
	}
	e.weigh(counts)
	if len(e.terms) == 0 {
		return nil, fmt.Errorf("lexical: fit: %w", ErrNoWords)
	}
	a := sparse{columns: len(e.terms)}
	for _, c := range counts {
		a.rows = append(a.rows, e.row(c))
	}
	random := rand.New(rand.NewPCG(o.Seed, 0x6c7361)) // the second word only sets this use of the seed apart
	vectors, err := rightSingularVectors(a, cmp.Or(o.Dimensions, 128), random)
	if err != nil {
		return nil, fmt.Errorf("lexical: fit: %w", err)
	}
	e.keep(vectors)
	e.model = e.fingerprint()
	return e, nil
}

// count returns how often each stem occurs in a text. Stop words are left out, also from a text that has nothing else.
func (e *Embedder) count(s string) map[string]int {
	counts := map[string]int{}
	for token := range text.Tokens(s) {
		if !e.language.IsStopWord(token.Word) {
			counts[e.language.Stem(token.Word)]++
		}
	}
	return counts
}

// weigh numbers the stems in alphabetical order and sets their inverse document frequencies.
func (e *Embedder) weigh(counts []map[string]int) {
	documents := map[string]int{}
	for _, c := range counts {
		for term := range c {
			documents[term]++
		}
	}
	sorted := make([]string, 0, len(documents))
	for term := range documents {
		sorted = append(sorted, term)
	}
	slices.Sort(sorted)
	for i, term := range sorted {
		e.terms[term] = i
		e.idf = append(e.idf, 1+math.Log(float64(1+len(counts))/float64(1+documents[term])))
	}
}

// row returns the TF-IDF weights of a text's known stems, scaled to length 1, in order of column.
func (e *Embedder) row(counts map[string]int) []element {
	row := make([]element, 0, len(counts))
	for term, n := range counts {
		if column, ok := e.terms[term]; ok {
			row = append(row, element{column, (1 + math.Log(float64(n))) * e.idf[column]})
		}
	}
	slices.SortFunc(row, func(a, b element) int { return cmp.Compare(a.column, b.column) })
	var square float64
	for _, x := range row {
		square += float64(x.value * x.value)
	}
	for i := range row {
		row[i].value /= math.Sqrt(square)
	}
	return row
}

// fingerprint hashes all that decides what Embed returns.
func (e *Embedder) fingerprint() string {
	hash := sha256.New()
	fmt.Fprintf(hash, "lsa 1 %s %d\n", e.language, e.dimensions)
	terms := make([]string, len(e.terms))
	for term, i := range e.terms {
		terms[i] = term
	}
	for i, term := range terms {
		fmt.Fprintf(hash, "%q", term)
		hash.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(e.idf[i])))
	}
	for _, v := range e.directions {
		hash.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(v)))
	}
	return fmt.Sprintf("lsa-%x", hash.Sum(nil)[:8])
}
