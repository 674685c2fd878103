package sentiment

import (
	"cmp"
	"slices"
	"strings"

	"github.com/clmkit/clmkit/internal/text"
)

// A draft is a theme at work.
type draft struct {
	Theme
	forms   map[string]int
	reviews map[string]bool
}

func gather(drafts map[string]*draft, r *Review, isNow bool, o ThemeOptions) {
	language := text.Language(r.Language.Tag)
	if r.Language.By == Unknown {
		language = text.English // as the lexicon read it
	}
	for _, s := range r.Sentences {
		for _, opinion := range s.Opinions {
			name := text.Lower(opinion.Target.In(r.Text))
			if opinion.Entity != nil {
				name = text.Lower(opinion.Entity.Name)
			}
			key := strings.Join(stems(name, language), " ")
			d := drafts[key]
			if d == nil {
				d = &draft{forms: map[string]int{}, reviews: map[string]bool{}}
				drafts[key] = d
			}
			d.add(r, s, opinion, name, isNow, o)
		}
	}
}

func (d *draft) add(r *Review, s Sentence, opinion Opinion, name string, isNow bool, o ThemeOptions) {
	d.forms[name]++
	d.reviews[r.ID] = true
	d.Tally.add(opinion.Label)
	if isNow {
		d.Now.add(opinion.Label)
	} else {
		d.Before.add(opinion.Label)
	}
	quote := ThemeQuote{r.ID, s.Span, s.In(r.Text), opinion.Confidences.Positive}
	switch {
	case s.End-s.Start > o.Longest:
	case opinion.Label == Positive:
		d.Good = append(d.Good, quote)
	case opinion.Label == Negative:
		quote.Confidence = opinion.Confidences.Negative
		d.Bad = append(d.Bad, quote)
	}
}

func (d *draft) finish(o ThemeOptions) Theme {
	for form, n := range d.forms {
		if most := d.forms[d.Name]; n > most || n == most && form < d.Name {
			d.Name = form
		}
	}
	d.Reviews = len(d.reviews)
	d.Good, d.Bad = bestQuotes(d.Good, o.Quotes), bestQuotes(d.Bad, o.Quotes)
	return d.Theme
}

// bestQuotes are those of the highest confidence, the shorter and then the lower
// id of equals, one for each review.
func bestQuotes(quotes []ThemeQuote, n int) (out []ThemeQuote) {
	slices.SortFunc(quotes, func(a, b ThemeQuote) int {
		return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), len(a.Text)-len(b.Text), cmp.Compare(a.Review, b.Review), a.Span.Start-b.Span.Start)
	})
	for _, q := range quotes {
		if len(out) < n && !slices.ContainsFunc(out, func(o ThemeQuote) bool { return o.Review == q.Review }) {
			out = append(out, q)
		}
	}
	return out
}
