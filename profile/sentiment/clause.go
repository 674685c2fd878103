package sentiment

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clmkit/clmkit/internal/text"
)

// A word is a word or a sign of a sentence, as the lexicon reads it.
type word struct {
	text.Span
	text    string
	entry   entry
	sign    bool    // it is none of a language, and no word negates it
	breaks  bool    // a mark such as a comma stands before it
	value   float64 // after negation and degree, 0 without an opinion
	negated bool
}

// words reads a stretch of s. Offsets are those of s.
func (l *Lexicon) read(s string, span text.Span, language string) []word {
	v := l.words[language]
	var out []word
	last, breaks := span.Start, false
	add := func(w word) {
		w.breaks, breaks = breaks, false
		out = append(out, w)
	}
	between := func(end int) {
		for _, sign := range fields(s, text.Span{Start: last, End: end}) {
			if e := l.sign(sign.In(s)); e.role != plain {
				add(word{Span: sign, text: sign.In(s), entry: e, sign: true})
			} else {
				breaks = breaks || strings.ContainsAny(sign.In(s), ",;:.!?()–—-、，。")
			}
		}
	}
	for token := range text.Tokens(span.In(s)) {
		at := text.Span{Start: token.Start + span.Start, End: token.End + span.Start}
		if at.Start > last {
			between(at.Start)
		}
		add(word{Span: at, text: token.Word, entry: v.find(token.Word)})
		last = max(last, at.End)
	}
	between(span.End)
	weigh(out, language)
	return out
}

// sign finds a sign, of which only the first may be known: "😍😍!!".
func (l *Lexicon) sign(s string) entry {
	if e, ok := l.signs.whole[text.Lower(s)]; ok {
		return e
	}
	_, size := utf8.DecodeRuneInString(s)
	return l.signs.whole[s[:size]]
}

// fields returns the stretches between white space.
func fields(s string, span text.Span) (out []text.Span) {
	start := -1
	for i, c := range span.In(s) {
		switch {
		case unicode.IsSpace(c) && start >= 0:
			out = append(out, text.Span{Start: span.Start + start, End: span.Start + i})
			start = -1
		case !unicode.IsSpace(c) && start < 0:
			start = i
		}
	}
	if start >= 0 {
		out = append(out, text.Span{Start: span.Start + start, End: span.End})
	}
	return out
}

// How much words around an opinion change it. A negated word keeps part of its
// weight: "not excellent" is less bad than "awful" (Taboada et al. 2011, §2.3).
const (
	negationReach = 3
	turned        = -0.8
	intensified   = 1.5
	reduced       = 0.5
)

// weigh sets the value of each opinion.
func weigh(words []word, language string) {
	for i := range words {
		w := &words[i]
		if w.entry.role != opinion {
			continue
		}
		if w.value = w.entry.value; w.sign {
			continue
		}
		w.value *= degree(words, i)
		for k := i - 1; k >= 0 && i-k <= negationReach && !words[k+1].breaks && words[k].entry.role != contrast; k-- {
			if words[k].entry.role == negator {
				w.negated = true // French has two for one
			}
		}
		if w.negated = w.negated || language != "en" && negatedBehind(words, i); w.negated {
			w.value *= turned
		}
	}
}

// degree is that of the words next to the i-th: before it, and behind it where a
// language has them there, as "bagus sekali".
func degree(words []word, i int) float64 {
	d := 1.0
	for _, k := range []int{i - 1, i + 1} {
		if k < 0 || k >= len(words) || words[max(i, k)].breaks {
			continue
		}
		switch words[k].entry.role {
		case intensive:
			d = max(d, intensified)
		case reducing:
			d = reduced
		}
	}
	return d
}

// negatedBehind reports a negator that ends the clause of the i-th word, as in
// "gefällt mir nicht". One that has an opinion behind it belongs to that.
func negatedBehind(words []word, i int) bool {
	for k := i + 1; k < len(words) && k-i <= negationReach; k++ {
		if words[k].breaks || words[k].entry.role == contrast || words[k].entry.role == opinion {
			return false
		}
		if words[k].entry.role == negator {
			return k+1 == len(words) || words[k+1].breaks || words[k+1].entry.role == contrast
		}
	}
	return false
}

// Weights of what stands before and behind a contrast (Hutto and Gilbert 2014,
// VADER, heuristic 4).
const beforeContrast, behindContrast = 0.5, 1.5

// add sums up the opinions of words: good ones and bad ones, each at least 0.
func add(words []word) (good, bad float64) {
	last := -1
	for i, w := range words {
		if w.entry.role == contrast && i > 0 {
			last = i
		}
	}
	for i, w := range words {
		value := w.value
		if last >= 0 && i < last {
			value *= beforeContrast
		} else if last >= 0 {
			value *= behindContrast
		}
		good += math.Max(0, value)
		bad += math.Max(0, -value)
	}
	return good, bad
}

// silence is the weight of what has no opinion, in values of words: one mild
// word outweighs it.
const silence = 0.7

// confide makes confidences of sums.
func confide(good, bad float64) Confidences {
	all := good + bad + silence
	return Confidences{Positive: good / all, Neutral: silence / all, Negative: bad / all}
}
