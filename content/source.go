package content

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/clmkit/clmkit/clm"
)

// source is what the catalogue says about an item.
type source struct {
	item   *clm.Item
	fields []field
	title  []string // folded words
}

// field is one text of an item.
type field struct {
	name, text string
	words      []word
	whole      bool // the text is not the item's field but made of it: quoted as a whole
}

func newSource(item *clm.Item) source {
	s := source{item: item}
	add := func(name, text string, whole bool) {
		if text != "" {
			s.fields = append(s.fields, field{name, text, words(text), whole})
		}
	}
	add("title", item.Title, false)
	add("text", item.Text, false)
	add("brand", item.Brand, false)
	for i, c := range item.Categories {
		add("categories["+strconv.Itoa(i)+"]", c, false)
	}
	for _, name := range slices.Sorted(maps.Keys(item.Attributes)) {
		add("attributes."+name, item.Attributes[name], false)
		add("attributes."+name, name+": "+item.Attributes[name], true)
	}
	for _, w := range words(item.Title) {
		s.title = append(s.title, w.fold)
	}
	return s
}

// evidence is the place of the words from first to last of a field.
func (s *source) evidence(f *field, first, last int) Evidence {
	start, end := f.words[first].start, f.words[last].end
	if f.whole {
		start, end = 0, len(f.text)
	}
	return Evidence{Item: s.item.ID, Source: f.name, SourceStart: start, SourceEnd: end, Quote: f.text[start:end]}
}

// word finds where the item's text has a word, or its other forms, in the same sense: negated or not.
func (s *source) word(fold string, negated bool, l *language) (Evidence, bool) {
	want := stem(fold, l)
	for i := range s.fields {
		f := &s.fields[i]
		for n, w := range f.words {
			if w.fold != fold && stem(w.fold, l) != want {
				continue
			}
			if negation(f.text, f.words, n, l) == negated {
				return s.evidence(f, n, n), true
			}
		}
	}
	return Evidence{}, false
}

// phrase finds where the item's text has words in a row.
func (s *source) phrase(folds []string, negated bool, l *language) (Evidence, bool) {
	for i := range s.fields {
		f := &s.fields[i]
		for n := range f.words {
			if k, ok := matches(f.words, n, strings.Join(folds, " ")); ok && k > 0 && negation(f.text, f.words, n, l) == negated {
				return s.evidence(f, n, n+k-1), true
			}
		}
	}
	return Evidence{}, false
}

// literal finds where the item's text has a text as it is, but not inside a longer number.
func (s *source) literal(text string) (Evidence, bool) {
	for i := range s.fields {
		f := &s.fields[i]
		for from := 0; from < len(f.text); {
			at := strings.Index(f.text[from:], text)
			if at < 0 {
				break
			}
			start, end := from+at, from+at+len(text)
			if !digitAt(f.text, start-1) && !digitAt(f.text, end) && !pointAt(f.text, start-1) {
				return Evidence{Item: s.item.ID, Source: f.name, SourceStart: start, SourceEnd: end, Quote: text}, true
			}
			from = start + 1
		}
	}
	return Evidence{}, false
}

func digitAt(s string, i int) bool { return i >= 0 && i < len(s) && s[i] >= '0' && s[i] <= '9' }

// pointAt reports whether the byte at i is a point or comma inside a number.
func pointAt(s string, i int) bool {
	return i > 0 && (s[i] == '.' || s[i] == ',') && digitAt(s, i-1)
}

// quantity finds where the item's text has a number with that unit; "" is none.
func (s *source) quantity(n number, unit string) (Evidence, bool) {
	for i := range s.fields {
		f := &s.fields[i]
		for _, have := range numbers(f.text) {
			if have.same(n) && unitAfter(f.text, have.end) == unit {
				start, end := have.start, have.end
				if f.whole {
					start, end = 0, len(f.text)
				}
				return Evidence{Item: s.item.ID, Source: f.name, SourceStart: start, SourceEnd: end, Quote: f.text[start:end]}, true
			}
		}
	}
	return Evidence{}, false
}

// negation reports whether the word at i is denied: one of the six words before it in the clause is a negation, or
// "free" follows it.
func negation(text string, ws []word, i int, l *language) bool {
	denied := false
	for k := i - 1; k >= 0 && k >= i-6; k-- {
		if strings.ContainsAny(text[ws[k].end:ws[k+1].start], ".,;:!?\n") {
			break
		}
		if l.negations[ws[k].fold] && ws[k].fold != "free" || ws[k].fold == "t" && k > 0 && strings.HasSuffix(ws[k-1].fold, "n") {
			denied = !denied
			break
		}
	}
	if i+1 < len(ws) && l.negations["free"] && ws[i+1].fold == "free" && ws[i+1].start == ws[i].end+1 && ws[i].fold != "free" {
		denied = !denied
	}
	return denied
}
