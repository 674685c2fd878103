package filter

import (
	"slices"
	"time"
)

// An op is what an expression does.
type op uint8

const (
	opAnd op = iota + 1
	opOr
	opNot
	opEqual
	opUnequal
	opLess
	opAtMost
	opMore
	opAtLeast
	opIn
	opNotIn
	opContains
	opMatches
	opNull
	opNotNull
)

var opTexts = [...]string{
	opAnd: "AND", opOr: "OR", opNot: "NOT", opEqual: "=", opUnequal: "!=", opLess: "<", opAtMost: "<=", opMore: ">",
	opAtLeast: ">=", opIn: "IN", opNotIn: "NOT IN", opContains: "CONTAINS", opMatches: "MATCHES", opNull: "IS NULL", opNotNull: "IS NOT NULL",
}

// ordering reports the operators that need an order.
func (o op) ordering() bool { return o >= opLess && o <= opAtLeast }

// An Expr is a condition on the fields of a record. It is immutable and safe for
// concurrent use. A nil *Expr is the condition that every record meets.
type Expr struct {
	op    op
	args  []*Expr // of AND, OR and NOT; an AND is never right in an AND, nor an OR in an OR
	field string  // of a comparison
	terms []term  // what the field is compared with: one, or for IN any number but 0
	at    position
}

// A term is what a field is compared with: exactly one of a literal, a
// parameter, another field, or now() with an offset.
type term struct {
	value Value
	param string
	field string
	now   bool
	plus  time.Duration // of now
	at    position
}

// And returns the condition that all of the expressions hold. Of none, and of
// nil ones only, it is nil.
func And(all ...*Expr) *Expr {
	all = slices.DeleteFunc(slices.Clone(all), func(e *Expr) bool { return e == nil })
	return join(opAnd, all)
}

// Or returns the condition that one of the expressions holds. It is nil when
// one of them is nil, and when there is none.
func Or(any ...*Expr) *Expr {
	if slices.Contains(any, nil) {
		return nil
	}
	return join(opOr, any)
}

// join makes an AND or OR that has none of its own kind right in it.
func join(o op, args []*Expr) *Expr {
	switch len(args) {
	case 0:
		return nil
	case 1:
		return args[0]
	}
	e := &Expr{op: o, at: args[0].at}
	for _, a := range args {
		if a.op == o {
			e.args = append(e.args, a.args...)
		} else {
			e.args = append(e.args, a)
		}
	}
	return e
}

// Equal reports whether two expressions are the same, wherever they were read.
func (e *Expr) Equal(f *Expr) bool {
	if e == nil || f == nil {
		return e == f
	}
	return e.op == f.op && e.field == f.field &&
		slices.EqualFunc(e.args, f.args, (*Expr).Equal) && slices.EqualFunc(e.terms, f.terms, sameTerm)
}

func sameTerm(a, b term) bool {
	return a.param == b.param && a.field == b.field && a.now == b.now && a.plus == b.plus &&
		(equal(&a.value, &b.value) || a.value.kind == Missing && b.value.kind == Missing)
}

// Fields returns the names of the fields that the expression reads, sorted.
func (e *Expr) Fields() []string {
	var names []string
	e.walk(func(leaf *Expr) {
		names = append(names, leaf.field)
		for _, t := range leaf.terms {
			if t.field != "" {
				names = append(names, t.field)
			}
		}
	})
	slices.Sort(names)
	return slices.Compact(names)
}

// Params returns the names of the parameters that have to be bound, sorted.
func (e *Expr) Params() []string {
	var names []string
	e.walk(func(leaf *Expr) {
		for _, t := range leaf.terms {
			if t.param != "" {
				names = append(names, t.param)
			}
		}
	})
	slices.Sort(names)
	return slices.Compact(names)
}

// walk calls f with every comparison.
func (e *Expr) walk(f func(leaf *Expr)) {
	if e == nil {
		return
	}
	if e.op > opNot {
		f(e)
	}
	for _, a := range e.args {
		a.walk(f)
	}
}
