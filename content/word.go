package content

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clmkit/clmkit/internal/text"
)

// word is a run of letters or of digits in a text, by byte offsets. Its fold is what it is compared by.
type word struct {
	start, end int
	fold       string
}

// words cuts a text into its words. Letters and digits are parted, so that "250ml" is two words; so are the parts of
// "dishwasher-safe" and "it's".
func words(s string) []word {
	var out []word
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		class := classOf(r)
		if class == 0 {
			i += size
			continue
		}
		start := i
		for i < len(s) {
			r, size = utf8.DecodeRuneInString(s[i:])
			if classOf(r) != class && !unicode.Is(unicode.Mn, r) {
				break
			}
			i += size
		}
		out = append(out, word{start, i, fold(s[start:i])})
	}
	return out
}

// classOf is 1 for letters, 2 for digits and 0 for all else.
func classOf(r rune) int {
	switch {
	case unicode.IsLetter(r):
		return 1
	case unicode.IsDigit(r):
		return 2
	}
	return 0
}

// fold brings words that look alike to one form: lower case, without accents. Letters of other alphabets stay, and are no
// part of what may leave.
func fold(s string) string { return text.Plain(text.Lower(s)) }

// stem takes endings off a folded word, so that "mugs" is "mug" and "rote" is "rot".
func stem(s string, l *language) string {
	switch s {
	case "grey":
		return "gray"
	case "colour", "colours":
		return "color"
	case "aluminium":
		return "aluminum"
	}
	if l.capitals {
		return englishStem(s)
	}
	for _, ending := range []string{"en", "em", "er", "es", "e", "n", "s"} {
		if rest, ok := strings.CutSuffix(s, ending); ok && len(rest) >= 3 {
			return rest
		}
	}
	return s
}

func englishStem(s string) string {
	for _, ending := range []string{"sses", "ches", "shes", "xes"} {
		if strings.HasSuffix(s, ending) {
			return s[:len(s)-2]
		}
	}
	if len(s) > 3 && strings.HasSuffix(s, "s") && !strings.HasSuffix(s, "ss") && !strings.HasSuffix(s, "us") {
		return s[:len(s)-1]
	}
	return s
}

// sentence is a stretch of a text by byte offsets and by the words in it.
type sentence struct{ start, end, first, last int }

// sentences cuts a text at ends of lines and after . ! ? that white space follows. A point after a single letter or
// before the name of a month ends none, so that "z. B." and "24. Dezember" stay whole.
func sentences(text string, ws []word) []sentence {
	var out []sentence
	start, first := 0, 0
	for i := range len(text) {
		if !ends(text, i) && i+1 < len(text) {
			continue
		}
		last := first
		for last < len(ws) && ws[last].end <= i+1 {
			last++
		}
		if last > first {
			out = append(out, sentence{start, i + 1, first, last})
		}
		start, first = i+1, last
	}
	return out
}

// ends reports whether the byte at i ends a sentence.
func ends(text string, i int) bool {
	switch text[i] {
	case '\n':
		return true
	case '!', '?':
		return i+1 == len(text) || text[i+1] == ' ' || text[i+1] == '\n'
	case '.':
		if i+1 < len(text) && text[i+1] != ' ' && text[i+1] != '\n' {
			return false
		}
		digit := i > 0 && text[i-1] >= '0' && text[i-1] <= '9'
		letter := i > 0 && classOf(rune(text[i-1])) == 1 && (i == 1 || text[i-2] == ' ' || text[i-2] == '.')
		return !(digit && monthFollows(text[i+1:])) && !letter
	}
	return false
}

// monthFollows reports whether what follows a number and a point is the rest of a date: the name of a month.
func monthFollows(rest string) bool {
	for _, l := range languages {
		ws := words(rest[:min(len(rest), 16)])
		if len(ws) > 0 && l.months[ws[0].fold] > 0 {
			return true
		}
	}
	return false
}

// matches reports whether the words from i on are those of a phrase, and how many they are.
func matches(ws []word, i int, phrase string) (int, bool) {
	n := 0
	for p := range strings.FieldsSeq(phrase) {
		if i+n >= len(ws) || ws[i+n].fold != p {
			return 0, false
		}
		n++
	}
	return n, true
}
