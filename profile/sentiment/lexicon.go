package sentiment

import (
	"embed"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/clmkit/clmkit/internal/text"
)

// The words of each language, written for this package from general knowledge.
// A line is a head and its words; * ends a word that may go on.
//
//go:embed lexicon/*.txt
var lexiconFiles embed.FS

// languages are those of the lexicon; the first of equals is assumed.
var languages = []string{"en", "de", "fr", "es", "it", "nl", "pt", "id"}

// A Lexicon is the engine that needs nothing to learn from: some hundred words
// with a value in each of eight languages (English, German, French, Spanish,
// Italian, Dutch, Portuguese, Indonesian) and signs such as emoji, with rules
// for negation, degree and contrast. Make it with [NewLexicon]. It is immutable
// and safe for concurrent use.
type Lexicon struct {
	words map[string]vocabulary
	signs vocabulary
	known map[string]uint8 // by word, the languages that have it as a bit each
	print uint64           // of what the files hold
}

// NewLexicon reads the words, which takes about two milliseconds.
func NewLexicon() *Lexicon {
	l := &Lexicon{words: map[string]vocabulary{}, known: map[string]uint8{}}
	content := readLexicon("signs")
	l.print, l.signs = hashOf(wordSeed, content), newVocabulary(content)
	for k, tag := range languages {
		content = readLexicon(tag)
		l.print = hashOf(l.print, content)
		l.words[tag] = newVocabulary(content)
		for word := range l.words[tag].whole {
			l.known[word] |= 1 << k
		}
	}
	return l
}

// readLexicon returns a file. That it is there is a matter of the build.
func readLexicon(name string) string {
	content, _ := lexiconFiles.ReadFile("lexicon/" + name + ".txt")
	return string(content)
}

// A role is what a word does to the opinion of a clause.
type role int

const (
	plain     role = iota // nothing
	opinion               // it has a value
	negator               // "not" turns what follows
	intensive             // "very" raises it
	reducing              // "slightly" lowers it
	contrast              // "but" begins a clause that counts more
	grammar               // a stop word, by which a language is known
)

// An entry is a word of a lexicon. Its value is in [-3, 3], and 0 in all roles
// but opinion.
type entry struct {
	role  role
	value float64
}

// A vocabulary holds whole words, and beginnings of words.
type vocabulary struct {
	whole, beginnings map[string]entry
	longest           int // of the beginnings, in bytes
}

func heads() map[string]role {
	return map[string]role{"not": negator, "very": intensive, "less": reducing, "but": contrast, "stop": grammar}
}

// newVocabulary reads the lines of a file. A word under several heads has the
// first, so that "leider" is bad news before it is a contrast.
func newVocabulary(content string) vocabulary {
	v := vocabulary{whole: map[string]entry{}, beginnings: map[string]entry{}}
	for line := range strings.Lines(content) {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		e := entry{role: heads()[fields[0]]}
		if value, err := strconv.ParseFloat(fields[0], 64); err == nil {
			e = entry{opinion, value}
		}
		for _, word := range fields[1:] {
			v.add(word, e)
		}
	}
	for word := range v.beginnings {
		v.longest = max(v.longest, len(word))
	}
	return v
}

func (v vocabulary) add(word string, e entry) {
	into := v.whole
	if beginning, ok := strings.CutSuffix(word, "*"); ok {
		word, into = beginning, v.beginnings
	}
	if word = text.Lower(word); into[word].role == plain {
		into[word] = e
	}
}

// shortestBeginning is how many bytes a word needs to be looked up by its
// beginning.
const shortestBeginning = 3

// find returns the entry of a word as text.Lower gives it: the whole word, then
// its longest beginning, then the same with three or more equal letters in a row
// made one, as in "sooooo".
func (v vocabulary) find(word string) entry {
	if e, ok := v.whole[word]; ok {
		return e
	}
	for end := min(len(word), v.longest); end >= shortestBeginning; end-- {
		if e, ok := v.beginnings[word[:end]]; ok {
			return e
		}
	}
	if isStretched(word) {
		return v.find(unstretch(word))
	}
	return entry{}
}

// isStretched reports three equal bytes in a row, which no word of the lexicon
// has.
func isStretched(word string) bool {
	for i := 2; i < len(word); i++ {
		if word[i] == word[i-1] && word[i] == word[i-2] {
			return true
		}
	}
	return false
}

// unstretch makes three or more equal letters in a row one.
func unstretch(word string) string {
	var b strings.Builder
	for i := 0; i < len(word); {
		c, size := utf8.DecodeRuneInString(word[i:])
		end := i
		for strings.HasPrefix(word[end:], word[i:i+size]) {
			end += size
		}
		n := (end - i) / size
		if n > 2 {
			n = 1
		}
		for range n {
			b.WriteRune(c)
		}
		i = end
	}
	return b.String()
}
