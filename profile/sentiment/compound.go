package sentiment

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/clmkit/clmkit/internal/text"
)

// Compounds are names of two words, such as "battery life", that recur in texts.
// Make them with [NewCompounds]. They are immutable and safe for concurrent use.
type Compounds struct {
	lexicon *Lexicon
	pairs   map[[2]string]bool // of stems
}

// CompoundOptions are the settings of [NewCompounds].
type CompoundOptions struct {
	// MinTexts is in how many texts a compound has to be. Default: 3.
	MinTexts int
	// MinShare is in what share of the texts with one of its words, the rarer
	// one, a compound has to be, in (0, 1]. Default: 0.5. In the training part of
	// MAMS, where people marked what is judged, 140 of the 162 compounds that touch
	// a mark are in it as a whole; at 0.25 it is 201 of 273.
	MinShare float64
}

func (o *CompoundOptions) defaults() CompoundOptions {
	d := CompoundOptions{MinTexts: 3, MinShare: 0.5}
	if o != nil {
		d.MinTexts = cmp.Or(max(o.MinTexts, 0), d.MinTexts)
		d.MinShare = cmp.Or(max(o.MinShare, 0), d.MinShare)
	}
	return d
}

// apart is the language that is read.
const apart = "en"

// NewCompounds finds the compounds of documents: two neighbours that are neither
// grammar nor opinion, with no other such word at their sides, which stand
// together often for how often they are said at all, and neither of which is used
// as a verb. The order of the documents does not matter. Only English is read: of
// the other languages of the lexicon some write compounds as one word, and the
// others join them with a word of grammar. The cost is that of reading each
// sentence twice by the lexicon.
func NewCompounds(documents []Document, o *CompoundOptions) *Compounds {
	opts := o.defaults()
	c := &Compounds{lexicon: NewLexicon(), pairs: map[[2]string]bool{}}
	census := census{words: map[string]tally{}, pairs: map[[2]string]tally{}}
	for i := range documents {
		census.add(c.lexicon, &documents[i])
	}
	for pair, n := range census.pairs {
		a, b := census.words[pair[0]], census.words[pair[1]]
		if n.texts < opts.MinTexts || a.isVerb() || b.isVerb() || 2*n.bare < n.texts {
			continue
		}
		if float64(n.texts) >= opts.MinShare*float64(min(a.texts, b.texts)) {
			c.pairs[pair] = true
		}
	}
	return c
}

// A tally counts texts: those with a word or pair, and those in which it is the
// verb of a pronoun, or stands alone between other kinds of words.
type tally struct{ texts, verb, bare int }

// isVerb reports whether a word follows a pronoun or "to" in a fifth of its texts.
func (t tally) isVerb() bool { return 5*t.verb >= t.texts }

// A census counts words and pairs by text.
type census struct {
	words map[string]tally
	pairs map[[2]string]tally
}

// subjects are the words before a verb.
var subjects = []string{"i", "you", "he", "she", "it", "we", "they", "to", "who", "not", "didn", "doesn", "don", "never", "just", "also"}

func (c *census) add(l *Lexicon, d *Document) {
	if l.spoken(d.Language) != apart {
		return
	}
	words, pairs := map[string]tally{}, map[[2]string]tally{}
	for _, s := range d.Sentences {
		list := l.read(d.Text, s.Span, apart)
		for i := range list {
			if !isThing(&list[i], apart) {
				continue
			}
			t := words[stemOf(&list[i])]
			t.texts = 1
			if i > 0 && !list[i].breaks && slices.Contains(subjects, list[i-1].text) {
				t.verb = 1
			}
			words[stemOf(&list[i])] = t
			if pair, ok := pairAt(d.Text, list, i); ok {
				t := pairs[pair]
				t.texts = 1
				if bare(list, i) {
					t.bare = 1
				}
				pairs[pair] = t
			}
		}
	}
	merge(c.words, words)
	merge(c.pairs, pairs)
}

func merge[K comparable](all, more map[K]tally) {
	for k, n := range more {
		t := all[k]
		all[k] = tally{t.texts + n.texts, t.verb + n.verb, t.bare + n.bare}
	}
}

func stemOf(w *word) string { return text.Language(apart).Stem(w.text) }

// pairAt returns the stems of the i-th word and the next, if both name things and
// only a space or a hyphen is between them.
func pairAt(s string, words []word, i int) (pair [2]string, ok bool) {
	if i < 0 || i+1 >= len(words) || !isNamed(&words[i]) || !isNamed(&words[i+1]) {
		return pair, false
	}
	if gap := s[words[i].End:words[i+1].Start]; gap != " " && gap != "-" {
		return pair, false
	}
	return [2]string{stemOf(&words[i]), stemOf(&words[i+1])}, true
}

// isNamed reports whether a word can be part of a name: numbers are amounts.
func isNamed(w *word) bool {
	return isThing(w, apart) && !strings.ContainsFunc(w.text, unicode.IsDigit)
}

// bare reports whether the i-th word and the next have no other thing beside them.
func bare(words []word, i int) bool {
	before := i == 0 || words[i].breaks || !isThing(&words[i-1], apart)
	behind := i+2 >= len(words) || words[i+2].breaks || !isThing(&words[i+2], apart)
	return before && behind
}

// Widen makes targets of one word that are part of a compound the whole of it.
// Two opinions on one compound become one, the surer of the two. Targets of more
// words, and entities, stay as they are.
func (c *Compounds) Widen(d *Document) {
	if c.lexicon.spoken(d.Language) != apart {
		return
	}
	for k := range d.Sentences {
		s := &d.Sentences[k]
		if len(s.Opinions) == 0 {
			continue
		}
		words := c.lexicon.read(d.Text, s.Span, apart)
		opinions := make([]Opinion, 0, len(s.Opinions))
		for _, o := range s.Opinions {
			if o.Entity == nil {
				o.Target = c.around(d.Text, words, o.Target)
			}
			opinions = surer(opinions, o)
		}
		s.Opinions = opinions
	}
}

// around returns the compound that has a target as one of its words, or the
// target.
func (c *Compounds) around(s string, words []word, target Span) Span {
	for i := range words {
		if words[i].Span != target {
			continue
		}
		for _, first := range []int{i - 1, i} {
			if pair, ok := pairAt(s, words, first); ok && c.pairs[pair] {
				return Span{Start: words[first].Start, End: words[first+1].End}
			}
		}
	}
	return target
}

// surer adds an opinion, or lets it take the place of one on the same target of
// which the engine was less sure.
func surer(opinions []Opinion, o Opinion) []Opinion {
	for i := range opinions {
		if opinions[i].Target != o.Target {
			continue
		}
		if o.Confidences.of(o.Label) > opinions[i].Confidences.of(opinions[i].Label) {
			opinions[i] = o
		}
		return opinions
	}
	return append(opinions, o)
}

// of returns the probability of a label.
func (c Confidences) of(label Label) float64 {
	switch label {
	case Positive:
		return c.Positive
	case Negative:
		return c.Negative
	}
	return c.Neutral
}
