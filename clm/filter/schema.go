package filter

import (
	"maps"
	"slices"
	"strings"
)

// A Schema says which fields records have. A name that ends in ".*" stands for
// all names with what is before the star: "trait.*" is the field of any trait. A
// name in full comes first, then the longest with a star.
type Schema map[string]Field

// A Field is what a schema knows of a field.
type Field struct {
	// Type is the type of its values.
	Type Type
	// Currency is the currency of all its amounts, for [Money]; "" when each
	// has its own, and "*" when it is what the star of the name stands for.
	Currency string
	// Zero says that a record whose text does not have the value has 0: a count, a
	// duration, or a sum in the Currency. The field is then never missing, which is
	// for the [Record] in memory to do.
	Zero bool
	// Path is where the value is in the JSON text of a record in a store, for
	// [Filter.Push]. "" means that it is not there as such, because it is
	// computed. A star in the place of a key or a value becomes what the star of
	// the name stands for.
	//
	//	stage.stage               a value: "stage" within "stage"
	//	kinds[kind=ordered].count of the one element of "kinds" whose "kind" is "ordered"
	//	tags[]                    a set: the strings of an array
	//	channels[].label          a set: "label" of each element
	//	consents[granted=true].about  a set: of the elements picked so
	//	brands{}                  a set: the keys of an object
	//
	// A Money with a Currency is a whole number of minor units there, and else
	// an object with "minor" and "currency". A Duration is a whole number of
	// nanoseconds. A Time is a text of RFC 3339 in UTC, as encoding/json writes
	// one. A value of another JSON type is missing.
	Path string
}

// A column is a field of a schema under one name.
type column struct {
	Field
	path path
}

// find returns the field of a name.
func (s Schema) find(name string) (column, bool, error) {
	f, ok := s[name]
	rest := ""
	for cut := len(name); !ok && cut > 0; {
		cut = strings.LastIndexByte(name[:cut], '.')
		if cut < 0 {
			return column{}, false, nil
		}
		rest = name[cut+1:]
		f, ok = s[name[:cut]+".*"]
		ok = ok && rest != ""
	}
	if f.Currency == "*" {
		f.Currency = rest
	}
	c := column{Field: f}
	if !ok || f.Path == "" {
		return c, ok, nil
	}
	var err error
	c.path, err = parsePath(f.Path, rest, f.Type == Set)
	return c, ok, err
}

// Validate reports the first place where the expression does not fit the schema,
// as an [*Error]: a field that is not there, or a value of another type than the
// field's. Parameters fit everywhere; what they are bound to is checked by
// [Compile].
func (e *Expr) Validate(s Schema) error {
	var first error
	e.walk(func(leaf *Expr) {
		if first == nil {
			first = s.check(leaf)
		}
	})
	return first
}

// check checks one comparison.
func (s Schema) check(e *Expr) error {
	f, err := s.known(e.field, e.at)
	if err != nil {
		return err
	}
	if why := misfit(e.op, f.Type); why != "" {
		return wrong(e.at, why+" before "+opTexts[e.op], e.field+", "+f.Type.String())
	}
	for _, t := range e.terms {
		if err := s.checkTerm(e, f.Field, t); err != nil {
			return err
		}
	}
	return nil
}

func (s Schema) known(name string, at position) (column, error) {
	c, ok, err := s.find(name)
	if err == nil && !ok {
		const most = 30
		list := slices.Sorted(maps.Keys(s))
		more := ""
		if len(list) > most {
			list, more = list[:most], ", ..."
		}
		err = wrong(at, "a field of the schema ("+strings.Join(list, ", ")+more+")", name)
	}
	return c, err
}

// misfit says what an operator needs where a type does not have it, or "".
func misfit(o op, t Type) string {
	switch {
	case o.ordering() && !t.ordered():
		return "a field whose values have an order"
	case (o == opEqual || o == opUnequal) && t == Set:
		return "a field with a single value (a set has CONTAINS and IN)"
	case o == opContains && t != Set:
		return "a set of strings"
	case o == opMatches && t != String:
		return "a string"
	}
	return ""
}

// wanted returns the type of what a field of a type is compared with.
func wanted(o op, t Type) Type {
	if t == Set || o == opContains || o == opMatches {
		return String
	}
	return t
}

// checkTerm checks what a field is compared with.
func (s Schema) checkTerm(e *Expr, f Field, t term) error {
	want, got := wanted(e.op, f.Type), Field{Type: t.value.kind}
	switch {
	case t.param != "":
		return nil
	case t.now:
		got.Type = Time
	case t.field != "":
		other, err := s.known(t.field, t.at)
		if err != nil {
			return err
		}
		got = other.Field
		if got.Type == Set && want == String && (e.op == opIn || e.op == opNotIn) {
			return nil
		}
	case got.Type == Money:
		got.Currency = t.value.s
	}
	expected := want.String()
	if want == Money && f.Currency != "" {
		expected += " in " + f.Currency
	}
	if got.Type == want && (f.Currency == "" || got.Currency == "" || got.Currency == f.Currency) {
		return nil
	}
	return wrong(t.at, expected+example[want]+" to compare "+e.field+" with", t.String())
}

// example shows how literals of a type are written.
var example = map[Type]string{
	String: ` such as "shoes"`, Number: " such as 1.5", Money: " such as 19.99 EUR", Bool: " (true or false)",
	Time: ` such as now() - 7d or time("2026-01-31")`, Duration: " such as 7d or 1h30m",
}
