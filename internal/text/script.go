package text

import (
	"cmp"
	"slices"
	"unicode"
)

// Script is a writing system by its ISO 15924 code.
type Script string

// The scripts told apart. Common holds digits, punctuation, symbols and marks; Other every further script.
const (
	Common     Script = "Zyyy"
	Latin      Script = "Latn"
	Greek      Script = "Grek"
	Cyrillic   Script = "Cyrl"
	Hebrew     Script = "Hebr"
	Arabic     Script = "Arab"
	Devanagari Script = "Deva"
	Tamil      Script = "Taml"
	Thai       Script = "Thai"
	Lao        Script = "Laoo"
	Khmer      Script = "Khmr"
	Burmese    Script = "Mymr"
	Han        Script = "Hani"
	Hiragana   Script = "Hira"
	Katakana   Script = "Kana"
	Hangul     Script = "Hang"
	Other      Script = "Zzzz"
)

// ScriptOf returns the script of a character.
func ScriptOf(c rune) Script {
	switch {
	case c < 0x80 && (c|0x20 < 'a' || c|0x20 > 'z'), !unicode.IsLetter(c):
		return Common
	case unicode.Is(unicode.Latin, c):
		return Latin
	case c < 0x0e00:
		return alphabet(c)
	}
	return asian(c)
}

// alphabet tells the scripts of the first blocks of Unicode apart.
func alphabet(c rune) Script {
	switch {
	case unicode.Is(unicode.Greek, c):
		return Greek
	case unicode.Is(unicode.Cyrillic, c):
		return Cyrillic
	case unicode.Is(unicode.Hebrew, c):
		return Hebrew
	case unicode.Is(unicode.Arabic, c):
		return Arabic
	case unicode.Is(unicode.Devanagari, c):
		return Devanagari
	case unicode.Is(unicode.Tamil, c):
		return Tamil
	}
	return Other
}

func asian(c rune) Script {
	switch {
	case unicode.Is(unicode.Han, c):
		return Han
	case unicode.Is(unicode.Hiragana, c):
		return Hiragana
	case unicode.Is(unicode.Katakana, c):
		return Katakana
	case unicode.Is(unicode.Hangul, c):
		return Hangul
	case unicode.Is(unicode.Thai, c):
		return Thai
	case unicode.Is(unicode.Lao, c):
		return Lao
	case unicode.Is(unicode.Khmer, c):
		return Khmer
	case unicode.Is(unicode.Myanmar, c):
		return Burmese
	}
	return alphabet(c) // extensions of the alphabets, such as polytonic Greek
}

// isUnspaced reports whether Tokens makes pairs of characters of this script.
func isUnspaced(c rune) bool {
	if c < 0x0e00 {
		return false
	}
	switch ScriptOf(c) {
	case Han, Hiragana, Katakana, Hangul, Thai, Lao, Khmer, Burmese:
		return true
	}
	return false
}

// ScriptShare says how much of a text is written in a script.
type ScriptShare struct {
	Script Script
	Share  float64 // Share of the text's letters, in (0, 1].
}

// Scripts returns the scripts of the letters of s, the most frequent first and equals in order of code. The shares sum
// to 1; a text without letters has none.
func Scripts(s string) []ScriptShare {
	counts := map[Script]int{}
	letters := 0
	for _, c := range s {
		if script := ScriptOf(c); script != Common {
			counts[script]++
			letters++
		}
	}
	shares := make([]ScriptShare, 0, len(counts))
	for script, n := range counts {
		shares = append(shares, ScriptShare{script, float64(n) / float64(letters)})
	}
	slices.SortFunc(shares, func(a, b ScriptShare) int {
		return cmp.Or(cmp.Compare(b.Share, a.Share), cmp.Compare(a.Script, b.Script))
	})
	return shares
}
