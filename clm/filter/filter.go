package filter

import (
	"fmt"
	"time"
)

// Params are the values of parameters by name, without the $. A [SetOf] stands
// for all its members in a list.
type Params map[string]Value

// A Filter is an expression that is ready to be asked about records: it fits
// its schema, its parameters are bound and now() is a moment. It is immutable and
// safe for concurrent use. A nil *Filter is one that every record passes.
type Filter struct {
	expr *Expr
	root *node
}

// Compile makes a filter of an expression. The records are those of the schema,
// at is what now() means, and params may be nil when the expression has none. A
// nil expression is a filter that every record passes. It fails with an [*Error]
// where the expression or a bound value does not fit.
func Compile(e *Expr, s Schema, at time.Time, params Params) (*Filter, error) {
	if err := e.Validate(s); err != nil {
		return nil, err
	}
	bound, err := e.bind(at, params)
	if err != nil {
		return nil, err
	}
	if err := bound.Validate(s); err != nil {
		return nil, err
	}
	f := newFilter(bound)
	if f != nil {
		err = f.root.locate(s)
	}
	return f, err
}

func newFilter(e *Expr) *Filter {
	if e == nil {
		return nil
	}
	return &Filter{e, build(e)}
}

// Expr returns the expression, with what was bound in place of parameters and of
// now(). It is nil for a nil filter.
func (f *Filter) Expr() *Expr {
	if f == nil {
		return nil
	}
	return f.expr
}

// Match reports whether a record passes. It allocates nothing itself.
func (f *Filter) Match(r Record) bool { return f == nil || f.root.holds(r) }

// bind returns the expression with values in place of parameters and now().
func (e *Expr) bind(at time.Time, params Params) (*Expr, error) {
	if e == nil {
		return nil, nil
	}
	out := *e
	out.args, out.terms = nil, nil
	for _, a := range e.args {
		b, err := a.bind(at, params)
		if err != nil {
			return nil, err
		}
		out.args = append(out.args, b)
	}
	for _, t := range e.terms {
		values, err := t.bind(at, params)
		if err != nil {
			return nil, err
		}
		if len(values) != 1 && e.op != opIn && e.op != opNotIn {
			return nil, wrong(t.at, "a single value for $"+t.param, fmt.Sprint(len(values), " values"))
		}
		out.terms = append(out.terms, values...)
	}
	return &out, nil
}

// bind returns the terms that are meant: several for a parameter that is a set.
func (t term) bind(at time.Time, params Params) ([]term, error) {
	switch {
	case t.now:
		if t.value = t.moment(at); t.value.kind != Time || !t.value.literal() {
			return nil, wrong(t.at, "a time in the years 0 to 9999", t.String())
		}
		return []term{{value: t.value, at: t.at}}, nil
	case t.param == "":
		return []term{t}, nil
	}
	v := params[t.param]
	if v.kind == Set {
		terms := make([]term, len(v.set))
		for i, s := range v.set {
			terms[i] = term{value: StringOf(s), at: t.at}
			if !sound(s) {
				return nil, wrong(t.at, "strings of valid text for $"+t.param, v.String())
			}
		}
		return terms, nil
	}
	if !v.literal() {
		return nil, wrong(t.at, "a value for $"+t.param, v.String())
	}
	return []term{{value: v, at: t.at}}, nil
}
