package profile

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// TraitOptions are the settings of [Profile.Traits].
type TraitOptions struct {
	// HalfLife is how long it takes until a reading counts half. Default: 180
	// days, our judgement of how fast tastes change.
	HalfLife time.Duration
	// Least is the smallest confidence of a trait, in [0, 1]. Default: 0.1.
	Least float64
	// Purpose is what the customer has to have agreed to: traits are none while
	// the latest word on it is no, and demographic ones none until it is yes.
	// Default: "profiling".
	Purpose string
	// Single are the names that a customer has one value of: the one with the
	// greatest confidence. Default: language, price sensitivity, age band,
	// household and gender.
	Single []string
}

func (o *TraitOptions) defaults() TraitOptions {
	var d TraitOptions
	if o != nil {
		d = *o
	}
	if d.HalfLife <= 0 {
		d.HalfLife = 180 * 24 * time.Hour
	}
	if d.Least <= 0 {
		d.Least = 0.1
	}
	if d.Purpose == "" {
		d.Purpose = "profiling"
	}
	if d.Single == nil {
		d.Single = []string{clm.Language, clm.PriceSensitivity, clm.AgeBand, clm.Household, clm.Gender}
	}
	return d
}

// Demographic reports whether a trait says who a customer is, and not what the
// customer likes or does. Such readings are kept only where
// [FoldOptions.Demographics] names them, and told only with consent.
func Demographic(name string) bool {
	return name == clm.AgeBand || name == clm.Household || name == clm.Gender
}

// Traits returns what is known about the customer at a moment, by falling
// confidence, then by name and value. Readings after at and expired ones are not
// seen. Where readings contradict each other, the one with the greater confidence
// at that moment stays: a value against other values of a name in Single, a
// dislike against an interest or a brand with the same value. Corrections are
// stronger than what is read; a profile keeps the latest word of each, and of each
// consent, so that a moment before it is asked of a profile that was folded to that
// moment, as by [Folder.AsOf]. A trait's evidence are the newest pieces of its
// readings; of a pinned trait it is the correction.
//
// The confidence of readings c with age a is 1 - prod((1-c)^(2^(-a/HalfLife))): they
// count as independent, and what is old says less. Of interests and brands all
// readings count, with their ages in weeks, as long as the sums of the value are
// among the [MaxLabels] that are kept; of other names, the newest [MaxPerValue] of a
// value. Brands count the share of the customer's behaviour (see
// [Weekly.Affinities]) like one more reading.
func (p *Profile) Traits(at time.Time, o *TraitOptions) []clm.Trait {
	opts := o.defaults()
	word, asked := p.consent(opts.Purpose, at)
	if asked && !word {
		return nil
	}
	r := resolver{p: p, at: at, opts: opts}
	traits := slices.DeleteFunc(r.read(), func(t clm.Trait) bool { return Demographic(t.Name) && !word })
	traits = r.correct(r.settle(traits))
	slices.SortFunc(traits, func(a, b clm.Trait) int {
		return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Value, b.Value))
	})
	return traits
}

// consent returns the latest word on a purpose at a moment, and whether there is
// one.
func (p *Profile) consent(purpose string, at time.Time) (granted, asked bool) {
	for _, c := range p.Consents {
		if c.About == purpose && !c.Time.After(at) {
			return c.Granted, true
		}
	}
	return false, false
}

// A resolver turns readings into traits.
type resolver struct {
	p    *Profile
	at   time.Time
	opts TraitOptions
}

// read puts the readings of a name and value together.
func (r *resolver) read() []clm.Trait {
	var traits []clm.Trait
	index := map[[2]string]int{}
	for i := range r.p.Readings {
		reading := &r.p.Readings[len(r.p.Readings)-1-i] // newest first
		if reading.Seen.After(r.at) || !reading.Expires.IsZero() && !reading.Expires.After(r.at) {
			continue
		}
		key := [2]string{reading.Name, reading.Value}
		at, known := index[key]
		if !known {
			at = len(traits)
			index[key] = at
			traits = append(traits, clm.Trait{
				Name: reading.Name, Value: reading.Value, Confidence: r.summed(reading.Name, reading.Value),
				Seen: reading.Seen, Expires: reading.Expires, Source: reading.Source,
			})
		}
		t := &traits[at]
		if !r.p.sums(t.Name).has(t.Value) {
			t.Confidence = 1 - (1-t.Confidence)*math.Exp(-weightOf(reading.Confidence)*r.fade(reading.Seen))
		}
		t.Evidence = append(t.Evidence, reading.Evidence...)
	}
	return slices.DeleteFunc(traits, func(t clm.Trait) bool { return t.Confidence < r.opts.Least })
}

