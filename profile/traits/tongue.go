package traits

import (
	"slices"
	"unicode/utf8"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/text"
)

// A language is told by at least leastGrammar words of grammar, with leadGrammar times as many as the next language has
// alone with no other. Our judgement: below, short texts of neighbours such as Spanish and Portuguese are mistaken.
const (
	leastGrammar = 3
	leadGrammar  = 1.3
)

// language tells the language of what the customer says: by script where one alone uses it, else by words of grammar.
// The evidence is the sentence with the most of them.
func (r *reader) language() {
	if r.search || len(r.clauses) == 0 {
		return
	}
	if tag := r.script(); tag != "" {
		r.tongue(tag, r.firstOwn())
		return
	}
	var count [len(tongueTags)]int
	for i := range r.words {
		if r.words[i].voice == own {
			r.words[i].in.count(&count)
		}
	}
	best := slices.Index(count[:], slices.Max(count[:]))
	for t, n := range count {
		if t != best && float64(n)*leadGrammar > float64(count[best]) {
			return
		}
	}
	if count[best] >= leastGrammar {
		r.tongue(tongueTags[best], r.telling(1<<best))
	}
}

// grammar counts the customer's words of grammar in a range that a language has.
func (r *reader) grammar(lo, hi int, in tongues) int {
	n := 0
	for i := lo; i < hi; i++ {
		if r.words[i].voice == own && r.words[i].in&in != 0 {
			n++
		}
	}
	return n
}

// telling is the sentence of the customer with the most words of grammar.
func (r *reader) telling(in tongues) int {
	best, most := -1, 0
	for i, s := range r.sentences {
		if n := r.grammar(s.lo, s.hi, in); n > most {
			best, most = i, n
		}
	}
	return best
}

func (r *reader) firstOwn() int {
	for i, s := range r.sentences {
		if r.words[s.lo].voice == own {
			return i
		}
	}
	return -1
}

// tongue adds a language, with the customer's words of a sentence as evidence.
func (r *reader) tongue(tag string, sentence int) {
	if sentence < 0 {
		return
	}
	s := r.sentences[sentence]
	lo := s.lo
	for lo < s.hi && r.words[lo].voice != own {
		lo++
	}
	hi := lo
	for hi < s.hi && r.words[hi].voice == own && r.words[hi].End-r.words[lo].Start <= maxQuote {
		hi++
	}
	if hi > lo {
		r.collector.quote(r.field, r.text, r.words[lo].Start, r.words[hi-1].End, clm.Language, tag, stated)
	}
}

// script returns the language of a script that one language alone is usually written in, where most letters of the
// customer's words are of it, and else "". Cyrillic, Arabic, Devanagari and Han without kana have several.
func (r *reader) script() string {
	letters, kana, tags := 0, 0, map[string]int{}
	for i := range r.words {
		w := &r.words[i]
		if w.voice != own {
			continue
		}
		if w.plain[0] < utf8.RuneSelf {
			letters += len(w.plain)
			continue
		}
		for _, c := range w.plain {
			s := text.ScriptOf(c)
			if s == text.Hiragana || s == text.Katakana {
				kana++
			}
			if tag := aloneIn(s); tag != "" {
				tags[tag]++
			}
			letters++
		}
	}
	if kana > 0 && 5*kana >= letters {
		return "ja"
	}
	for _, tag := range []string{"el", "he", "ko", "ta", "th", "lo", "km", "my"} {
		if 2*tags[tag] > letters {
			return tag
		}
	}
	return ""
}

func aloneIn(s text.Script) string {
	switch s {
	case text.Greek:
		return "el"
	case text.Hebrew:
		return "he"
	case text.Hangul:
		return "ko"
	case text.Tamil:
		return "ta"
	case text.Thai:
		return "th"
	case text.Lao:
		return "lo"
	case text.Khmer:
		return "km"
	case text.Burmese:
		return "my"
	}
	return ""
}
