package filter

import (
	"strconv"
	"strings"
	"time"

	"github.com/clmkit/clmkit/clm"
)

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
