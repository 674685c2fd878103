package profile

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/clmkit/clmkit/clm"
)

// weights is how much a trait tells when it is certain, by name: our judgement. What
// is not in it tells 0.6.
func weights(name string) float64 {
	switch name {
	case clm.Dislike, clm.LifeEvent:
		return 0.95
	case clm.WearsSize, clm.Occasion:
		return 0.9
	case clm.Interest, clm.PrefersBrand, clm.PriceSensitivity:
		return 0.8
	}
	return 0.6
}

// words adds traits, and what the customer agreed to.
func (d *draft) words() {
	for _, t := range d.traits {
		if !d.told(&t) {
			d.trait(&t)
		}
	}
	for _, c := range d.p.Consents {
		d.consented(&c)
	}
	for _, u := range d.p.Unsubscribed {
		if u.Time.After(d.at) {
			continue
		}
		d.add(Fact{
			Kind: ConsentFact, Weight: 0.5, Evidence: []clm.Evidence{{Event: u.Event}},
			Text: fmt.Sprintf(d.unsubscribed, label(cmp.Or(u.About, d.everything)), d.day(u.Time)),
		})
	}
}

// told reports whether a trait rests on acts alone, and is a label of the
// interests that sum them up already.
func (d *draft) told(t *clm.Trait) bool {
	labels := d.p.Categories
	if t.Name == clm.PrefersBrand {
		labels = d.p.Brands
	}
	return liked(t.Name) && !d.pinned(t) && newestQuote(t) < 0 &&
		slices.ContainsFunc(labels.Affinities(d.at, 0), func(a Affinity) bool { return a.Label == t.Value })
}

// newestQuote returns the index of the newest evidence that has words, -1 when
// none has.
func newestQuote(t *clm.Trait) int {
	return slices.IndexFunc(t.Evidence, func(v clm.Evidence) bool { return v.Quote != "" })
}

func (d *draft) pinned(t *clm.Trait) bool {
	return slices.ContainsFunc(d.p.Rulings, func(r Ruling) bool {
		return r.Verdict == clm.Pin && r.Name == t.Name && r.Value == t.Value && !r.Time.After(d.at)
	})
}

// trait adds one, with the newest words that say so.
func (d *draft) trait(t *clm.Trait) {
	name, ok := d.names[t.Name]
	if !ok {
		name = d.quoted(label(t.Name))
	}
	text := fmt.Sprintf(d.traited, name, d.quoted(label(t.Value)), d.sure(t))
	if i := newestQuote(t); i >= 0 {
		format := d.saying
		if t.Evidence[i].Field == "query" {
			format = d.searching
		}
		text += fmt.Sprintf(format, d.quoted(neutral(t.Evidence[i].Quote, maxQuote)))
	}
	d.add(Fact{Kind: TraitFact, Weight: weights(t.Name) * t.Confidence, Text: text, Evidence: slices.Clone(t.Evidence)})
}

// sure returns the word for a confidence: at least 0.9, 0.7, 0.4, or less.
func (d *draft) sure(t *clm.Trait) string {
	switch {
	case d.pinned(t):
		return d.confidence[0]
	case t.Confidence >= 0.9:
		return d.confidence[1]
	case t.Confidence >= 0.7:
		return d.confidence[2]
	case t.Confidence >= 0.4:
		return d.confidence[3]
	}
	return d.confidence[4]
}

func (d *draft) consented(c *Consent) {
	if c.Time.After(d.at) {
		return
	}
	format := d.refused
	if c.Granted {
		format = d.agreed
	}
	d.add(Fact{
		Kind: ConsentFact, Weight: 0.45, Evidence: []clm.Evidence{{Event: c.Event}},
		Text: fmt.Sprintf(format, label(c.About), d.day(c.Time)),
	})
}
