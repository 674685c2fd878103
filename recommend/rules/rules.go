package rules

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// Rules are what a merchant wants of lists. The zero value wants nothing. Rules
// are data: they are written to JSON and read from it, with filters as text. They
// must not change while they are in use.
type Rules struct {
	// Promotions have places of their own in every list. Where two compete for
	// a place, the earlier one gets it.
	Promotions []Promotion `json:"promotions,omitempty"`
	// Objective is what counts besides relevance.
	Objective Objective `json:"objective,omitzero"`
	// Freshness lifts what is new.
	Freshness Freshness `json:"freshness,omitzero"`
	// Popularity is the penalty of popular items, in [0, 1]: the power of the
	// popularity that relevance is divided by. At 0 nothing happens; at 1 items
	// are ranked by how much more relevant they are than popular, so that
	// bestsellers go. Below one customer in a thousand, popularity makes little
	// difference. See Steck, Item popularity and recommendation accuracy,
	// RecSys 2011, whose β it is. It needs [Candidate.Popularity].
	Popularity float64 `json:"popularity,omitempty"`
	// Diversity is how much it counts that an item differs from those before it,
	// in [0, 1]: 1-λ of maximal marginal relevance (Carbonell and Goldstein, SIGIR
	// 1998). At 0 relevance decides alone, at 1 difference, but for the first item.
	// The likeness of two items is the cosine of their vectors, or where one
	// has none, how many of their categories and brands are the same (Jaccard).
	Diversity float64 `json:"diversity,omitempty"`
	// Caps say how many items of a kind a list has at most.
	Caps []Cap `json:"caps,omitempty"`
	// Relax lets places that would stay empty because of the caps be filled
	// against them; [Place.Broken] names the cap. Default: a cap is a rule, and
	// the list gets shorter.
	Relax bool `json:"relax,omitempty"`
}

// An Error says which field of [Rules] is wrong, and how. It wraps
// [clm.ErrInvalid].
type Error struct {
	Field   string // as in JSON: "promotions[1].share"
	Problem string
}

// Error returns a text like: rules: promotions[1].share: 1.5 is not in [0, 1].
func (e *Error) Error() string { return fmt.Sprintf("rules: %s: %s", e.Field, e.Problem) }

// Unwrap returns [clm.ErrInvalid].
func (e *Error) Unwrap() error { return clm.ErrInvalid }

func fail(field, format string, args ...any) error {
	return &Error{field, fmt.Sprintf(format, args...)}
}

// share checks a number that has to be in [0, 1].
func share(field string, x float64) error {
	if !(x >= 0 && x <= 1) {
		return fail(field, "%v is not in [0, 1]", x)
	}
	return nil
}

// Validate reports the first field that is wrong, as an [*Error], or nil.
func (r *Rules) Validate() error {
	_, err := r.Compile(time.Unix(0, 0))
	return err
}

// Compile checks the rules and makes them ready for a moment: what now() means in
// their filters, which promotions run, how old items are. It fails with an
// [*Error]. Compiling costs some microseconds for each filter.
func (r *Rules) Compile(at time.Time) (*Plan, error) {
	p := &Plan{rules: *r, at: at}
	err := firstOf(
		r.Objective.validate(), r.Freshness.validate(),
		share("popularity", r.Popularity), share("diversity", r.Diversity),
		p.compileCaps(), p.compilePromotions(),
	)
	if err != nil {
		return nil, err
	}
	p.scratch.New = func() any { return new(work) }
	return p, nil
}

// A Plan is rules that are ready for a moment. It is safe for concurrent use.
type Plan struct {
	rules      Rules
	at         time.Time
	promotions []promotion // those that run
	caps       []limit
	scratch    sync.Pool // of *work
}

// Wants returns the names of the rules that read [List.Pool] where the
// candidates do not suffice: the promotions that run at the moment, and
// [NewItems].
func (p *Plan) Wants() []string {
	var names []string
	for _, promotion := range p.promotions {
		names = append(names, promotion.Name)
	}
	if p.rules.Freshness.Share > 0 {
		names = append(names, NewItems)
	}
	return names
}

// Matches reports whether an item is one that a rule of [Plan.Wants] is about. A
// pool needs to hold no others.
func (p *Plan) Matches(name string, c *Candidate) bool {
	if name == NewItems {
		return p.rules.Freshness.isNew(c, p.at)
	}
	i := slices.IndexFunc(p.promotions, func(o promotion) bool { return o.Name == name })
	return i >= 0 && p.promotions[i].matches(c)
}
