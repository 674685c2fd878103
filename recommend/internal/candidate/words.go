package candidate

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/text"
)

// itemText returns what is embedded of an item.
func itemText(i *clm.Item) string {
	parts := append([]string{i.Title, i.Text, i.Brand}, i.Categories...)
	for _, name := range slices.Sorted(maps.Keys(i.Attributes)) {
		parts = append(parts, i.Attributes[name])
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "\n")
}

// maxWords is how many shared words a reason names.
const maxWords = 3

// shared returns words of the item's text that another text has too, those
// first that the fewest items have.
func (c *Content) shared(item int32, other string) []string {
	mine, theirs := stems(itemText(c.v.Catalogue[item])), stems(other)
	var common []string
	for stem := range mine {
		if _, ok := theirs[stem]; ok {
			common = append(common, stem)
		}
	}
	slices.SortFunc(common, func(a, b string) int {
		return cmp.Or(cmp.Compare(c.texts[a], c.texts[b]), cmp.Compare(a, b))
	})
	var words []string
	for _, stem := range common[:min(len(common), maxWords)] {
		words = append(words, mine[stem])
	}
	return words
}

// stems returns the stems of a text's words that carry meaning, each with the
// first word that has it.
func stems(s string) map[string]string {
	all := map[string]string{}
	for t := range text.Tokens(s) {
		stem := text.English.Stem(t.Word)
		if _, ok := all[stem]; !ok && !text.English.IsStopWord(t.Word) {
			all[stem] = t.Word
		}
	}
	return all
}

// ItemText returns what is read of an item by embedders and models.
func ItemText(i *clm.Item) string { return itemText(i) }
