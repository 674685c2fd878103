package content

import (
	"maps"
	"slices"
	"strings"

	"github.com/clmkit/clmkit/internal/text"
)

// language is what the checks and templates know of a language. All words are folded, see fold.
type language struct {
	code text.Language
	// claims maps a word that states a fact to what it is about, for the expectation of a finding.
	claims map[string]string
	// phrases maps a fact that takes several words to what it is about.
	phrases map[string]string
	// harmless are turns of phrase whose words are no claims.
	harmless []string
	// common are words that state nothing about a product.
	common map[string]bool
	// predicates are words after which a claim stands: "made", "contains".
	predicates map[string]bool
	// copulas say what their subject is or has, when it is a product: "is", "has".
	copulas map[string]bool
	// pronouns stand for a product.
	pronouns map[string]bool
	// negations turn a claim round.
	negations map[string]bool
	// joiners connect the names of items that are spoken of together.
	joiners map[string]bool
	// saving are words beside a discount.
	saving map[string]bool
	// minimum are words beside the least order value.
	minimum map[string]bool
	// promises are words that only an offer permits.
	promises map[string]bool
	// grants are phrases that neither an offer nor anything else in a brief permits.
	grants []string
	// free are the words for free of charge, delivery those for what an offer can make free.
	free, delivery map[string]bool
	// urgent are phrases that say that time is short.
	urgent []string
	// codes are words beside a discount code.
	codes map[string]bool
	// until are words before a deadline.
	until map[string]bool
	// months and weekdays by name; months from 1, Sunday is 0.
	months, weekdays map[string]int
	// spans are stretches of time; beside an offer they say how long it holds.
	spans map[string]bool
	// today and tomorrow.
	today, tomorrow map[string]bool
	// greetings open a message, neutral stands where a name would.
	greetings, neutral map[string]bool
	// past maps phrases about the customer's past to what the profile has to show.
	past map[string]fact
	// knowing are phrases by which a sentence says what the customer likes, said or does; yours are the words for "your".
	knowing []string
	yours   map[string]bool
	// yous are the other words for the customer, and liking words that beside one say what the customer likes.
	yous, liking map[string]bool
	// hints are phrases that tell a fact of the portrait, by its kind or name, and its value behind a space.
	hints map[string][]string
	// amounts are words for money and shares; without a number before them an amount is spelled out.
	amounts map[string]bool
	// numerals are number words from 2 to 12.
	numerals map[string]int
	// full are words before a price without the discount.
	full map[string]bool
	// capitals says that only names are written with a capital inside a sentence.
	capitals bool
	template *template
}

// fact is something in the customer's past.
type fact string

const (
	factOrdered fact = "an order"
	factRegular fact = "two orders or more"
	factCarted  fact = "an item put in the cart"
	factViewed  fact = "an item viewed"
	factNever   fact = "nothing that a profile holds"
)

// languages by code. They are never changed.
var languages = map[string]*language{"en": english(), "de": german()}

// languageOf returns the language with that code, English for "", and nil when it is not known.
func languageOf(code string) *language {
	if code == "" {
		code = "en"
	}
	return languages[code]
}

// set makes a set of the words in the texts.
func set(texts ...string) map[string]bool {
	m := map[string]bool{}
	for _, t := range texts {
		for w := range strings.FieldsSeq(t) {
			m[w] = true
		}
	}
	return m
}

// list cuts a text at its bars.
func list(text string) []string {
	var out []string
	for p := range strings.SplitSeq(text, "|") {
		out = append(out, strings.Join(strings.Fields(p), " "))
	}
	return out
}

// classes maps each word of the values to its key, the last one in order when it
// stands under several.
func classes(byClass map[string]string) map[string]string {
	m := map[string]string{}
	for _, class := range slices.Sorted(maps.Keys(byClass)) {
		for w := range strings.FieldsSeq(byClass[class]) {
			m[w] = class
		}
	}
	return m
}

// phraseClasses maps each phrase of the values, which bars part, to its key.
func phraseClasses[T ~string](byClass map[T]string) map[string]T {
	m := map[string]T{}
	for _, class := range slices.Sorted(maps.Keys(byClass)) {
		for _, p := range list(byClass[class]) {
			m[p] = class
		}
	}
	return m
}

// order numbers words from a start.
func order(start int, text string) map[string]int {
	m := map[string]int{}
	for i, names := range strings.Fields(text) {
		for name := range strings.SplitSeq(names, "/") {
			m[name] = start + i
		}
	}
	return m
}
