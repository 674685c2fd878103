package recommend

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/clmkit/clmkit/internal/text"
)

// A titleCheck is what the titles that a model proposes for a carousel are held
// against.
type titleCheck struct {
	language text.Language
	theme    *Theme
	item     string   // the title of the theme's item
	texts    []string // what the theme and the items say, and the template's title
	// Words: of the theme, or of all items' titles; of any item or the template's
	// title; of those that a title has to have one of; and of labels that only an
	// item can bring in.
	own, known, related, foreign map[string]bool
}

// newTitleCheck reads the carousel, whose title is the template's.
func (p *pool) newTitleCheck(language text.Language, c *Carousel, foreign map[string]bool) *titleCheck {
	t := &titleCheck{language: language, theme: &c.Theme, item: p.m.titleOf(&c.Theme), foreign: foreign}
	t.own = wordsOf(language, c.Theme.Name, c.Theme.Value, t.item)
	t.texts = []string{c.Theme.Value, t.item}
	times := map[string]int{}
	for _, item := range c.Items {
		listed := p.listed(item.ID)
		t.texts = append(append(t.texts, listed.Title, listed.Brand), listed.Categories...)
		t.texts = slices.AppendSeq(t.texts, maps.Values(listed.Attributes))
		for word := range wordsOf(language, listed.Title) {
			if times[word]++; times[word] == len(c.Items) {
				t.own[word] = true
			}
		}
	}
	t.related = wordsOf(language, t.texts...)
	t.texts = append(t.texts, c.Title)
	t.known = wordsOf(language, t.texts...)
	if c.Theme.Value == "" && t.item == "" {
		t.related = t.known // the form of words is all that names the theme
	}
	return t
}

// flaw returns what is wrong with a title, or nil.
func (t *titleCheck) flaw(title string, most int) *flaw {
	return cmp.Or(
		formFlaw(title, most),
		claimFlaw(t.language, t.theme.Kind, title, t.own),
		languageFlaw(t.language, title, t.known, t.texts...),
		t.foreignFlaw(title),
		t.pastFlaw(title),
		t.relationFlaw(title),
	)
}

// foreignFlaw reports a word of a label that none of the items has: a title must
// not say that there is gold where there is none.
func (t *titleCheck) foreignFlaw(title string) *flaw {
	for _, w := range pieces(title) {
		if among(t.foreign, t.language, w.word) && !among(t.known, t.language, w.word) {
			return &flaw{FaultUnrelated, w.word}
		}
	}
	return nil
}

// pastFlaw reports that a title speaks of the customer's past and does not name
// the item as the catalogue does.
func (t *titleCheck) pastFlaw(title string) *flaw {
	if t.item == "" || strings.Contains(title, t.item) {
		return nil
	}
	for _, w := range pieces(title) {
		if word := text.Plain(w.word); boughtWords[word] || lookedWords[word] {
			return &flaw{FaultName, w.word}
		}
	}
	return nil
}

// relationFlaw reports that a title has no word of meaning in common with its
// theme and items.
func (t *titleCheck) relationFlaw(title string) *flaw {
	for _, w := range pieces(title) {
		if !t.language.IsStopWord(w.word) && among(t.related, t.language, w.word) {
			return nil
		}
	}
	return &flaw{FaultUnrelated, title}
}