func (r *resolver) fade(seen time.Time) float64 {
	return math.Exp2(-float64(max(0, r.at.Sub(seen))) / float64(r.opts.HalfLife))
}

// summed returns what is known of a value besides the readings that are kept: the
// confidence of all readings where they are summed up, and of a brand the share
// of the behaviour too.
func (r *resolver) summed(name, label string) float64 {
	taste := r.taste(r.p.sums(name), label)
	if name != clm.PrefersBrand {
		return taste
	}
	for _, a := range r.p.Brands.Affinities(r.at, r.opts.HalfLife) {
		if a.Label == label {
			return 1 - (1-taste)*(1-a.Share)
		}
	}
	return taste
}

// taste is the confidence of all readings of a label.
func (r *resolver) taste(w *Weekly, label string) float64 {
	sum := 0.0
	for i, _ := w.find(label, math.MinInt32); i < len(*w) && (*w)[i].Label == label; i++ {
		sum += float64((*w)[i].Sum) * fade((*w)[i].Week, r.at, r.opts.HalfLife)
	}
	return -math.Expm1(-sum / tasteUnit)
}

// tasteUnit is how fine the weights of readings are counted, in parts of 1.
const tasteUnit = 1000

// taste adds a reading of an interest or a brand to the sums.
func (p *Profile) taste(t *clm.Trait) {
	if liked(t.Name) {
		p.sums(t.Name).add(t.Value, t.Seen, int64(math.Round(weightOf(t.Confidence)*tasteUnit)))
	}
}

// sums returns the weekly sums of the readings of a name, which are empty for
// names that are not summed up.
func (p *Profile) sums(name string) *Weekly {
	switch name {
	case clm.Interest:
		return &p.Tastes
	case clm.PrefersBrand:
		return &p.BrandTastes
	}
	return &Weekly{}
}

// weightOf turns a confidence into a weight that adds up: independent readings of
// c and d have the confidence 1 - (1-c)(1-d). What is certain weighs as 0.999, so
// that it fades too.
func weightOf(confidence float64) float64 { return -math.Log1p(-min(confidence, 0.999)) }

// settle drops what others contradict.
func (r *resolver) settle(traits []clm.Trait) []clm.Trait {
	return slices.DeleteFunc(slices.Clone(traits), func(t clm.Trait) bool {
		return slices.ContainsFunc(traits, func(other clm.Trait) bool {
			return r.contradict(&t, &other) && stronger(&other, &t)
		})
	})
}

func (r *resolver) contradict(a, b *clm.Trait) bool {
	if a.Name == b.Name {
		return a.Value != b.Value && slices.Contains(r.opts.Single, a.Name)
	}
	return (a.Name == clm.Dislike && liked(b.Name) || b.Name == clm.Dislike && liked(a.Name)) && strings.EqualFold(a.Value, b.Value)
}

func liked(name string) bool { return name == clm.Interest || name == clm.PrefersBrand }

// stronger compares by confidence, then by time; of what is left a dislike wins.
func stronger(a, b *clm.Trait) bool {
	return cmp.Or(
		cmp.Compare(a.Confidence, b.Confidence), a.Seen.Compare(b.Seen), disliked(a)-disliked(b),
		cmp.Compare(b.Name, a.Name), cmp.Compare(b.Value, a.Value),
	) > 0
}

func disliked(t *clm.Trait) int {
	if t.Name == clm.Dislike {
		return 1
	}
	return 0
}

// correct applies the rulings: first those on every value of a name, then those
// on one.
func (r *resolver) correct(traits []clm.Trait) []clm.Trait {
	var pinned []clm.Trait
	for _, ruling := range r.p.Rulings { // "" comes before the values of a name
		if ruling.Time.After(r.at) {
			continue
		}
		same := func(t clm.Trait) bool {
			return t.Name == ruling.Name && (ruling.Value == "" || t.Value == ruling.Value)
		}
		switch ruling.Verdict {
		case clm.Deny:
			traits = slices.DeleteFunc(traits, same)
		case clm.Pin:
			pin := clm.Trait{
				Name: ruling.Name, Value: ruling.Value, Confidence: 1, Seen: ruling.Time, Source: "correction",
				Evidence: []clm.Evidence{{Event: ruling.Event}},
			}
			traits = slices.DeleteFunc(traits, func(t clm.Trait) bool { return same(t) || r.contradict(&t, &pin) })
			pinned = append(pinned, pin)
		}
	}
	return append(traits, r.settle(pinned)...)
}
