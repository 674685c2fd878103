package sentiment

import (
	"cmp"
	"slices"
	"strings"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/text"
)

// An EntityKind says what in a catalogue has a name.
type EntityKind string

// The kinds, the narrowest first.
const (
	EntityItem     EntityKind = "item"
	EntityBrand    EntityKind = "brand"
	EntityCategory EntityKind = "category"
)

// An Entity is something of the host's catalogue.
type Entity struct {
	Kind EntityKind
	Name string     // title, brand or category as the catalogue has it
	Item clm.ItemID // of an EntityItem
}

// Entities finds what a host's catalogue has names for. It is immutable and safe
// for concurrent use.
type Entities struct {
	names   map[string]Entity // by the stems of its words
	longest int               // of the names, in words
	lang    text.Language
}

// NewEntities reads the titles, brands and categories of a catalogue, in a
// language given as a BCP 47 tag. Where two things have one name, the item comes
// before the brand, and the brand before the category; of two items the one with
// the lower id. Letter case, accents and endings of words do not matter.
func NewEntities(catalogue *clm.Catalogue, language string) *Entities {
	e := &Entities{names: map[string]Entity{}, lang: text.Language(language)}
	var all []Entity
	for item := range catalogue.All {
		all = append(all, Entity{EntityItem, item.Title, item.ID})
		if item.Brand != "" {
			all = append(all, Entity{EntityBrand, item.Brand, ""})
		}
		for _, category := range item.Categories {
			all = append(all, Entity{EntityCategory, category, ""})
		}
	}
	slices.SortFunc(all, func(a, b Entity) int {
		return cmp.Or(cmp.Compare(b.Kind.rank(), a.Kind.rank()), cmp.Compare(a.Item, b.Item), cmp.Compare(a.Name, b.Name))
	})
	for _, entity := range all {
		key := stems(entity.Name, e.lang)
		if _, ok := e.names[strings.Join(key, " ")]; !ok && len(key) > 0 {
			e.names[strings.Join(key, " ")] = entity
			e.longest = max(e.longest, len(key))
		}
	}
	return e
}

func (k EntityKind) rank() int {
	return slices.Index([]EntityKind{EntityCategory, EntityBrand, EntityItem}, k)
}

func stems(s string, language text.Language) (out []string) {
	for token := range text.Tokens(s) {
		out = append(out, language.Stem(token.Word))
	}
	return out
}

// A Mention is a stretch of a text that names an entity.
type Mention struct {
	Span
	Entity Entity
}

// Mentions finds what a text names, in order, none inside another: from left to
// right the longest name that begins at a word.
func (e *Entities) Mentions(s string) (out []Mention) {
	var tokens []text.Token
	for token := range text.Tokens(s) {
		token.Word = e.lang.Stem(token.Word)
		tokens = append(tokens, token)
	}
	for i := 0; i < len(tokens); {
		n, entity := e.longestAt(tokens[i:])
		if n > 0 {
			out = append(out, Mention{Span{Start: tokens[i].Start, End: tokens[i+n-1].End}, entity})
		}
		i += max(n, 1)
	}
	return out
}

func (e *Entities) longestAt(tokens []text.Token) (n int, entity Entity) {
	var b strings.Builder
	for i := range min(len(tokens), e.longest) {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(tokens[i].Word)
		if found, ok := e.names[b.String()]; ok {
			n, entity = i+1, found
		}
	}
	return n, entity
}

// Link tells the opinions of a document what their targets are: the entity that
// is named there. What is named and has no opinion is left out.
func (e *Entities) Link(d *Document) {
	mentions := e.Mentions(d.Text)
	for i := range d.Sentences {
		for k := range d.Sentences[i].Opinions {
			o := &d.Sentences[i].Opinions[k]
			for _, m := range mentions {
				if m.Start < o.Target.End && m.End > o.Target.Start {
					o.Entity = &m.Entity
					break
				}
			}
		}
	}
}

// Terms are the targets that a text names, for [Text.Terms].
func (e *Entities) Terms(s string) []Span {
	terms := []Span{}
	for _, m := range e.Mentions(s) {
		terms = append(terms, m.Span)
	}
	return terms
}
