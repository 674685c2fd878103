package traits

import (
	"context"
	"slices"

	"github.com/clmkit/clmkit/clm"
)

// Source is the source of what [Lexical] finds: its name and version. Readings of one version are comparable.
const Source = "lexical/1"

// LexicalOptions are the settings of a [Lexical] reader.
type LexicalOptions struct {
	// Language is the BCP 47 tag of the language of the catalogue. Default: "en".
	Language string
	// Labels are further names of labels: of the catalogue's categories, in other languages, or of interests that are no
	// category. Default: none.
	Labels map[string][]string
	// Demographics are the names of demographic traits to read, of clm.AgeBand and clm.Household. Default: none.
	Demographics []string
	// Protected are the names of protected traits to read: clm.Gender. Default: none.
	Protected []string
}

// A Lexical reader reads traits by phrases, by the words of a catalogue and by what customers do. It is immutable and safe for
// concurrent use.
type Lexical struct {
	catalogue  *clm.Catalogue
	vocabulary *vocabulary
	phrases    phrases
	grammar    map[string]tongues
	personal   []string            // the demographic names that may be read
	closed     map[string][]string // the values of names that have a list of them
}

// NewLexical returns a reader that looks items up in the catalogue; under a nil catalogue, acts say nothing.
func NewLexical(catalogue *clm.Catalogue, o *LexicalOptions) *Lexical {
	if o == nil {
		o = &LexicalOptions{}
	}
	index, grammar, err := loadPhrases(phrasesFile)
	if err != nil {
		panic(err) // the embedded file: TestThePhrasesAreWellFormed
	}
	l := &Lexical{catalogue: catalogue, vocabulary: newVocabulary(catalogue, o), phrases: index, grammar: grammar}
	l.closed = index.values()
	for _, name := range o.Demographics {
		if name == clm.AgeBand || name == clm.Household {
			l.personal = append(l.personal, name)
		}
	}
	if slices.Contains(o.Protected, clm.Gender) {
		l.personal = append(l.personal, clm.Gender)
	}
	return l
}

// maxRead is how much of a text is read, in bytes: a review or a letter, not a book.
const maxRead = 64 << 10

// Read returns what an event says about its customer, sorted by name and value: a function of the event and of nothing
// else, fit for profile.FoldOptions.Traits. An event that the customer did not cause says nothing. The event is not
// changed. It takes time in proportion to the text, of which the first 64 KiB are read.
func (l *Lexical) Read(e *clm.Event) []clm.Trait {
	if !e.Kind.ByCustomer() {
		return nil
	}
	c := &collector{event: e, source: Source}
	l.acts(c)
	if e.Query != "" {
		l.words(c, "query", l.read(e.Query, true))
	}
	if e.Text != "" {
		l.words(c, "text", l.read(e.Text, false))
	}
	if len(c.traits) == 0 {
		return nil
	}
	return c.done()
}

// maxHits is how many phrases a clause may have that is read: nobody writes more, and each is compared with the others.
const maxHits = 200

// ReadAll reads the events one after another by [Lexical.Read].
func (l *Lexical) ReadAll(ctx context.Context, events []clm.Event) (Reading, error) {
	var r Reading
	for i := range events {
		if err := ctx.Err(); err != nil {
			return Reading{}, err
		}
		e := &events[i]
		if e.Text != "" || e.Query != "" {
			r.Texts++
		}
		if found := l.Read(e); len(found) > 0 {
			r.Findings = append(r.Findings, finding(e, ByPhrases, found))
		}
	}
	return r, nil
}

// words adds what a text says.
func (l *Lexical) words(c *collector, field string, p *passage) {
	r := &reader{lexical: l, collector: c, passage: p, field: field}
	for i := range p.clauses {
		r.clause = &p.clauses[i]
		if p.sentences[r.clause.sentence].imagined || len(r.clause.hits) > maxHits {
			continue
		}
		for _, h := range r.clause.hits {
			if p.words[h.lo].voice == own && p.words[h.hi-1].voice == own {
				r.read(h)
			}
		}
		r.trousers(r.clause)
	}
	r.language()
}

// A reader reads one text.
type reader struct {
	*passage
	lexical   *Lexical
	collector *collector
	field     string
	clause    *clause
}

// read reads what one hit says.
func (r *reader) read(h hit) {
	switch h.class {
	case interest, brand, stuff:
		r.taste(h)
	case without:
		r.unwanted(h)
	case allergic:
		r.allergy(h)
	case size:
		r.size(h)
	case occasion, before:
		r.occasion(h)
	case life:
		r.say(h, clm.LifeEvent, stated)
	case channel:
		r.say(h, clm.PrefersChannel, stated)
	case price, thrift:
		r.price(h)
	case age, household, gender:
		r.person(h)
	}
}

// found adds a trait with the words from lo to hi as its evidence. A question leaves little of the confidence.
func (r *reader) found(lo, hi int, name, value string, confidence float64) {
	if r.sentences[r.clause.sentence].question && !r.search {
		confidence *= question
	}
	r.collector.quote(r.field, r.text, r.words[lo].Start, r.words[hi-1].End, name, value, confidence)
}

// say adds a trait that a phrase names, unless it is denied or said of somebody else.
func (r *reader) say(h hit, name string, confidence float64) {
	if !r.negated(r.clause, h) && !r.clause.somebody {
		r.found(h.lo, h.hi, name, h.value, confidence)
	}
}
