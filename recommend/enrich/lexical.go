package enrich

import (
	"slices"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/text"
)

// lexical finds the words of the attributes in texts.
type lexical struct {
	attributes []Attribute
	language   text.Language
	terms      map[string][]term
}

// A mention is a term where it stands in a text.
type mention struct {
	attribute int
	value     string
	span      text.Span
	denied    bool
}

// mentions are those of a text, in order. Of terms that begin at the same word
// the longest of each attribute counts, and no mention overlaps another of its
// attribute: "dark blue" is not "blue" too. The words of the brand say nothing
// about the item: "Oak & Co" makes more than furniture.
func (l *lexical) mentions(s, brand string) []mention {
	tokens := slices.Collect(text.Tokens(s))
	stems := make([]string, len(tokens))
	for i, t := range tokens {
		stems[i] = l.language.Stem(t.Word)
	}
	mask(stems, stemsOf(brand, l.language))
	var found []mention
	taken := map[int]int{} // by attribute, the first token that is free
	for i, stem := range stems {
		for _, term := range l.terms[stem] {
			end := i + len(term.stems)
			if i < taken[term.attribute] || end > len(stems) || !slices.Equal(stems[i:end], term.stems) {
				continue
			}
			taken[term.attribute] = end
			found = append(found, mention{
				attribute: term.attribute, value: term.value, denied: denies(s, tokens, i, end),
				span: text.Span{Start: tokens[i].Start, End: tokens[end-1].End},
			})
		}
	}
	return found
}

// mask empties the places where the words stand in a row.
func mask(stems, words []string) {
	for i := 0; len(words) > 0 && i+len(words) <= len(stems); i++ {
		if slices.Equal(stems[i:i+len(words)], words) {
			clear(stems[i : i+len(words)])
		}
	}
}

// A sight is what the words of an item say about one attribute.
type sight struct {
	finding   *Finding        // nil: nothing, or several things
	ambiguous bool            // the title, or else the text, names several values
	denied    map[string]bool // values that the item says it is not, and nowhere that it is
}

// read looks at title and text. What the title says counts before what the text
// says, and of several values in one of them none.
func (l *lexical) read(item *clm.Item) []sight {
	sights := make([]sight, len(l.attributes))
	said := make([]map[string]bool, len(l.attributes))
	for i := range sights {
		sights[i].denied, said[i] = map[string]bool{}, map[string]bool{}
	}
	for _, field := range []string{Title, Text} {
		l.readField(item, field, sights, said)
	}
	for i := range sights {
		for value := range said[i] {
			delete(sights[i].denied, value)
		}
	}
	return sights
}

// readField adds what one of the texts says.
func (l *lexical) readField(item *clm.Item, field string, sights []sight, said []map[string]bool) {
	s := fieldOf(item, field)
	first := make([]*mention, len(sights))
	several := make([]bool, len(sights))
	for _, m := range l.mentions(s, item.Brand) {
		i := m.attribute
		switch {
		case m.denied:
			sights[i].denied[m.value] = true
			continue
		case first[i] == nil:
			first[i] = &m
		case first[i].value != m.value:
			several[i] = true
		}
		said[i][m.value] = true
	}
	for i, m := range first {
		switch {
		case m == nil || sights[i].finding != nil || sights[i].ambiguous:
		case several[i]:
			sights[i].ambiguous = true
		default:
			sights[i].finding = &Finding{
				Item: item.ID, Name: l.attributes[i].Name, Value: m.value, Path: ByWords,
				Field: field, Quote: m.span.In(s), From: m.span.Start, To: m.span.End,
			}
		}
	}
}
