package filter

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// An Error says where a text or an expression is wrong, and what was expected
// there.
type Error struct {
	// Line and Column count from 1, in characters. Both are 0 for what was not
	// read from a text.
	Line, Column int
	// Expected is what should have been there, such as "a number".
	Expected string
	// Found is what is there.
	Found string
}

// Error returns "filter: 1:7: expected a value, found AND".
func (e *Error) Error() string {
	return fmt.Sprintf("filter: %d:%d: expected %s, found %s", e.Line, e.Column, e.Expected, e.Found)
}

func wrong(at position, expected, found string) error {
	return &Error{at.line, at.column, expected, found}
}

// maxDepth is how deep parentheses and NOT may be nested.
const maxDepth = 200

// Parse reads an expression. It fails with an [*Error]. Whether the fields
// exist and fit their values is for [Expr.Validate].
func Parse(text string) (*Expr, error) {
	p := newParser(text)
	e, err := p.or(0)
	if err != nil {
		return nil, err
	}
	if p.token.kind != end {
		return nil, p.expected("AND, OR or the end")
	}
	return e, nil
}

// A parser reads by recursive descent, one token ahead.
type parser struct {
	lexer *lexer
	token token
}

func newParser(text string) *parser {
	p := &parser{lexer: newLexer(text)}
	p.advance()
	return p
}

func (p *parser) advance() token {
	passed := p.token
	p.token = p.lexer.next()
	return passed
}

// accept moves over a keyword or symbol if it is next.
func (p *parser) accept(text string) bool {
	if !p.token.is(text) {
		return false
	}
	p.advance()
	return true
}

// need moves over a keyword or symbol that has to be next.
func (p *parser) need(text string) error {
	if p.accept(text) {
		return nil
	}
	return p.expected(text)
}

func (p *parser) expected(what string) error {
	if p.token.kind == bad {
		what = p.token.text
	}
	return wrong(p.token.at, what, p.token.shown())
}

func (p *parser) or(depth int) (*Expr, error) { return p.several("OR", opOr, depth, p.and) }

func (p *parser) and(depth int) (*Expr, error) { return p.several("AND", opAnd, depth, p.not) }

// several reads what is joined by a keyword.
func (p *parser) several(word string, o op, depth int, one func(int) (*Expr, error)) (*Expr, error) {
	var args []*Expr
	for {
		e, err := one(depth)
		if err != nil {
			return nil, err
		}
		args = append(args, e)
		if !p.accept(word) {
			return join(o, args), nil
		}
	}
}

func (p *parser) not(depth int) (*Expr, error) {
	at := p.token.at
	if depth >= maxDepth {
		return nil, p.expected(fmt.Sprintf("at most %d levels", maxDepth))
	}
	switch {
	case p.accept("NOT"):
		e, err := p.not(depth + 1)
		if err != nil {
			return nil, err
		}
		return &Expr{op: opNot, args: []*Expr{e}, at: at}, nil
	case p.accept("("):
		e, err := p.or(depth + 1)
		if err != nil {
			return nil, err
		}
		if !p.accept(")") {
			return nil, p.expected("AND, OR or )")
		}
		return e, nil
	}
	return p.comparison()
}

func (p *parser) comparison() (*Expr, error) {
	if p.token.kind != name {
		return nil, p.expected("a field, NOT or (")
	}
	field := p.advance()
	e := &Expr{field: field.text, at: field.at}
	var err error
	if e.op, err = p.operator(); err != nil {
		return nil, err
	}
	switch e.op {
	case opNull, opNotNull:
	case opIn, opNotIn:
		e.terms, err = p.list()
	default:
		var t term
		t, err = p.term(true)
		e.terms = []term{t}
	}
	return e, err
}

var symbols = map[string]op{"=": opEqual, "!=": opUnequal, "<>": opUnequal, "<": opLess, "<=": opAtMost, ">": opMore, ">=": opAtLeast}

func (p *parser) operator() (op, error) {
	if o, ok := symbols[p.token.text]; ok && p.token.kind == symbol {
		p.advance()
		return o, nil
	}
	switch {
	case p.accept("IN"):
		return opIn, nil
	case p.accept("NOT_IN"):
		return opNotIn, nil
	case p.accept("NOT"):
		return opNotIn, p.need("IN")
	case p.accept("CONTAINS"):
		return opContains, nil
	case p.accept("MATCHES"):
		return opMatches, nil
	case p.accept("IS"):
		if p.accept("NOT") {
			return opNotNull, p.need("NULL")
		}
		return opNull, p.need("NULL")
	}
	return 0, p.expected("an operator (=, !=, <, <=, >, >=, IN, NOT IN, CONTAINS, MATCHES, IS NULL)")
}

