package content

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
)

// A secret is a fact of the portrait that the message must not tell back.
type secret struct {
	name   string     // what would permit it in [Brief.Tell]
	text   string     // the fact, for a finding
	keys   []string   // of the turns of phrase that tell it
	value  []string   // its words that carry meaning, as stems
	where  where      // a message that has them tells the fact
	quotes [][]string // what the customer wrote
	size   string     // a size as it is written
}

// where says in which sentences the value of a fact tells it.
type where int

const (
	nowhere   where = iota // the value is a code: only turns of phrase tell it
	knowingly              // in one that speaks of what the customer likes, said or does
	anywhere               // in any: nothing but knowing it would bring it up
)

// whereOf says how personal a trait is. An item of an interest may be recommended; who is told of a wedding was heard
// before. Names of the host count as personal.
func whereOf(name string) where {
	switch name {
	case clm.PriceSensitivity, clm.Language, clm.AgeBand:
		return nowhere
	case clm.Interest, clm.PrefersBrand, clm.PrefersChannel:
		return knowingly
	}
	return anywhere
}

// secrets are what the model learns from the portrait, but for what the brief lets the message tell. How many orders
// there were, the last one, and the stage that follows from them are [RuleCustomer]'s to judge.
func (b *Brief) secrets(l *language) []secret {
	if b.Profile == nil || b.Portrait == nil {
		return nil
	}
	o := *b.Portrait
	o.Language = cmp.Or(o.Language, b.Language)
	portrait := b.Profile.Portrait(b.Time, &o)
	var out []secret
	for _, f := range portrait.Facts {
		switch f.Kind {
		case profile.TraitFact, profile.StageFact, profile.OrdersFact, profile.MissingFact:
			continue
		}
		s := secret{name: string(f.Kind), text: f.Text, keys: []string{string(f.Kind)}}
		switch f.Kind {
		case profile.CategoryFact:
			s.labels(b, b.Profile.Categories, l)
		case profile.BrandFact:
			s.labels(b, b.Profile.Brands, l)
		}
		out = append(out, s)
	}
	if portrait.Limited == profile.Unlimited {
		for _, t := range b.traits() {
			out = append(out, secretOf(&t, l))
		}
	}
	said := words(b.Words)
	return slices.DeleteFunc(out, func(s secret) bool { return slices.Contains(b.Tell, s.name) || s.saidIn(said, l) })
}

// saidIn reports whether the customer's words, to which the message may respond, say the fact.
func (s *secret) saidIn(said []word, l *language) bool {
	holds := func(v string) bool {
		return slices.ContainsFunc(said, func(w word) bool { return stem(w.fold, l) == v })
	}
	if len(s.value) > 0 && !slices.ContainsFunc(s.value, func(v string) bool { return !holds(v) }) {
		return true
	}
	for i := range said {
		for _, quote := range s.quotes {
			if _, ok := matches(said, i, strings.Join(quote, " ")); ok && len(quote) > 1 {
				return true
			}
		}
	}
	return false
}

// labels takes over the labels that a fact names.
func (s *secret) labels(b *Brief, w profile.Weekly, l *language) {
	s.where = knowingly
	all := w.Affinities(b.Time, 0)
	for _, a := range all[:min(3, len(all))] { // as the portrait has it
		s.value = append(s.value, meaning(a.Label, l)...)
	}
}

// traits are those of the portrait.
func (b *Brief) traits() []clm.Trait {
	var o profile.TraitOptions
	if b.Portrait.Traits != nil {
		o = *b.Portrait.Traits
	}
	o.Purpose = b.Portrait.Purpose
	return b.Profile.Traits(b.Time, &o)
}

func secretOf(t *clm.Trait, l *language) secret {
	s := secret{
		name: t.Name, text: fmt.Sprintf("%s %q", t.Name, t.Value), where: whereOf(t.Name),
		keys: []string{t.Name}, value: meaning(t.Value, l),
	}
	for _, w := range words(t.Value) {
		s.keys = append(s.keys, t.Name+" "+w.fold)
	}
	if t.Name == clm.WearsSize {
		s.size = t.Value
	}
	for _, e := range t.Evidence {
		var folds []string
		for _, w := range words(e.Quote) {
			folds = append(folds, w.fold)
		}
		s.quotes = append(s.quotes, folds)
	}
	return s
}

// shortestMeaning is how many bytes a word of a value has at least.
const shortestMeaning = 3

// meaning returns the stems of the words that carry meaning.
func meaning(s string, l *language) (stems []string) {
	for _, w := range words(s) {
		if len(w.fold) >= shortestMeaning && !digitAt(w.fold, 0) && !l.code.IsStopWord(w.fold) {
			stems = append(stems, stem(w.fold, l))
		}
	}
	return stems
}

// hints are the turns of phrase that tell the fact without its value, or with it in other words.
func (s *secret) hints(l *language) (hints []string) {
	for _, key := range s.keys {
		hints = append(hints, l.hints[key]...)
	}
	return hints
}

// permission names what may be told, for the prompt.
func (b *Brief) permission() string {
	if len(b.Tell) == 0 {
		return ""
	}
	return " But you may speak of: " + strings.Join(b.Tell, ", ") + "."
}
