package enrich

import (
	"strings"

	"github.com/clmkit/clmkit/internal/text"
)

// before are words that take away what comes up to three words after them, or
// make it an imitation: English, German, French and Spanish.
var before = wordSet(`
	no not never non without neither nor except faux fake imitation artificial vegan pretend like
	nicht kein keine keinen keiner keines ohne nie weder imitat falsches
	sans pas jamais aucun aucune sauf simili imitation
	sin nunca ningún ninguna tampoco salvo imitación
`)

// after are words that do so behind it: "sugar free", "leather look".
var after = wordSet(`free look effect style imitation like frei look optik stil imitat effet efecto`)

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[text.Lower(w)] = true
	}
	return set
}

// denies reports whether the words around tokens[i:end] take away what they say.
// A mark of punctuation other than a hyphen ends what a word reaches.
func denies(s string, tokens []text.Token, i, end int) bool {
	const reach = 3
	for n := i - 1; n >= max(i-reach, 0) && joined(s, tokens[n], tokens[n+1]); n-- {
		if before[tokens[n].Word] {
			return true
		}
	}
	return end < len(tokens) && after[tokens[end].Word] && joined(s, tokens[end-1], tokens[end])
}

// joined reports whether nothing but spaces and hyphens is between two tokens.
func joined(s string, a, b text.Token) bool {
	return a.End > b.Start || strings.Trim(s[a.End:b.Start], " \t\u00a0-‐‑'’") == ""
}
