package profile

import (
	"cmp"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// PortraitOptions are the settings of [Profile.Portrait] and [Profile.Describe].
type PortraitOptions struct {
	// Language is that of the texts: "en", "de", "fr" or "es", or a BCP 47 tag
	// of one. Default: that of the customer's language trait, else English; a
	// language that there is no table for is English too.
	Language string
	// Tokens is what Describe may use, at most. Default: 300.
	Tokens int
	// Count counts the tokens of a text. Default: a fourth of its bytes, rounded
	// up, which is near for English and too much for languages that tokenizers
	// cut finer: give the tokenizer of the model where the limit is hard.
	Count func(text string) int
	// Purpose is what the customer has to have agreed to, as in
	// [TraitOptions]. Default: "profiling".
	Purpose string
	// Strict leaves nothing of a customer whose latest word on the purpose is
	// no. Default: how many orders there were and the last one stay, because
	// carrying them out takes them.
	Strict bool
	// Traits are the settings of the traits, but for the purpose. Nil means the
	// defaults.
	Traits *TraitOptions
	// Rules are those of the stage. Nil means the defaults.
	Rules *clm.StageRules
}

func (o *PortraitOptions) defaults() PortraitOptions {
	var d PortraitOptions
	if o != nil {
		d = *o
	}
	if d.Tokens == 0 {
		d.Tokens = 300
	}
	if d.Count == nil {
		d.Count = func(text string) int { return (len(text) + 3) / 4 }
	}
	d.Purpose = cmp.Or(d.Purpose, "profiling")
	var traits TraitOptions
	if d.Traits != nil {
		traits = *d.Traits
	}
	traits.Purpose = d.Purpose
	d.Traits = &traits
	return d
}

// A FactKind says what a [Fact] is about.
type FactKind string

// The kinds of facts, in the order of facts of the same weight.
const (
	StageFact    FactKind = "stage"
	OrdersFact   FactKind = "orders"   // how many, and the last one
	MoneyFact    FactKind = "money"    // spent in one currency
	TraitFact    FactKind = "trait"    // read from words and acts
	CategoryFact FactKind = "category" // the strongest interests
	BrandFact    FactKind = "brand"    // the strongest interests
	PriceFact    FactKind = "price"    // what a piece may cost
	RhythmFact   FactKind = "rhythm"   // days between orders
	ReturnsFact  FactKind = "returns"  // what came back
	ConsentFact  FactKind = "consent"  // the latest word on a purpose or a channel
	ChannelFact  FactKind = "channel"  // where the customer acts
	HoursFact    FactKind = "hours"    // when the customer acts
	MissingFact  FactKind = "missing"  // what is hardly known
)

var factKinds = []FactKind{
	StageFact, OrdersFact, MoneyFact, TraitFact, CategoryFact, BrandFact, PriceFact,
	RhythmFact, ReturnsFact, ConsentFact, ChannelFact, HoursFact, MissingFact,
}

// A Fact is one thing that is known about a customer.
type Fact struct {
	// Ref is the number that texts refer to the fact by: its place among the
	// portrait's facts, from 1.
	Ref  int      `json:"ref"`
	Kind FactKind `json:"kind"`
	// Text is one line in the portrait's language. What comes from outside is
	// in it with control characters and brackets neutralised, and the
	// customer's words in quotes.
	Text string `json:"text"`
	// Weight is how much it tells, in (0, 1]: our judgement of the kind, times how
	// sure or how distinct it is.
	Weight float64 `json:"weight"`
	// Evidence is what it rests on, as far as the profile keeps events one by
	// one. Events is how many events or pieces were summed up where it does not.
	Evidence []clm.Evidence `json:"evidence,omitempty"`
	Events   int            `json:"events,omitempty"`
}

// Limited says what of a profile a portrait may use.
type Limited string

// The limits.
const (
	Unlimited    Limited = ""         // all but demographics, which take a yes
	ContractOnly Limited = "contract" // the customer said no: the orders, and no more
	NothingLeft  Limited = "nothing"  // the customer said no, and Strict was asked for
)

// A Portrait is what is known about a customer at a moment, in the words of one
// language. Its JSON form is that of its fields.
type Portrait struct {
	Customer clm.CustomerID `json:"customer"`
	At       time.Time      `json:"at"`
	Language string         `json:"language"` // "en", "de", "fr" or "es"
	Limited  Limited        `json:"limited,omitempty"`
	// Facts are sorted by falling weight, then by kind and text.
	Facts []Fact `json:"facts"`
}

// Portrait returns what is known about the customer at a moment, the most telling
// first. The profile has to be one of that time, and nothing that a consent
// forbids is in it: after a no to the purpose nothing but the number of orders and
// the last one, or nothing at all; demographic traits after a yes only. It makes no call and takes
// time in proportion to the profile.
func (p *Profile) Portrait(at time.Time, o *PortraitOptions) Portrait {
	opts := o.defaults()
	portrait := Portrait{Customer: p.Customer, At: at.UTC(), Limited: p.limited(at, &opts)}
	d := draft{p: p, at: at, opts: &opts, facts: []Fact{}}
	if portrait.Limited == Unlimited {
		d.traits = p.Traits(at, opts.Traits)
	}
	d.tongue = tongueOf(cmp.Or(opts.Language, spoken(d.traits)))
	portrait.Language = d.code
	if portrait.Limited != NothingLeft {
		d.contract()
	}
	if portrait.Limited == Unlimited {
		d.spent()
		d.behaviour()
		d.words()
		d.gaps()
	}
	portrait.Facts = ranked(d.facts)
	return portrait
}

// limited returns what the customer's word on the purpose leaves.
func (p *Profile) limited(at time.Time, o *PortraitOptions) Limited {
	switch granted, asked := p.consent(o.Purpose, at); {
	case !asked || granted:
		return Unlimited
	case o.Strict:
		return NothingLeft
	}
	return ContractOnly
}

// spoken returns the value of the language trait, "" when there is none.
func spoken(traits []clm.Trait) string {
	for _, t := range traits {
		if t.Name == clm.Language {
			return t.Value
		}
	}
	return ""
}

func ranked(facts []Fact) []Fact {
	slices.SortFunc(facts, func(a, b Fact) int {
		return cmp.Or(
			cmp.Compare(b.Weight, a.Weight),
			cmp.Compare(slices.Index(factKinds, a.Kind), slices.Index(factKinds, b.Kind)),
			cmp.Compare(a.Text, b.Text),
		)
	})
	for i := range facts {
		facts[i].Ref = i + 1
	}
	return facts
}

// Describe returns the portrait as a text for a prompt or a person: a heading,
// and a line for each fact, the most telling first, which ends with its reference
// in brackets; the fact with reference n is Facts[n-1] of [Profile.Portrait] with
// the same options. Facts that do not fit the budget are left out, smaller ones
// behind them may still be in. The text is empty when there is nothing to say or no
// room for it, and never takes more than o.Tokens by o.Count.
//
// What customers wrote is in it as quotes. Give it to a model as quoted material
// all the same, as with llm.Quote: words stay words.
func (p *Profile) Describe(at time.Time, o *PortraitOptions) string {
	opts := o.defaults()
	portrait := p.Portrait(at, o)
	text := tongueOf(portrait.Language).heading(at)
	none := text
	for _, f := range portrait.Facts {
		longer := text + f.line()
		if opts.Count(longer) <= opts.Tokens {
			text = longer
		}
	}
	if text == none {
		return ""
	}
	return text
}
