package text

import (
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/arabic"
	"github.com/blevesearch/snowballstem/danish"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/finnish"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/hungarian"
	"github.com/blevesearch/snowballstem/irish"
	"github.com/blevesearch/snowballstem/italian"
	"github.com/blevesearch/snowballstem/norwegian"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/romanian"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/spanish"
	"github.com/blevesearch/snowballstem/swedish"
	"github.com/blevesearch/snowballstem/tamil"
	"github.com/blevesearch/snowballstem/turkish"
)

// Language is a BCP 47 tag such as "de" or "pt-BR", of which the first part counts. The empty tag is English. A language
// that the package does not know keeps its words as they are.
type Language string

// English is the language that is assumed when none is named.
const English Language = "en"

// longestStem is the length in bytes above which a word is left as it is: room for 64 letters of three bytes each, as
// Tamil has them. What is longer is an address or a key rather than a word.
const longestStem = 192

// Stem returns the form under which the word is looked up: its ending removed by the Snowball algorithm of the language,
// where there is one, and then its accents by Plain. The word is one that Lower has made.
func (l Language) Stem(word string) string {
	stem := l.stemmer()
	if stem == nil || len(word) > longestStem || !utf8.ValidString(word) {
		return Plain(word)
	}
	env := snowballstem.NewEnv(word)
	stem(env)
	return Plain(env.Current())
}

// primary returns the language subtag in lower case.
func (l Language) primary() string {
	if l == "" {
		return "en"
	}
	tag, _, _ := strings.Cut(strings.ReplaceAll(string(l), "_", "-"), "-")
	return strings.ToLower(tag)
}

func (l Language) stemmer() func(*snowballstem.Env) bool {
	switch l.primary() {
	case "ar":
		return arabic.Stem
	case "da":
		return danish.Stem
	case "de":
		return german.Stem
	case "en":
		return english.Stem
	case "es":
		return spanish.Stem
	case "fi":
		return finnish.Stem
	case "fr":
		return french.Stem
	case "ga":
		return irish.Stem
	case "hu":
		return hungarian.Stem
	case "it":
		return italian.Stem
	case "nl":
		return dutch.Stem
	case "no", "nb", "nn":
		return norwegian.Stem
	case "pt":
		return portuguese.Stem
	case "ro":
		return romanian.Stem
	case "ru":
		return russian.Stem
	case "sv":
		return swedish.Stem
	case "ta":
		return tamil.Stem
	case "tr":
		return turkish.Stem
	}
	return nil
}
