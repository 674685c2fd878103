package rules

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm/filter"
)

// A Promotion gives places to items that meet a condition, as the promotions of
// Amazon Personalize do.
//
// Share·k places, rounded to the nearest whole number with halves up, belong to
// it. They go to the items with the highest scores that match, be they among the
// first k candidates or not, and stand there in the order of their scores. The
// other places are filled without regard to the promotion, so further items that
// match can stand there. Where fewer match, the places go to the others and
// [Arrangement.Short] tells.
type Promotion struct {
	// Name is what marks the items that come in by it, in [Place.Promotion].
	// It must be there, and be the only one of its kind.
	Name string `json:"name"`
	// Where is the condition on items, of [filter.ItemSchema]. Nil is all items.
	Where *filter.Expr `json:"where,omitempty"`
	// Values are those of the parameters in Where, as [filter.ParseParams]
	// reads them.
	Values map[string]string `json:"values,omitempty"`
	// Share is the share of the places, in [0, 1]. Those of all promotions that
	// run at the same time add up to 1 at most.
	Share float64 `json:"share,omitempty"`
	// Most is the largest number of places, however long the list. 0 is no limit.
	Most int `json:"most,omitempty"`
	// Placement is where the items stand. Default: [Random].
	Placement Placement `json:"placement,omitempty"`
	// Places are the places for [Fixed], from 1; then Share must not be given.
	// Those beyond the end of the list are not used.
	Places []int `json:"places,omitempty"`
	// AtLeast counts items that match and come in on their own. Only what is
	// lacking then comes in by the promotion, in the places that its score gives
	// it, which are the last ones; Placement has no meaning.
	AtLeast bool `json:"at_least,omitempty"`
	// From and Until are when the promotion runs: from From on, until before
	// Until. A zero time is no limit.
	From  time.Time `json:"from,omitzero"`
	Until time.Time `json:"until,omitzero"`
}

// Placement is where promoted items stand in a list.
type Placement string

// The placements, in the order in which they get their places: fixed ones first.
const (
	Fixed  Placement = "fixed"  // at the places of [Promotion.Places]
	First  Placement = "first"  // before all others
	Spread Placement = "spread" // in even distances: in the middle of each n-th of the list
	Random Placement = "random" // anywhere, by [List.Seed]: what Personalize does
)

var placements = []Placement{Fixed, First, Spread, Random}

// maxPromotions is how many bits a set of promotions has, but for those of
// new items and of what was asked already.
const maxPromotions = 62

// A promotion is one that runs.
type promotion struct {
	Promotion
	filter *filter.Filter
	bit    uint64
}

func (p *promotion) matches(c *Candidate) bool { return p.filter.Match((*filter.Item)(c.Item)) }

// runs reports whether the moment is in the promotion's window.
func (p *Promotion) runs(at time.Time) bool {
	return !at.Before(p.From) && (p.Until.IsZero() || at.Before(p.Until))
}

// slots returns how many places of k are the promotion's.
func (p *Promotion) slots(k int) int {
	n := rounded(p.Share, k)
	for _, place := range p.Places {
		if place <= k {
			n++
		}
	}
	if p.Most > 0 {
		n = min(n, p.Most)
	}
	return n
}

// tiny makes up for shares that binary fractions cannot hold: 0.145 of 100 is 14.5.
const tiny = 1e-9

// rounded returns a share of k, with halves up.
func rounded(share float64, k int) int { return int(math.Floor(share*float64(k) + 0.5 + tiny)) }

// compilePromotions checks all promotions, and keeps those that run.
func (p *Plan) compilePromotions() error {
	all := p.rules.Promotions
	if len(all) > maxPromotions {
		return fail("promotions", "%d, at most %d are allowed", len(all), maxPromotions)
	}
	for i := range all {
		field := fmt.Sprintf("promotions[%d]", i)
		one, err := all[i].compile(field, p.at)
		if err == nil {
			err = all[i].apart(field, all[:i])
		}
		if err != nil {
			return err
		}
		if all[i].runs(p.at) {
			one.bit = 1 << len(p.promotions)
			p.promotions = append(p.promotions, one)
		}
	}
	return nil
}

// compile checks a promotion by itself.
func (p *Promotion) compile(field string, at time.Time) (promotion, error) {
	switch {
	case p.Name == "" || p.Name == NewItems:
		return promotion{}, fail(field+".name", "%q: a name other than %q is needed", p.Name, NewItems)
	case p.Most < 0:
		return promotion{}, fail(field+".most", "%d is negative", p.Most)
	case p.Placement != "" && !slices.Contains(placements, p.Placement):
		return promotion{}, fail(field+".placement", "%q is none of %q", p.Placement, placements)
	case !p.Until.IsZero() && !p.From.Before(p.Until):
		return promotion{}, fail(field+".until", "%s is not after %s", p.Until, p.From)
	}
	if err := firstOf(share(field+".share", p.Share), p.checkPlaces(field+".places")); err != nil {
		return promotion{}, err
	}
	f, err := compileFilter(field, p.Where, p.Values, at)
	one := promotion{Promotion: *p, filter: f}
	one.Places = slices.Sorted(slices.Values(p.Places))
	return one, err
}

// firstOf returns the first error that is one.
func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *Promotion) checkPlaces(field string) error {
	fixed := p.Placement == Fixed
	switch {
	case fixed && p.AtLeast:
		return fail(field, "at_least takes no fixed places")
	case fixed && p.Share != 0:
		return fail(field, "fixed places and a share exclude each other")
	case fixed != (len(p.Places) > 0):
		return fail(field, "places and the placement %q belong together", Fixed)
	}
	for i, place := range p.Places {
		if place < 1 || slices.Contains(p.Places[:i], place) {
			return fail(field, "%d: places count from 1, each once", place)
		}
	}
	return nil
}

// apart checks a promotion against those before it that run at the same time.
func (p *Promotion) apart(field string, before []Promotion) error {
	for i := range before {
		q := &before[i]
		if p.Name == q.Name {
			return fail(field+".name", "%q is there twice", p.Name)
		}
		if p.overlaps(q) && slices.ContainsFunc(p.Places, func(n int) bool { return slices.Contains(q.Places, n) }) {
			return fail(field+".places", "%v and those of %q overlap", p.Places, q.Name)
		}
	}
	if sum := most(p, before); sum > 1+tiny {
		return fail(field+".share", "promotions that run at the same time have shares of %.4g together, more than 1", sum)
	}
	return nil
}

// most returns the largest sum of shares that run at the same time as p. Windows
// that all overlap have a moment in common at the latest of their beginnings.
func most(p *Promotion, before []Promotion) float64 {
	largest := p.Share
	for i := -1; i < len(before); i++ {
		at, sum := p.From, p.Share
		if i >= 0 {
			at = before[i].From
		}
		if !p.runs(at) {
			continue
		}
		for j := range before {
			if before[j].runs(at) {
				sum += before[j].Share
			}
		}
		largest = max(largest, sum)
	}
	return largest
}

func (p *Promotion) overlaps(q *Promotion) bool { return p.runs(q.From) || q.runs(p.From) }

// compileFilter makes a filter on items of a stored condition.
func compileFilter(field string, where *filter.Expr, values map[string]string, at time.Time) (*filter.Filter, error) {
	params, err := filter.ParseParams(values)
	if err != nil {
		return nil, fail(field+".values", "%v", err)
	}
	f, err := filter.Compile(where, filter.ItemSchema(), at, params)
	if bad, ok := errors.AsType[*filter.Error](err); ok {
		return nil, fail(field+".where", "%v", bad)
	}
	return f, err
}
