package sentiment

import (
	"cmp"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// A Review is a document with what it is about.
type Review struct {
	// ID is that of the event, by which the review is cited.
	ID   string
	Item clm.ItemID
	Time time.Time
	Document
}

// A Window is a stretch of time: from From to before To.
type Window struct{ From, To time.Time }

func (w Window) holds(t time.Time) bool { return !t.Before(w.From) && t.Before(w.To) }

// A Tally counts opinions.
type Tally struct{ Positive, Neutral, Negative int }

// All is how many there are.
func (t Tally) All() int { return t.Positive + t.Neutral + t.Negative }

// Score is the lean to the positive, in [-1, 1]; 0 of none.
func (t Tally) Score() float64 {
	if t.All() == 0 {
		return 0
	}
	return float64(t.Positive-t.Negative) / float64(t.All())
}

func (t *Tally) add(label Label) {
	switch label {
	case Positive:
		t.Positive++
	case Negative:
		t.Negative++
	default:
		t.Neutral++
	}
}

// A Theme is what the reviews of a product talk about: targets with one stem.
type Theme struct {
	// Name is the target's most frequent form in lower case, the first of equals.
	Name string
	// Reviews is how many reviews talk of it.
	Reviews int
	// Tally counts opinions of both windows, Before and Now those of each.
	Tally, Before, Now Tally
	// Good and Bad are the best quotes, at most [ThemeOptions.Quotes] of each.
	Good, Bad []ThemeQuote
}

// Trend is the change of the score from Before to Now, in [-2, 2], and 0 where one
// of them has no opinion.
func (t *Theme) Trend() float64 {
	if t.Before.All() == 0 || t.Now.All() == 0 {
		return 0
	}
	return t.Now.Score() - t.Before.Score()
}

// A ThemeQuote is a sentence of a review, byte for byte.
type ThemeQuote struct {
	Review     string
	Span       Span
	Text       string
	Confidence float64 // in the opinion, in [0, 1]
}

// ThemeOptions are the settings of [Themes].
type ThemeOptions struct {
	// MinReviews is how many reviews have to talk of a theme. Default: 2.
	MinReviews int
	// Quotes is how many quotes of each kind a theme has. Default: 2.
	Quotes int
	// Longest is how many bytes a quote has at most. Default: 200.
	Longest int
	// Compounds are names of two words that count as one target. Default: those
	// of the reviews that count; those of all reviews of a shop are more.
	Compounds *Compounds
}

func (o *ThemeOptions) defaults() ThemeOptions {
	d := ThemeOptions{MinReviews: 2, Quotes: 2, Longest: 200}
	if o != nil {
		d.MinReviews = cmp.Or(max(o.MinReviews, 0), d.MinReviews)
		d.Quotes = cmp.Or(max(o.Quotes, 0), d.Quotes)
		d.Longest = cmp.Or(max(o.Longest, 0), d.Longest)
		d.Compounds = o.Compounds
	}
	return d
}

// Themes returns what the reviews of an item talk about, the most reviews first
// and equals by name. Reviews outside of both windows, or of another item, do not
// count. A target that is an entity is the theme of that entity. The order of
// reviews does not matter.
func Themes(reviews []Review, item clm.ItemID, before, now Window, o *ThemeOptions) []Theme {
	opts := o.defaults()
	counting := widened(reviews, opts.Compounds, func(r *Review) bool {
		return r.Item == item && (before.holds(r.Time) || now.holds(r.Time))
	})
	drafts := map[string]*draft{}
	for i := range counting {
		gather(drafts, &counting[i], now.holds(counting[i].Time), opts)
	}
	var themes []Theme
	for _, d := range drafts {
		if len(d.reviews) >= opts.MinReviews {
			themes = append(themes, d.finish(opts))
		}
	}
	slices.SortFunc(themes, func(a, b Theme) int { return cmp.Or(b.Reviews-a.Reviews, cmp.Compare(a.Name, b.Name)) })
	return themes
}

// widened returns the reviews that count, with their compounds as targets. The
// reviews that it was given stay as they are.
func widened(reviews []Review, c *Compounds, counts func(*Review) bool) (out []Review) {
	var documents []Document
	for i := range reviews {
		if counts(&reviews[i]) {
			out = append(out, reviews[i])
			documents = append(documents, reviews[i].Document)
		}
	}
	if c == nil {
		c = NewCompounds(documents, nil)
	}
	for i := range out {
		out[i].Sentences = slices.Clone(out[i].Sentences)
		c.Widen(&out[i].Document)
	}
	return out
}
