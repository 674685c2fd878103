package sentiment

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/clmkit/clmkit/internal/numeric"
	"github.com/clmkit/clmkit/internal/text"
)

// A feature is the hash of something that a text holds: a word or a pair of
// neighbours when its first bit is 0, a character n-gram when it is 1. Two among
// a hundred thousand share the other 63 bits once in a billion times; they keep
// the customers' words out of the stored model.
type feature uint64

const gramBit = 1 << 63

func (f feature) isGram() bool { return f&gramBit != 0 }

// Seeds of the hashes, so that a word, a pair and an n-gram of the same
// characters differ.
const (
	wordSeed = 14695981039346656037 // FNV-1a
	pairSeed = 0x9e3779b97f4a7c15   // 2⁶⁴ over the golden ratio
	gramSeed = 0xc2b2ae3d27d4eb4f   // a prime of xxHash
	prime    = 1099511628211        // FNV-1a
)

func hashOf(seed uint64, s string) uint64 {
	for i := range len(s) {
		seed = (seed ^ uint64(s[i])) * prime
	}
	return seed
}

// mix spreads a hash over its bits: the finaliser of MurmurHash3.
func mix(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// grams are the lengths of character n-grams in use; 0, 0 is none.
type grams struct{ shortest, longest int }

// A reader turns texts into features and keeps its memory between texts. It is
// for one goroutine.
type reader struct {
	grams    grams
	features []feature
	bag      bagged
	row      numeric.Sparse
}

// read returns the features of texts, until the next call.
func (r *reader) read(texts []string) bagged {
	r.features = r.features[:0]
	for _, s := range texts {
		last, before := 0, hashOf(wordSeed, "^")
		for token := range text.Tokens(s) {
			if token.Start > last {
				before = r.signs(s[last:token.Start], before)
			}
			last = max(last, token.End)
			before = r.word(token.Word, before)
		}
		r.signs(s[last:], before)
	}
	r.count()
	return r.bag
}

// count counts the features.
func (r *reader) count() {
	slices.Sort(r.features)
	r.bag = r.bag[:0]
	for i, f := range r.features {
		if i > 0 && f == r.features[i-1] {
			r.bag[len(r.bag)-1].count++
			continue
		}
		r.bag = append(r.bag, counted{f, 1})
	}
}

// word adds a word, its pair with the one before it, and its n-grams.
func (r *reader) word(word string, before uint64) uint64 {
	h := r.single(word, before)
	if r.grams.longest > 0 {
		r.ngrams(word)
	}
	return h
}

func (r *reader) single(word string, before uint64) uint64 {
	h := hashOf(wordSeed, word)
	r.features = append(r.features, feature(mix(h)&^gramBit), feature(mix(before*pairSeed+h)&^gramBit))
	return h
}

// ngrams adds the n-grams of text.Grams, without making strings of them.
func (r *reader) ngrams(word string) {
	space := hashOf(gramSeed, " ")
	for start := -1; start < len(word); {
		h, n, i := uint64(gramSeed), 0, start
		if start < 0 {
			h, n, i = space, 1, 0
		}
		for n < r.grams.longest && i <= len(word) {
			size := 1
			if i == len(word) {
				h = (h ^ ' ') * prime
			} else {
				_, size = utf8.DecodeRuneInString(word[i:])
				h = hashOf(h, word[i:i+size])
			}
			i, n = i+size, n+1
			if n >= r.grams.shortest {
				r.features = append(r.features, feature(mix(h)|gramBit))
			}
		}
		if start < 0 {
			start = 0
			continue
		}
		_, size := utf8.DecodeRuneInString(word[start:])
		start += size
	}
}

// longestSign bounds what counts as one sign, in bytes: an emoji with its
// modifiers fits, and a line of dashes is cut.
const longestSign = 16

// signs adds what stands between two words: marks such as "!!", ":)" and emoji,
// a run of them between white space as one word.
func (r *reader) signs(gap string, before uint64) uint64 {
	start := -1
	for i, c := range gap {
		if !unicode.IsSpace(c) {
			if start < 0 {
				start = i
			}
			continue
		}
		before = r.sign(gap, start, i, before)
		start = -1
	}
	return r.sign(gap, start, len(gap), before)
}

func (r *reader) sign(gap string, start, end int, before uint64) uint64 {
	if start < 0 || start == end {
		return before
	}
	return r.single(gap[start:min(end, start+longestSign)], before)
}

// bagged is a text as its different features, ascending, with their counts.
type bagged []counted

type counted struct {
	feature feature
	count   int32
}
