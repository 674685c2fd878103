package filter

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// A Sieve is rules that are ready to be asked: their parameters are bound. It
// is immutable and safe for concurrent use.
type Sieve struct{ rules []sieveRule }

// A sieveRule is a rule that is ready to be asked.
type sieveRule struct {
	include bool
	where   *Filter
	when    *Filter // the IF
}

// A Candidate is what rules decide about. A record that is nil has no fields.
type Candidate struct {
	// Subject is the item, the user or the action; its fields are what the rules
	// call Items.X, Users.X or Actions.X.
	Subject Record
	// CurrentItem is the item that related items are asked for.
	CurrentItem Record
	// CurrentUser is the user who gets the recommendations.
	CurrentUser Record
	// Events are the types of the events between the current user and the item or
	// action; for a user as the subject, of all events of that user. How far back
	// they go is up to the caller: Personalize looks at the latest 100 of a type.
	Events []string
}

// Compile binds the parameters and returns what decides. It fails with an
// [*Error] for a parameter of an INCLUDE that has no value. An EXCLUDE of which a
// parameter has no value is left out, as Personalize documents it.
func (rs Rules) Compile(at time.Time, params Params) (*Sieve, error) {
	s := new(Sieve)
	for _, r := range rs {
		if !r.Include && !params.have(r.Where) {
			continue
		}
		where, err := r.Where.bind(at, params)
		if err != nil {
			return nil, err
		}
		condition, err := r.If.bind(at, params)
		if err != nil {
			return nil, err
		}
		s.rules = append(s.rules, sieveRule{r.Include, newFilter(foldEvents(where)), newFilter(condition)})
	}
	return s, nil
}

// have reports whether all parameters of an expression have a value.
func (p Params) have(e *Expr) bool {
	for _, name := range e.Params() {
		if p[name].kind == Missing {
			return false
		}
	}
	return true
}

// foldEvents returns the expression with the types of events in lower case: they
// are the only values that Personalize compares without regard to case. "*" is
// any event.
func foldEvents(e *Expr) *Expr {
	out := *e
	out.args, out.terms = nil, nil
	for _, a := range e.args {
		out.args = append(out.args, foldEvents(a))
	}
	dataset, _ := split(e.field)
	for _, t := range e.terms {
		if events(dataset) {
			t.value = StringOf(strings.ToLower(t.value.s))
			if t.value.s == "*" {
				return &Expr{op: map[op]op{opIn: opNotNull, opNotIn: opNull}[e.op], field: e.field, at: e.at}
			}
		}
		out.terms = append(out.terms, t)
	}
	return &out
}

// Keep reports whether a candidate stays: it meets one of the INCLUDE rules, or
// there is none, and none of the EXCLUDE rules. A rule whose IF does not hold for
// the current user does not count, so an INCLUDE with such an IF leaves
// everything in.
//
// A comparison with a missing value does not hold, and NOT IN and != do then, as
// everywhere in this package: an item without CATEGORY_L2 is one that does not
// have a CATEGORY_L2 of "boot".
func (s *Sieve) Keep(c *Candidate) bool {
	including, included := false, false
	for i := range s.rules {
		r := &s.rules[i]
		if !r.when.Match(c) {
			continue
		}
		switch {
		case !r.include:
			if r.where.Match(c) {
				return false
			}
		case !included:
			including, included = true, r.where.Match(c)
		}
	}
	return !including || included
}

// Field returns a field by its name in rules, such as Items.GENRE.
func (c *Candidate) Field(field string) Value {
	dataset, rest := split(field)
	record := c.Subject
	switch dataset {
	case dataInteractions, dataActionInteractions:
		return eventSet(c.Events)
	case dataCurrentItem:
		record = c.CurrentItem
	case dataCurrentUser:
		record = c.CurrentUser
	}
	if record == nil {
		return Value{}
	}
	return record.Field(rest)
}

// eventSet returns types of events in lower case. It copies them only where one
// has capitals.
func eventSet(types []string) Value {
	for i, t := range types {
		if low := strings.ToLower(t); low != t {
			copied := append(append([]string(nil), types[:i]...), low)
			for _, t := range types[i+1:] {
				copied = append(copied, strings.ToLower(t))
			}
			return SetOf(copied...)
		}
	}
	return SetOf(types...)
}

// ParseParams reads the values of parameters as Personalize takes them: a number
// as it is, such as "18", and strings in quotation marks with commas between
// them, such as "\"drama\",\"comedy\"". It fails with an [*Error] whose place is
// that in the value.
func ParseParams(values map[string]string) (Params, error) {
	params := make(Params, len(values))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		v, err := parseParam(values[name])
		if err != nil {
			return nil, fmt.Errorf("filter: parameter %s: %w", name, err)
		}
		params[name] = v
	}
	return params, nil
}

func parseParam(text string) (Value, error) {
	p := newParser(text)
	var members []string
	for {
		v, err := p.literal()
		if err != nil {
			return v, err
		}
		members = append(members, v.s)
		switch {
		case p.token.kind == end && len(members) == 1:
			return v, nil
		case v.kind != String:
			return v, p.expected("the end: only strings can be several")
		case p.token.kind == end:
			return SetOf(members...), nil
		case !p.accept(","):
			return v, p.expected(", or the end")
		}
	}
}
