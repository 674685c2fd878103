package content

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/clmkit/clmkit/clm"
)

// A Checker checks drafts against a catalogue. It is immutable and safe for concurrent use.
type Checker struct {
	catalogue *clm.Catalogue
	names     map[string][]name // titles and brands by their first word
}

// name is the title or brand of an item.
type name struct {
	folds []string
	item  *clm.Item
}

// NewChecker reads the names of a catalogue. A change of the catalogue needs a new checker.
func NewChecker(catalogue *clm.Catalogue) *Checker {
	c := &Checker{catalogue: catalogue, names: map[string][]name{}}
	for item := range catalogue.All {
		for _, text := range []string{item.Title, item.Brand} {
			var folds []string
			for _, w := range words(text) {
				folds = append(folds, w.fold)
			}
			if len(folds) > 0 {
				c.names[folds[0]] = append(c.names[folds[0]], name{folds, item})
			}
		}
	}
	return c
}

// Check judges a draft by the rules of the package. The draft may leave when the report has no findings. It fails with
// [ErrBrief] when the brief is not usable. The cost is in proportion to the draft and the brief's items, not to the
// catalogue.
func (c *Checker) Check(d *Draft, b *Brief) (*Report, error) {
	if err := b.validate(c.catalogue); err != nil {
		return nil, err
	}
	facts := c.facts(b)
	report := &Report{}
	for _, part := range []struct {
		field, text string
		most        int
	}{{"subject", d.Subject, b.Channel.MaxSubject}, {"body", d.Body, b.Channel.MaxBody}} {
		s := newScan(facts, part.field, part.text)
		s.size(part.most)
		s.run()
		report.add(s)
	}
	s := newScan(facts, "claims", "")
	s.declared(d)
	report.add(s)
	return report, nil
}

// add takes over what a scan found, in the order of the text.
func (r *Report) add(s *scan) {
	slices.SortStableFunc(s.findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(a.Rule, b.Rule))
	})
	slices.SortStableFunc(s.evidence, func(a, b Evidence) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(a.Item, b.Item))
	})
	r.Findings = append(r.Findings, slices.Compact(s.findings)...)
	r.Evidence = append(r.Evidence, slices.Compact(s.evidence)...)
}

// facts is what a draft is checked against.
type facts struct {
	checker *Checker
	brief   *Brief
	lang    *language
	sources []source
	words   map[string]bool // of the brief's items, shop and name
	secrets []secret
}

func (c *Checker) facts(b *Brief) *facts {
	f := &facts{checker: c, brief: b, lang: languageOf(b.Language), words: map[string]bool{}}
	for _, id := range b.Items {
		s := newSource(c.catalogue.Item(id))
		f.sources = append(f.sources, s)
		for _, field := range s.fields {
			for _, w := range field.words {
				f.words[w.fold] = true
			}
		}
	}
	for _, w := range words(b.Name + " " + b.Shop) {
		f.words[w.fold] = true
	}
	f.secrets = b.secrets(f.lang)
	return f
}

// scan is the check of one field.
type scan struct {
	*facts
	field, text string
	words       []word
	sentences   []sentence
	mentions    []mention
	numbers     []number
	taken       []bool // which numbers another rule has judged
	findings    []Finding
	evidence    []Evidence
}

func newScan(f *facts, field, text string) *scan {
	s := &scan{facts: f, field: field, text: text, words: words(text), numbers: numbers(text)}
	s.sentences = sentences(text, s.words)
	s.taken = make([]bool, len(s.numbers))
	s.mentions = s.findMentions()
	return s
}

// run applies the rules. Those that read numbers go from the particular to the general: what one has judged the next
// does not see.
func (s *scan) run() {
	s.characters()
	s.markup()
	s.contacts()
	s.greeting()
	s.products()
	s.money()
	s.percents()
	s.dates()
	s.urgency()
	s.promises()
	s.codes()
	s.past()
	s.tellbacks()
	s.claims()
	s.predicates()
	s.otherNumbers()
}

func (s *scan) find(rule Rule, start, end int, expected string) {
	s.findings = append(s.findings, Finding{rule, s.field, start, end, s.text[start:end], expected})
}

func (s *scan) support(start, end int, e Evidence) {
	e.Field, e.Start, e.End = s.field, start, end
	s.evidence = append(s.evidence, e)
}

// size checks that there is a text where the channel has room for one, and that it fits.
func (s *scan) size(most int) {
	n := utf8.RuneCountInString(s.text)
	switch {
	case most > 0 && strings.TrimSpace(s.text) == "":
		s.find(RuleEmpty, 0, 0, "a text")
	case n > most:
		s.find(RuleLength, 0, len(s.text), fmt.Sprintf("at most %d characters, not %d", most, n))
	}
}

// take marks the numbers between two offsets as judged.
func (s *scan) take(start, end int) {
	for i, n := range s.numbers {
		if n.start < end && n.end > start {
			s.taken[i] = true
		}
	}
}

// needs demands that each item that the place is about supports it, and keeps the evidence.
func (s *scan) needs(rule Rule, start, end int, prove func(*source) (Evidence, bool)) {
	group, all := s.about(start)
	var found []Evidence
	for _, i := range group {
		if e, ok := prove(&s.sources[i]); ok {
			found = append(found, e)
		} else if all {
			s.find(rule, start, end, "what the catalogue says about "+string(s.sources[i].item.ID))
			return
		}
	}
	if len(found) == 0 {
		s.find(rule, start, end, "what the catalogue says about the brief's items")
		return
	}
	for _, e := range found {
		s.support(start, end, e)
	}
}

// afterWord returns the end of the first word after i.
func (s *scan) afterWord(i int) int {
	for _, w := range s.words {
		if w.start >= i {
			return w.end
		}
	}
	return i
}
