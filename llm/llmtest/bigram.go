package llmtest

import (
	"context"
	"errors"
	"hash/fnv"
	"maps"
	"math"
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/clmkit/clmkit/llm"
)

// Bigram is a language model whose likelihoods can be worked out by hand: the likelihood of a token depends on the token
// before it alone, by counts in a text, with one added to each. It is an [llm.Scorer], and what a [Server] scores with. It
// is safe for concurrent use once it is set up.
//
// A token is at most four letters, or digits, or other signs, with the space before them, and any other white space is a
// token of one: "the parcel" is "the", " parc", "el". So tokens may reach from a prefix into its continuation.
//
// With n times the token a in the text, and V different tokens in it, b follows a with the probability
// (count(a b) + 1) / (n + V + 1). The last part is for tokens that are not in the text: 1 / (n + V + 1), times 1/257 for
// each byte of theirs and once for their end.
type Bigram struct {
	// Start puts a start token, "<s>", before each text, as the models of Llama's family do, so that the first token has a
	// likelihood too. Servers list it among the tokens. Default: none, as with GPT-2.
	Start bool
	// Fault is how the provider fails: each call, in each of its forms. Faults of chats alone are ErrUnavailable.
	// Default: it does not fail.
	Fault Fault

	vocabulary []string
	total      map[string]int            // how often a token is followed by one
	follows    map[string]map[string]int // and by which
	known      map[string]int            // the index in the vocabulary
}

var _ llm.Scorer = (*Bigram)(nil)

// start is the start token. It is no token of a text: those have at most four signs of one sort.
const start = "<s>"

// NewBigram counts the tokens of text. The first of them follows the start token.
func NewBigram(text string) *Bigram {
	b := &Bigram{total: map[string]int{}, follows: map[string]map[string]int{}, known: map[string]int{}}
	before := start
	for _, t := range tokens(text) {
		if b.follows[before] == nil {
			b.follows[before] = map[string]int{}
		}
		b.total[before]++
		b.follows[before][t]++
		b.known[t] = 0
		before = t
	}
	b.vocabulary = slices.Sorted(maps.Keys(b.known))
	for i, t := range b.vocabulary {
		b.known[t] = i
	}
	return b
}

// tokens cuts a text.
func tokens(text string) []string {
	const longest = 4
	var cut []string
	for text != "" {
		first, size := utf8.DecodeRuneInString(text)
		end := size
		if next, n := utf8.DecodeRuneInString(text[size:]); first == ' ' && n > 0 && !unicode.IsSpace(next) {
			first, end = next, size+n
		}
		for n := 1; n < longest && !unicode.IsSpace(first); n++ {
			next, size := utf8.DecodeRuneInString(text[end:])
			if size == 0 || sort(next) != sort(first) {
				break
			}
			end += size
		}
		cut, text = append(cut, text[:end]), text[end:]
	}
	return cut
}

// sort is what a rune is: a letter with its marks, a number, white space or another sign.
func sort(r rune) int {
	switch {
	case unicode.IsLetter(r) || unicode.IsMark(r):
		return 1
	case unicode.IsNumber(r):
		return 2
	case unicode.IsSpace(r):
		return 3
	}
	return 4
}

// scored is a token of a text that was scored.
type scored struct {
	text    string
	id      int
	logProb *float64 // nil for the first token, which nothing comes before
}

// score is the text's tokens, with the start token if there is one.
func (b *Bigram) score(text string) []scored {
	var list []scored
	before := ""
	if b.Start {
		before, list = start, []scored{{text: start, id: 1}}
	}
	for _, t := range tokens(text) {
		s := scored{text: t, id: b.id(t)}
		if before != "" {
			s.logProb = new(b.logProb(before, t))
		}
		list, before = append(list, s), t
	}
	return list
}

// id numbers the tokens; those that are not in the vocabulary by a hash.
func (b *Bigram) id(token string) int {
	if i, ok := b.known[token]; ok {
		return 3 + i
	}
	h := fnv.New32a()
	h.Write([]byte(token))
	return 1<<20 + int(h.Sum32())
}

// logProb is the log-likelihood of a token after another.
func (b *Bigram) logProb(before, token string) float64 {
	all := float64(b.total[before] + len(b.vocabulary) + 1)
	if _, ok := b.known[token]; ok {
		return math.Log(float64(b.follows[before][token]+1) / all)
	}
	return -math.Log(all) - float64(len(token)+1)*math.Log(257)
}

// next is the likeliest token after another one; the first in the alphabet of equals, and "" of an empty vocabulary.
func (b *Bigram) next(before string) string {
	best, most := "", -1
	for _, t := range b.vocabulary {
		if n := b.follows[before][t]; n > most {
			best, most = t, n
		}
	}
	return best
}

// LogLikelihood scores continuations as [llm.Scorer] has it. Usage counts the tokens of every text that is scored, prefix
// included.
func (b *Bigram) LogLikelihood(ctx context.Context, prefix string, continuations []string) (*llm.Likelihoods, error) {
	if err := ended(ctx, ""); err != nil {
		return nil, err
	}
	if b.Fault != "" {
		return nil, b.Fault.err("", llm.Usage{})
	}
	if slices.Contains(continuations, "") {
		return nil, &llm.Error{Kind: llm.ErrInvalid, Provider: "llmtest", Err: errors.New("empty continuation")}
	}
	l := &llm.Likelihoods{Model: "bigram"}
	for _, c := range continuations {
		list := b.score(prefix + c)
		l.Values = append(l.Values, sumAfter(list, len(prefix)))
		l.Usage.Input += len(list)
	}
	return l, nil
}

// sumAfter sums the tokens that end after the first n bytes of the text.
func sumAfter(list []scored, n int) llm.Likelihood {
	var l llm.Likelihood
	at := 0
	for _, s := range list {
		if s.text == start && s.id == 1 {
			continue
		}
		at += len(s.text)
		if at > n && s.logProb != nil {
			l.LogProb += *s.logProb
			l.Tokens++
		}
	}
	return l
}
