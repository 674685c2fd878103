package enrich

import (
	"fmt"
	"maps"
	"slices"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/text"
)

// Attribute is something that the host wants to know of its items.
type Attribute struct {
	// Name of the attribute, as it stands in clm.Item.Attributes: "audience".
	Name string
	// About tells a model in a few words what is meant: "for whom it is made".
	// Optional.
	About string
	// Values are what it may be, each with the other words by which texts say
	// it: "children": {"kids", "for little hands"}. The value itself is one of
	// them. Words are compared by their stems in the language of the options.
	//
	// None: the attribute is open. Its values are up to four words of the item's
	// own text, and only a model finds them.
	Values map[string][]string
}

// values are the allowed ones, in alphabetical order.
func (a *Attribute) values() []string { return slices.Sorted(maps.Keys(a.Values)) }

func (a *Attribute) isOpen() bool { return len(a.Values) == 0 }

// checkAttributes reports the first attribute that no item could have, or that
// is not clear.
func checkAttributes(attributes []Attribute) error {
	seen := map[string]bool{}
	for _, a := range attributes {
		if seen[a.Name] {
			return fmt.Errorf("enrich: attribute %q: occurs twice", a.Name)
		}
		seen[a.Name] = true
		for _, value := range append(a.values(), "any") {
			if err := checkValue(a.Name, value); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkValue reports what keeps an item from having the value.
func checkValue(name, value string) error {
	item := clm.Item{ID: "any", Attributes: map[string]string{name: value}}
	if err := item.Validate(); err != nil {
		return fmt.Errorf("enrich: attribute %q: %w", name, err)
	}
	if value == "" {
		return fmt.Errorf("enrich: attribute %q: an empty value", name)
	}
	return nil
}

// A term is a word, or several in a row, that names a value.
type term struct {
	stems     []string
	attribute int
	value     string
}

// terms are those of all closed attributes by their first stem, the longest
// first. A word that names two values of one attribute is an error.
func terms(attributes []Attribute, language text.Language) (map[string][]term, error) {
	all := map[string][]term{}
	for i := range attributes {
		a := &attributes[i]
		means := map[string]string{}
		for _, value := range a.values() {
			for _, name := range append([]string{value}, a.Values[value]...) {
				stems := stemsOf(name, language)
				if len(stems) == 0 {
					return nil, fmt.Errorf("enrich: attribute %q: %q has no word", a.Name, name)
				}
				key := fmt.Sprint(stems)
				if other, ok := means[key]; ok && other != value {
					return nil, fmt.Errorf("enrich: attribute %q: %q names %q and %q", a.Name, name, other, value)
				} else if ok {
					continue
				}
				means[key] = value
				all[stems[0]] = append(all[stems[0]], term{stems, i, value})
			}
		}
	}
	for _, list := range all {
		slices.SortStableFunc(list, func(a, b term) int { return len(b.stems) - len(a.stems) })
	}
	return all, nil
}

func stemsOf(s string, language text.Language) []string {
	var stems []string
	for token := range text.Tokens(s) {
		stems = append(stems, language.Stem(token.Word))
	}
	return stems
}
