package lexical

import (
	"errors"
	"fmt"

	"github.com/clmkit/clmkit/internal/text"
)

// What NewIndex and Fit refuse.
var (
	ErrID     = errors.New("id is empty or repeated")
	ErrOption = errors.New("option out of range")
)

// Document is a text to be found.
type Document struct {
	ID    string // ID is what a Hit names: not empty, and no other document has it.
	Title string // Title counts more than Text, by IndexOptions.TitleBoost. It may be empty.
	Text  string // Text is the body. It may be empty.
}

// IndexOptions adjust an Index. The zero value of each field is its default.
type IndexOptions struct {
	// Language is the BCP 47 tag of documents and queries, which chooses stemmer and stop words. Default: English.
	Language string

	// K1 says how slowly a word's repetition in a document stops to count, above 0. Default: 1.2, as is usual for BM25.
	K1 float64

	// B says how much a long document is held back, from 0 (not at all) to 1 (in proportion). Default: 0.75.
	B *float64

	// TitleBoost is how often a word of the title counts, above 0. Default: 2.
	TitleBoost float64

	// GramShare is the share of character n-grams in the score, from 0 (words alone, which is the control for what the
	// n-grams contribute) to 1 (n-grams alone). Default: 0.5.
	GramShare *float64
}

// Index finds documents by BM25. It does not change once made and is safe for concurrent use.
type Index struct {
	language  text.Language
	gramShare float64
	ids       []string
	words     *postings
	grams     *postings
}

// NewIndex reads the documents and keeps their ids, not their texts. ErrID and ErrOption name what is wrong. Without
// documents the index finds nothing. The n-grams take most of the memory: 8 bytes for each different n-gram of each
// document.
func NewIndex(documents []Document, options *IndexOptions) (*Index, error) {
	o, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	x := &Index{language: text.Language(o.Language), gramShare: *o.GramShare}
	words, grams := newBuilder(), newBuilder()
	seen := make(map[string]bool, len(documents))
	for i, d := range documents {
		if d.ID == "" || seen[d.ID] {
			return nil, fmt.Errorf("lexical: document %d (%q): %w", i, d.ID, ErrID)
		}
		seen[d.ID] = true
		x.ids = append(x.ids, d.ID)
		for field, s := range [fields]string{d.Title, d.Text} {
			for token := range text.Tokens(s) {
				words.count(field, x.language.Stem(token.Word))
				if x.gramShare == 0 {
					continue
				}
				for gram := range grams3to5(token.Word) {
					grams.count(field, gram)
				}
			}
		}
		words.endDocument()
		grams.endDocument()
	}
	x.words, x.grams = words.weigh(o), grams.weigh(o)
	return x, nil
}

func (o *IndexOptions) withDefaults() (IndexOptions, error) {
	full := IndexOptions{}
	if o != nil {
		full = *o
	}
	full.K1 = orDefault(full.K1, 1.2)
	full.TitleBoost = orDefault(full.TitleBoost, 2)
	if full.B == nil {
		full.B = new(0.75)
	}
	if full.GramShare == nil {
		full.GramShare = new(0.5)
	}
	switch { // each comparison is false for NaN
	case !(full.K1 > 0):
		return full, fmt.Errorf("lexical: K1 = %v: %w", full.K1, ErrOption)
	case !(full.TitleBoost > 0):
		return full, fmt.Errorf("lexical: TitleBoost = %v: %w", full.TitleBoost, ErrOption)
	case !(*full.B >= 0 && *full.B <= 1):
		return full, fmt.Errorf("lexical: B = %v: %w", *full.B, ErrOption)
	case !(*full.GramShare >= 0 && *full.GramShare <= 1):
		return full, fmt.Errorf("lexical: GramShare = %v: %w", *full.GramShare, ErrOption)
	}
	return full, nil
}

func orDefault(x, d float64) float64 {
	if x == 0 {
		return d
	}
	return x
}
