package sentiment

import (
	"strings"

	"github.com/clmkit/clmkit/internal/text"
)

// A Language is what a text is written in.
type Language struct {
	// Tag is a BCP 47 tag such as "de" or "pt-BR"; "und" is unknown.
	Tag string
	// By is how it is known.
	By Clue
}

// A Clue says how a language is known.
type Clue string

// The clues, the surest first.
const (
	ByScript Clue = "script" // it is the only one common in its script
	ByWords  Clue = "words"  // its stop words and those of the lexicon are most frequent
	ByLocale Clue = "locale" // the host said so, and the text does not contradict
	Unknown  Clue = "unknown"
)

// scripts are those from which a language follows, for a text of a shop.
var scripts = map[text.Script]string{
	text.Greek: "el", text.Hebrew: "he", text.Thai: "th", text.Lao: "lo", text.Khmer: "km", text.Burmese: "my",
	text.Tamil: "ta", text.Hangul: "ko", text.Hiragana: "ja", text.Katakana: "ja", text.Han: "zh",
}

// LanguageOf says what a text is written in. A script with one common language
// decides, and kana make Han Japanese. In Latin script it is the language of the
// lexicon whose stop words and opinions are most frequent. Of equals, and where
// there are none, it is the locale that the host gives, a BCP 47 tag or "".
func (l *Lexicon) LanguageOf(s, locale string) Language {
	shares := text.Scripts(s)
	for _, share := range shares {
		if tag := scripts[share.Script]; tag == "ja" && share.Share > 0.1 {
			return Language{tag, ByScript}
		}
	}
	if len(shares) > 0 {
		if tag := scripts[shares[0].Script]; tag != "" {
			return Language{tag, ByScript}
		}
	}
	if len(shares) > 0 && shares[0].Script == text.Latin {
		if tag := l.byWords(s, locale); tag != "" {
			return Language{tag, ByWords}
		}
	}
	if locale != "" {
		return Language{locale, ByLocale}
	}
	return Language{"und", Unknown}
}

// byWords returns the language whose words are most frequent, if it is one. The
// tag is the locale where that is a form of the language.
func (l *Lexicon) byWords(s, locale string) string {
	var counts [8]int
	for token := range text.Tokens(s) {
		mask := l.known[token.Word]
		if mask == 0 {
			continue
		}
		for k := range counts {
			counts[k] += int(mask >> k & 1)
		}
	}
	best, tied := 0, false
	for k := 1; k < len(counts); k++ {
		if counts[k] > counts[best] {
			best, tied = k, false
		} else if counts[k] == counts[best] {
			tied = true
		}
	}
	home := primary(locale)
	for k, tag := range languages {
		if tag == home && counts[k] == counts[best] && counts[k] > 0 {
			return locale
		}
	}
	if tied || counts[best] == 0 {
		return ""
	}
	return languages[best]
}

// primary returns the first part of a tag.
func primary(tag string) string {
	first, _, _ := strings.Cut(strings.ToLower(tag), "-")
	return first
}

// spoken returns the language whose words are read: that of the text, or English
// where the lexicon does not have it.
func (l *Lexicon) spoken(language Language) string {
	if tag := primary(language.Tag); l.words[tag].whole != nil {
		return tag
	}
	return languages[0]
}
