package support

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/clmkit/clmkit/internal/text"
	"github.com/clmkit/clmkit/llm/lexical"
)

// ErrDocument is wrapped by the error about a document without an id, or with one that occurs twice.
var ErrDocument = errors.New("support: document")

// KnowledgeOptions are the settings of a [Knowledge].
type KnowledgeOptions struct {
	// Language of the documents and questions, a BCP 47 tag: it chooses stems and stop words. Default: "en".
	Language string
}

// Knowledge is what the shop's documents say, cut into passages that can be found. It is immutable and safe for
// concurrent use.
type Knowledge struct {
	language  text.Language
	documents map[string]Document
	passages  []Passage
	words     []map[string]bool // stems of each passage, its heading and its document's title
	frequency map[string]int    // in how many passages a stem is
	index     *lexical.Index
}

// NewKnowledge reads documents. It fails with [ErrDocument]. A knowledge without documents answers nothing.
func NewKnowledge(documents []Document, o *KnowledgeOptions) (*Knowledge, error) {
	k := &Knowledge{language: text.English, documents: map[string]Document{}, frequency: map[string]int{}}
	if o != nil && o.Language != "" {
		k.language = text.Language(o.Language)
	}
	var entries []lexical.Document
	for i, d := range documents {
		if _, twice := k.documents[d.ID]; d.ID == "" || twice {
			return nil, fmt.Errorf("%w %d (%q): id is empty or occurs twice", ErrDocument, i, d.ID)
		}
		k.documents[d.ID] = d
		for _, p := range passages(d) {
			entries = append(entries, lexical.Document{ID: strconv.Itoa(len(k.passages)), Title: d.Title + "\n" + p.Heading, Text: p.Text})
			k.add(p, d.Title)
		}
	}
	index, err := lexical.NewIndex(entries, &lexical.IndexOptions{Language: string(k.language)})
	if err != nil {
		return nil, fmt.Errorf("support: %w", err)
	}
	k.index = index
	return k, nil
}

func (k *Knowledge) add(p Passage, title string) {
	stems := k.stems(title + "\n" + p.Heading + "\n" + p.Text)
	set := make(map[string]bool, len(stems))
	for _, s := range stems {
		if !set[s] {
			set[s] = true
			k.frequency[s]++
		}
	}
	k.passages = append(k.passages, p)
	k.words = append(k.words, set)
}

// stems returns the stems of the words of s that carry meaning, in their order.
func (k *Knowledge) stems(s string) []string {
	var out []string
	for token := range text.Tokens(s) {
		if !k.language.IsStopWord(token.Word) && !asking(token.Word) {
			out = append(out, k.language.Stem(token.Word))
		}
	}
	return out
}

// asking reports whether a word only shows that something is asked: it says nothing of what.
func asking(word string) bool {
	switch word {
	case "please", "tell", "know", "help", "hello", "hi", "hey", "thanks", "thank", "want", "need", "like", "get", "there", "way", "until", "within", "since", "many", "much", "question", "let", "i'm", "i'd", "i've", "what's", "can't", "don't", "doesn't", "it's",
		"bitte", "hallo", "danke", "mochte", "möchte", "will", "frage", "sagen":
		return true
	}
	return false
}

// weight is the inverse document frequency of a stem, above 0: log((N + 1) / (n + 0.5)). A stem that no passage has
// weighs most: a question about something else is not covered.
func (k *Knowledge) weight(stem string) float64 {
	return math.Log(float64(len(k.passages)+1) / (float64(k.frequency[stem]) + 0.5))
}

// A Hit is a passage that was found for a question.
type Hit struct {
	Passage
	// Score is that of the search; it orders passages for one question.
	Score float64
	// Coverage is the share of the question's words that the passage, its heading or its document's title has, each
	// weighed by how rare it is in the documents, in [0, 1].
	Coverage float64
	// about is the share of the document's title that the question has, weighed like Coverage: of two accounts with the
	// same page, the one that is asked about.
	about  float64
	number int
}

// searched is how many passages of the search are looked at.
const searched = 20

// Search returns the k passages that speak most of what is asked, by coverage, then by how much of
// the document's title is asked about, then by score and place. Passages without
// a word of the question are left out. The cost is that of one search of the index.
func (k *Knowledge) Search(question string, n int) []Hit {
	asked := k.stems(question)
	have := map[string]bool{}
	for _, s := range asked {
		have[s] = true
	}
	var hits []Hit
	for _, h := range k.index.Search(question, searched) {
		i, err := strconv.Atoi(h.ID)
		if err != nil { // the ids are numbers that NewKnowledge gave
			continue
		}
		hit := Hit{Passage: k.passages[i], Score: h.Score, Coverage: k.coverage(asked, k.words[i]), number: i}
		hit.about = k.coverage(k.stems(k.documents[hit.Document].Title), have)
		if hit.Coverage > 0 {
			hits = append(hits, hit)
		}
	}
	slices.SortStableFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(b.Coverage, a.Coverage), cmp.Compare(b.about, a.about), cmp.Compare(b.Score, a.Score), cmp.Compare(a.number, b.number))
	})
	return hits[:max(0, min(n, len(hits)))]
}

// coverage is the weight of the stems that are in a set, as a share of the weight of all; 0 without stems.
func (k *Knowledge) coverage(asked []string, in map[string]bool) float64 {
	have, all := 0.0, 0.0
	for i, s := range asked {
		if slices.Contains(asked[:i], s) {
			continue
		}
		all += k.weight(s)
		if in[s] {
			have += k.weight(s)
		}
	}
	if all == 0 {
		return 0
	}
	return have / all
}
