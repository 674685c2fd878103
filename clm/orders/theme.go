package orders

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clmkit/clmkit/clm"
)

// noTheme are words of titles that say how a product is sold, how large it is
// or what colour it has, but not what it is about.
var noTheme = func() map[string]bool {
	m := map[string]bool{}
	for _, words := range []string{
		"a an and as at by for from in into of on or the this to with without your",
		"set pack piece pair pcs boxed roll sheet asstd asst assorted",
		"small large medium mini midi maxi giant jumbo big little tall short long round square oval oblong single double tier",
		"new design style colour coloured color colored size finish shape shaped",
		"black white red green blue pink yellow orange purple brown grey gray silver gold ivory cream turquoise lilac",
		"navy beige multi multicolour multicolor clear natural dark light pale bright hanging",
		"amp one two three four five six seven eight nine ten twelve",
	} {
		for w := range strings.FieldsSeq(words) {
			m[w] = true
		}
	}
	return m
}()

// theme gives each item at most two categories: the words of its title that
// most titles share, the most shared first and equals in alphabetical order. A
// word is a theme when at least three titles and one title in 200 have it, and
// no more than half of them. Words are compared in lower case and without a
// plural s, and have at least three letters.
func theme(items []clm.Item) {
	shared := map[string]int{}
	words := make([][]string, len(items))
	for i := range items {
		words[i] = themeWords(items[i].Title)
		for _, w := range words[i] {
			shared[w]++
		}
	}
	least := max(3, len(items)/200)
	for i := range items {
		themes := slices.DeleteFunc(words[i], func(w string) bool { return shared[w] < least || shared[w] > len(items)/2 })
		slices.SortFunc(themes, func(a, b string) int { return cmp.Or(shared[b]-shared[a], cmp.Compare(a, b)) })
		if len(themes) > 0 {
			items[i].Categories = slices.Clone(themes[:min(2, len(themes))])
		}
	}
}

// themeWords returns the different words of a title that can be a theme.
func themeWords(title string) []string {
	var words []string
	notLetter := func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' }
	for w := range strings.FieldsFuncSeq(strings.ToLower(title), notLetter) {
		w = strings.Trim(strings.TrimSuffix(w, "'s"), "'")
		if noTheme[w] {
			continue
		}
		w = singular(w)
		if utf8.RuneCountInString(w) >= 3 && len(w) <= maxID && !noTheme[w] {
			words = append(words, w)
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// singular takes the s of a plural away: cakes, but not glass or christmas.
func singular(w string) string {
	if len(w) > 3 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") && !strings.HasSuffix(w, "us") && !strings.HasSuffix(w, "as") {
		return w[:len(w)-1]
	}
	return w
}
