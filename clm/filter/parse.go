package filter

import "fmt"

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