// list reads what follows IN: values in parentheses, or a field.
func (p *parser) list() ([]term, error) {
	if p.token.kind == name {
		return []term{p.fieldTerm()}, nil
	}
	if !p.accept("(") {
		return nil, p.expected("( or a field")
	}
	var terms []term
	for {
		t, err := p.term(false)
		if err != nil {
			return nil, err
		}
		terms = append(terms, t)
		if p.accept(")") {
			return terms, nil
		}
		if !p.accept(",") {
			return nil, p.expected(", or )")
		}
	}
}

func (p *parser) fieldTerm() term {
	t := p.advance()
	return term{field: t.text, at: t.at}
}

// term reads a value, or a field where one is allowed, maybe in parentheses.
func (p *parser) term(fields bool) (term, error) {
	if fields && p.accept("(") {
		t, err := p.term(false)
		if err != nil {
			return t, err
		}
		return t, p.need(")")
	}
	t := term{at: p.token.at}
	switch {
	case fields && p.token.kind == name:
		return p.fieldTerm(), nil
	case p.token.kind == param:
		t.param = p.advance().text
		return t, nil
	case p.accept("now"):
		return p.now(t)
	}
	var err error
	t.value, err = p.literal()
	return t, err
}

// now reads what follows the word: (), and maybe an offset.
func (p *parser) now(t term) (term, error) {
	t.now = true
	if err := p.need("("); err != nil {
		return t, err
	}
	if err := p.need(")"); err != nil {
		return t, err
	}
	if !p.token.is("-") && !p.token.is("+") {
		return t, nil
	}
	negative := p.advance().text == "-"
	var err error
	t.plus, err = p.duration(negative)
	return t, err
}

func (p *parser) duration(negative bool) (time.Duration, error) {
	if p.token.kind == duration {
		if d, ok := parseDuration(p.token.text, negative); ok {
			p.advance()
			return d, nil
		}
	}
	return 0, p.expected("a duration such as 7d, 12h or 1h30m")
}

func (p *parser) literal() (Value, error) {
	switch t := p.token; {
	case t.kind == str:
		return StringOf(p.advance().text), nil
	case p.accept("true"):
		return BoolOf(true), nil
	case p.accept("false"):
		return BoolOf(false), nil
	case p.accept("time"):
		return p.time()
	}
	negative := p.accept("-")
	switch p.token.kind {
	case number:
		return p.amount(negative)
	case duration:
		d, err := p.duration(negative)
		return DurationOf(d), err
	}
	return Value{}, p.expected("a value")
}

// amount reads a number, or money where a currency follows.
func (p *parser) amount(negative bool) (Value, error) {
	t := p.token
	text := t.text
	if negative {
		text = "-" + text
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return Value{}, p.expected("a number within ±1.8e308")
	}
	p.advance()
	if p.token.kind != name || !code(p.token.text) {
		return NumberOf(f), nil
	}
	m, err := clm.ParseMoney(text, p.token.text)
	if err != nil {
		return Value{}, wrong(t.at, "an amount of an ISO 4217 currency such as 19.99 EUR", t.raw+" "+p.token.shown())
	}
	p.advance()
	return MoneyOf(m), nil
}

// code reports what is written as the codes of ISO 4217 are.
func code(s string) bool { return len(s) == 3 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" }

// time reads what follows the word: a time in parentheses.
func (p *parser) time() (Value, error) {
	if err := p.need("("); err != nil {
		return Value{}, err
	}
	v, ok := parseTime(p.token.text)
	if p.token.kind != str || !ok {
		return Value{}, p.expected(`a time such as "2026-01-31" or "2026-01-31T12:00:00Z"`)
	}
	p.advance()
	return v, p.need(")")
}

// parseTime reads a day, which begins at midnight UTC, or a moment of RFC 3339.
func parseTime(text string) (Value, bool) {
	layout := time.RFC3339
	if !strings.Contains(text, "T") {
		layout = time.DateOnly
	}
	t, err := time.Parse(layout, text)
	v := TimeOf(t)
	return v, err == nil && v.kind == Time && v.literal()
}
