package filter

import (
	"strings"
	"time"
)

// A Dialect is the SQL of a database.
type Dialect uint8

// The dialects that a filter can be pushed down to.
const (
	// SQLite is SQLite 3.38 or later, which has its JSON functions built in.
	SQLite Dialect = iota
	// Postgres is PostgreSQL 12 or later. It refuses a JSON text with \u0000 in it,
	// which ends the statement with an error.
	Postgres
)

// A Column is where the records of a schema are in a database.
type Column struct {
	Dialect Dialect
	// SQL is the expression with the JSON text of a record, such as "p.body". It
	// becomes part of the statement as it is, once or more for each comparison, so
	// for Postgres it is worth to cast a long text to jsonb before: FROM p CROSS
	// JOIN LATERAL (SELECT p.body::jsonb AS body OFFSET 0) AS j makes it "j.body".
	SQL string
	// First is the number of the first parameter, for Postgres. Default: 1.
	First int
}

// Pushed is a filter split into what a database does and what is left to do. A
// record passes the filter exactly if its row meets Where and it passes Rest.
type Pushed struct {
	// Where is a condition of SQL, true or false and never NULL. It holds no
	// value of the filter: those are in Args. "TRUE" when there is nothing to do.
	Where string
	// Args are the arguments of its parameters in their order: strings, float64s
	// and int64s, and for Postgres bools.
	Args []any
	// Rest is what could not be pushed down. Nil when all was.
	Rest *Filter
}

// Limits of what becomes SQL. More stays in Rest.
const (
	maxArgs  = 30_000 // SQLite takes 32,766 parameters, PostgreSQL 65,535
	maxLevel = 40     // of AND, OR and NOT within each other; SQLite takes 1,000 of its own
)

// Push splits the filter for a database. MATCHES and fields without a path stay
// in Rest, and so does a condition with one of them inside an OR. The values in
// the database have to be of the types in the schema; see [Field.Path].
//
// What is pushed down gives the same answer as [Filter.Match] because each
// comparison is made of the same kind of value: texts by their bytes, numbers as
// 64-bit floats, amounts and durations as integers, times by their text in UTC;
// and because a comparison that would be NULL is false.
func (f *Filter) Push(c Column) Pushed {
	if f == nil {
		return Pushed{Where: "TRUE"}
	}
	w := newWriter(c)
	var parts []string
	var rest []*Expr
	for _, n := range f.root.conjuncts() {
		if !w.can(n, 0) || len(w.args)+w.cost(n) > maxArgs {
			rest = append(rest, n.expr)
			continue
		}
		w.text.Reset()
		w.node(n)
		parts = append(parts, w.text.String())
	}
	return Pushed{balanced(parts, " AND "), w.args, newFilter(And(rest...))}
}

// conjuncts returns the parts that all have to hold.
func (n *node) conjuncts() []*node {
	var parts []*node
	switch {
	case n.op == opAnd:
		for _, a := range n.args {
			parts = append(parts, a.conjuncts()...)
		}
	case n.op == opNot && n.args[0].op == opOr:
		for _, a := range n.args[0].args {
			parts = append(parts, &node{op: opNot, args: []*node{a}, expr: &Expr{op: opNot, args: []*Expr{a.expr}}})
		}
	default:
		return []*node{n}
	}
	return parts
}

// balanced joins conditions in a tree of little depth.
func balanced(parts []string, by string) string {
	switch len(parts) {
	case 0:
		return "TRUE"
	case 1:
		return parts[0]
	}
	half := len(parts) / 2
	return "(" + balanced(parts[:half], by) + by + balanced(parts[half:], by) + ")"
}

// A source writes values of JSON in one dialect. Each method writes to the
// writer in the order of the text, so that parameters are in order too.
type source interface {
	// scalar writes the value at a path of a JSON value, NULL where it is not of
	// the type.
	scalar(t Type, base string, p path)
	// members writes FROM and WHERE of the strings of a set, and then calls test
	// with what stands for one of them.
	members(p path, test func(member func()))
	// pick writes SELECT and what leads to the picked element of an array, around
	// the value that is written of it.
	pick(p path, value func(base string))
	// keyed reports whether the dialect can write the path.
	keyed(p path) bool
}

// A writer writes the SQL of a filter.
type writer struct {
	column Column
	source source
	text   strings.Builder
	args   []any
}

func newWriter(c Column) *writer {
	c.First = max(1, c.First)
	w := &writer{column: c}
	w.source = &sqlite{w}
	if c.Dialect == Postgres {
		w.source = &postgres{w}
	}
	return w
}

// put writes text.
func (w *writer) put(parts ...string) {
	for _, p := range parts {
		w.text.WriteString(p)
	}
}

// value returns a value as the argument of a parameter.
func (w *writer) value(v Value) any {
	switch v.kind {
	case String:
		return v.s
	case Number:
		return v.number()
	case Time:
		return strings.TrimSuffix(v.moment().Format(time.RFC3339Nano), "Z")
	case Bool:
		if w.column.Dialect == Postgres {
			return v.n != 0
		}
	}
	return v.n
}
