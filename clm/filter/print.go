package filter

import (
	"strings"
	"time"
)

// String returns the expression in its canonical form: keywords in capitals, one
// space between words, and parentheses only where AND and OR need them. It is
// "" for nil. [Parse] reads it as an equal expression.
func (e *Expr) String() string {
	if e == nil {
		return ""
	}
	return string(e.append(nil))
}

// MarshalText returns what String returns.
func (e *Expr) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText reads what [Parse] reads.
func (e *Expr) UnmarshalText(text []byte) error {
	read, err := Parse(string(text))
	if err != nil {
		return err
	}
	*e = *read
	return nil
}

func (e *Expr) append(text []byte) []byte {
	switch e.op {
	case opAnd, opOr:
		for i, a := range e.args {
			if i > 0 {
				text = append(append(append(text, ' '), opTexts[e.op]...), ' ')
			}
			text = a.appendIn(text, e.op)
		}
		return text
	case opNot:
		return e.args[0].appendIn(append(text, "NOT "...), opNot)
	}
	text = append(append(append(text, printName(e.field)...), ' '), opTexts[e.op]...)
	switch {
	case e.op == opNull || e.op == opNotNull:
		return text
	case (e.op == opIn || e.op == opNotIn) && e.terms[0].field == "":
		text = append(text, " ("...)
		for i, t := range e.terms {
			if i > 0 {
				text = append(text, ", "...)
			}
			text = append(text, t.String()...)
		}
		return append(text, ')')
	}
	return append(append(text, ' '), e.terms[0].String()...)
}

// appendIn writes an argument of an operator, in parentheses where it binds
// weaker: an OR within AND, and either within NOT.
func (e *Expr) appendIn(text []byte, outer op) []byte {
	if e.op == opOr && outer == opAnd || (e.op == opOr || e.op == opAnd) && outer == opNot {
		return append(e.append(append(text, '(')), ')')
	}
	return e.append(text)
}

func (t term) String() string {
	switch {
	case t.param != "":
		return "$" + t.param
	case t.field != "":
		return printName(t.field)
	case t.now && t.plus == 0:
		return "now()"
	case t.now && t.plus < 0:
		return "now() - " + strings.TrimPrefix(formatDuration(t.plus), "-")
	case t.now:
		return "now() + " + formatDuration(t.plus)
	}
	return t.value.String()
}

// printName writes the name of a field, in backquotes unless it is plain.
func printName(s string) string {
	kind, text, n := bad, "", 0
	if s != "" {
		kind, text, n = scan(s)
	}
	if kind == name && text == s && n == len(s) {
		return s
	}
	return "`" + strings.ReplaceAll(s, "`", "``") + "`"
}

// moment returns the time that now() with an offset is at a time.
func (t term) moment(at time.Time) Value { return TimeOf(at.Add(t.plus)) }
