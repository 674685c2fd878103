package recommend

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clmkit/clmkit/internal/text"
)

// A Fault is why words that a model wrote are not used.
type Fault string

// The faults.
const (
	FaultModel     Fault = "model"     // the model failed
	FaultMissing   Fault = "missing"   // the model wrote nothing for this one
	FaultRepeated  Fault = "repeated"  // another carousel has that title
	FaultForm      Fault = "form"      // empty, too long, of several lines, with markup or what cannot be seen
	FaultLanguage  Fault = "language"  // of another script or language
	FaultLink      Fault = "link"      // an address
	FaultPrice     Fault = "price"     // an amount of money or a share
	FaultNumber    Fault = "number"    // a number that is not there, or one is missing or elsewhere
	FaultClaim     Fault = "claim"     // a promise, praise, haste, or something about the customer
	FaultUnrelated Fault = "unrelated" // no word in common with the theme or its items, or one of a label that none of them has
	FaultName      Fault = "name"      // the item is not named, once, as the catalogue writes it
	FaultWord      Fault = "word"      // a word that the reason does not support
)

// A flaw is a fault and the part of the words that has it.
type flaw struct {
	fault  Fault
	detail string
}

// markup are characters that a host's page or a reader could take for more than
// words.
const markup = "<>{}[]`|\\*_^~=#"

// formFlaw looks at what can be said of any words: that they are one line that
// can be seen, and hold no address.
func formFlaw(s string, most int) *flaw {
	if !utf8.ValidString(s) || strings.TrimSpace(s) == "" {
		return &flaw{FaultForm, "no text"}
	}
	if utf8.RuneCountInString(s) > most {
		return &flaw{FaultForm, "too long"}
	}
	for _, c := range s {
		if strings.ContainsRune(markup, c) || !unicode.IsPrint(c) || unicode.In(c, unicode.So, unicode.Sk, unicode.Lm) || disguised(c) {
			return &flaw{FaultForm, string(c)}
		}
		if unicode.Is(unicode.Sc, c) || strings.ContainsRune("%‰٪％", c) {
			return &flaw{FaultPrice, string(c)}
		}
	}
	return linkFlaw(s)
}

// disguised reports whether a character is a Latin letter of the blocks that hold
// small capitals, full width and other shapes of the usual ones.
func disguised(c rune) bool {
	return c > 0x24f && (c < 0x1e00 || c > 0x1eff) && unicode.Is(unicode.Latin, c)
}

// linkFlaw looks for an address: a dot or a colon with no space behind it, an @.
func linkFlaw(s string) *flaw {
	for field := range strings.FieldsSeq(s) {
		inner := strings.Trim(field, ".:,;!?…\"'()“”„«»’")
		if strings.ContainsAny(inner, "@/．。․") || linked(inner) {
			return &flaw{FaultLink, field}
		}
	}
	return nil
}

// linked reports whether a letter stands right behind a dot or a colon.
func linked(s string) bool {
	dotted := false
	for _, c := range s {
		if dotted && unicode.IsLetter(c) {
			return true
		}
		dotted = c == '.' || c == ':'
	}
	return false
}

// A piece is a word or a number of a text, in lower case.
type piece struct {
	word   string
	number bool
	name   bool // stands for the item's name
}

// pieces cuts a text into words and numbers. Apostrophes and hyphens part words,
// and signs between digits part no numbers: 2026-03-01 is one.
func pieces(s string) []piece {
	var all []piece
	runes := []rune(text.Lower(s))
	for i := 0; i < len(runes); {
		from := i
		switch {
		case unicode.IsNumber(runes[i]):
			for i < len(runes) && (unicode.IsNumber(runes[i]) || i+1 < len(runes) && strings.ContainsRune(".,:/-", runes[i]) && unicode.IsNumber(runes[i+1])) {
				i++
			}
			all = append(all, piece{word: string(runes[from:i]), number: true})
		case unicode.IsLetter(runes[i]):
			for i < len(runes) && (unicode.IsLetter(runes[i]) || unicode.IsMark(runes[i])) {
				i++
			}
			all = append(all, piece{word: string(runes[from:i])})
		default:
			i++
		}
	}
	return all
}

// wordsOf returns the words of texts as a set: as they are, without accents, and
// their stems.
func wordsOf(language text.Language, texts ...string) map[string]bool {
	set := map[string]bool{}
	for _, s := range texts {
		for _, p := range pieces(s) {
			set[p.word], set[text.Plain(p.word)], set[language.Stem(p.word)] = true, true, true
		}
	}
	return set
}

// among reports whether a set of words has a word in one of its forms.
func among(set map[string]bool, language text.Language, word string) bool {
	return set[word] || set[text.Plain(word)] || set[language.Stem(word)]
}

// languageFlaw reports that words are in a script that none of the known texts
// has, or have more of another language's grammar than of their own.
func languageFlaw(language text.Language, s string, known map[string]bool, texts ...string) *flaw {
	scripts := map[text.Script]bool{}
	for _, share := range text.Scripts(strings.Join(texts, " ")) {
		scripts[share.Script] = true
	}
	for _, share := range text.Scripts(s) {
		if !scripts[share.Script] {
			return &flaw{FaultLanguage, string(share.Script)}
		}
	}
	if _, ok := titleForms[string(language)]; !ok {
		return nil
	}
	counts := map[text.Language]int{}
	for _, p := range pieces(s) {
		for other := range titleForms {
			if !known[p.word] && text.Language(other).IsStopWord(p.word) {
				counts[text.Language(other)]++
			}
		}
	}
	for _, other := range []text.Language{"de", "en", "es", "fr"} {
		if counts[other] > counts[language] {
			return &flaw{FaultLanguage, string(other)}
		}
	}
	return nil
}
