package traits

import (
	"cmp"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/text"
)

//go:embed phrases.txt
var phrasesFile string

// class is what a phrase does: a section of phrases.txt, or a term of the catalogue.
type class uint8

const (
	negate class = iota
	exempt
	like
	want
	hate
	allergic
	without
	definite
	aside
	service
	imagined
	third
	before // "for": somebody follows
	kin
	told
	instruct
	speaker
	signature
	size
	fits
	misfit
	thrift
	price
	occasion
	life
	channel
	age
	years
	household
	gender
	stuff
	but
	stop
	interest // not of the file: a label of the taxonomy
	brand    // not of the file
	numClasses
)

var classNames = [...]string{
	negate: "negate", exempt: "exempt", like: "like", want: "want", hate: "hate", allergic: "allergic", without: "without",
	definite: "definite", aside: "aside", service: "service", imagined: "imagined", third: "third", before: "for", kin: "kin", told: "told",
	instruct: "instruct", speaker: "speaker", signature: "signature", size: "size", fits: "fits", misfit: "misfit",
	thrift: "thrift", price: "price", occasion: "occasion", life: "life", channel: "channel", age: "age", years: "years",
	household: "household", gender: "gender", stuff: "stuff", but: "but", stop: "stop",
}

// tongues is a set of the languages that phrases are in, one bit for each.
type tongues uint8

// tongueTags are the languages of phrases.txt by bit.
var tongueTags = [...]string{"en", "de", "fr", "es", "it", "nl", "pt"}

const everyTongue tongues = 1<<len(tongueTags) - 1

func tongueOf(tag string) (tongues, bool) {
	i := slices.Index(tongueTags[:], tag)
	if i < 0 {
		return 0, false
	}
	return 1 << i, true
}

// gapWord stands for up to maxGap words of a phrase.
const (
	gapWord = "_"
	maxGap  = 2
)

// A phrase is a row of words that does something.
type phrase struct {
	words []string
	class class
	value string
	in    tongues
	gap   bool // one of the words is gapWord
}

// phrases are the phrases by their first word, the longest first.
type phrases map[string][]*phrase

// loadPhrases reads the phrases of a file and the words of grammar apart, with the languages that have them.
func loadPhrases(file string) (phrases, map[string]tongues, error) {
	index, grammar := phrases{}, map[string]tongues{}
	kind, value := numClasses, ""
	for n, line := range strings.Split(file, "\n") {
		line = strings.TrimSpace(line)
		var err error
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			kind, value, err = parseClass(line)
		case kind == stop:
			err = parseLine(line, func(words []string, in tongues) { grammar[words[0]] |= in })
		default:
			err = parseLine(line, func(words []string, in tongues) { index.add(&phrase{words: words, class: kind, value: value, in: in}) })
		}
		if err != nil {
			return nil, nil, fmt.Errorf("traits: phrases, line %d: %w", n+1, err)
		}
	}
	return index, grammar, nil
}

func parseClass(line string) (class, string, error) {
	name, ok := strings.CutSuffix(line[1:], "]")
	name, value, _ := strings.Cut(name, " ")
	i := slices.Index(classNames[:], name)
	if !ok || i < 0 {
		return 0, "", fmt.Errorf("unknown class %q", line)
	}
	return class(i), value, nil
}

func parseLine(line string, take func(words []string, in tongues)) error {
	tag, list, _ := strings.Cut(line, ":")
	in, ok := tongueOf(tag)
	if !ok {
		return fmt.Errorf("unknown language %q", tag)
	}
	for _, entry := range strings.Split(list, ",") {
		words := phraseWords(entry)
		if len(words) == 0 || words[0] == gapWord || words[len(words)-1] == gapWord {
			return fmt.Errorf("empty phrase or gap at an end: %q", entry)
		}
		take(words, in)
	}
	return nil
}

// phraseWords cuts an entry as a text is cut, but for gaps and elisions that stand alone.
func phraseWords(entry string) []string {
	var words []string
	for _, piece := range strings.Fields(entry) {
		if piece == gapWord || strings.HasSuffix(piece, "'") {
			words = append(words, text.Plain(text.Lower(piece)))
			continue
		}
		for _, w := range cut(piece) {
			words = append(words, w.plain)
		}
	}
	return words
}

// add files a phrase. The same words of a class and value in two languages are one phrase.
func (x phrases) add(p *phrase) {
	p.gap = slices.Contains(p.words, gapWord)
	list := x[p.words[0]]
	for _, old := range list {
		if old.class == p.class && old.value == p.value && slices.Equal(old.words, p.words) {
			old.in |= p.in
			return
		}
	}
	i, _ := slices.BinarySearchFunc(list, p, func(a, b *phrase) int { return -cmp.Compare(len(a.words), len(b.words)) })
	x[p.words[0]] = slices.Insert(list, i, p)
}

// matches returns where a phrase that begins at word i ends, exclusive, or 0.
func (p *phrase) matches(words []word, i int) int {
	if !p.gap {
		return matchesAll(p.words, words, i)
	}
	return matchGaps(p.words, words, i)
}

func matchesAll(want []string, words []word, i int) int {
	if i+len(want) > len(words) {
		return 0
	}
	for n, w := range want {
		if words[i+n].plain != w {
			return 0
		}
	}
	return i + len(want)
}

func matchGaps(want []string, words []word, i int) int {
	for n, w := range want {
		if w != gapWord {
			if i >= len(words) || words[i].plain != w {
				return 0
			}
			i++
			continue
		}
		for skip := range maxGap + 1 {
			if end := matchGaps(want[n+1:], words, i+skip); end > 0 {
				return end
			}
		}
		return 0
	}
	return i
}

// values are the values that the phrases give to the names of traits that have a list of them, sorted.
func (x phrases) values() map[string][]string {
	values := map[string][]string{clm.AgeBand: ageBands}
	for _, list := range x {
		for _, p := range list {
			switch p.class {
			case kin:
				values[clm.Occasion] = append(values[clm.Occasion], "gift for "+p.value)
			case occasion, life, channel, price, household, gender:
				name := traitNames[p.class]
				values[name] = append(values[name], p.value)
			}
		}
	}
	for name := range values {
		if name != clm.AgeBand {
			slices.Sort(values[name])
			values[name] = slices.Compact(values[name])
		}
	}
	return values
}

var traitNames = map[class]string{
	occasion: clm.Occasion, life: clm.LifeEvent, channel: clm.PrefersChannel, price: clm.PriceSensitivity,
	age: clm.AgeBand, household: clm.Household, gender: clm.Gender,
}
