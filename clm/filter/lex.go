package filter

import (
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A tokenKind is what a token is.
type tokenKind uint8

const (
	end      tokenKind = iota
	bad                // text is what was expected
	name               // text is the name of a field
	keyword            // text is it in capitals
	str                // text is what it says
	number             // text is as written, without a sign
	duration           // likewise
	param              // text is its name
	symbol             // text is it
)

type token struct {
	kind tokenKind
	text string
	at   position
	raw  string // as written
}

// is reports a keyword or a symbol.
func (t token) is(text string) bool {
	return (t.kind == keyword || t.kind == symbol) && t.text == text
}

// shown is how a message quotes the token.
func (t token) shown() string {
	if t.kind == end {
		return "the end"
	}
	if raw := []rune(t.raw); len(raw) > 40 {
		return string(raw[:40]) + "…"
	}
	return t.raw
}

// keywords are no names of fields unless they are in backquotes. They are read
// in any case and written in capitals, but for the last four.
var keywords = map[string]string{
	"AND": "AND", "OR": "OR", "NOT": "NOT", "IN": "IN", "NOT_IN": "NOT_IN", "CONTAINS": "CONTAINS", "MATCHES": "MATCHES",
	"IS": "IS", "NULL": "NULL", "IF": "IF", "WHERE": "WHERE", "INCLUDE": "INCLUDE", "EXCLUDE": "EXCLUDE",
	"TRUE": "true", "FALSE": "false", "NOW": "now", "TIME": "time",
}

// A lexer cuts a text into tokens.
type lexer struct {
	rest string
	at   position
}

func newLexer(text string) *lexer { return &lexer{rest: text, at: position{1, 1}} }

// skip moves over n bytes.
func (l *lexer) skip(n int) string {
	passed := l.rest[:n]
	for _, r := range passed {
		l.at.column++
		if r == '\n' {
			l.at = position{l.at.line + 1, 1}
		}
	}
	l.rest = l.rest[n:]
	return passed
}

// next returns the next token.
func (l *lexer) next() token {
	l.skip(len(l.rest) - len(strings.TrimLeft(l.rest, " \t\r\n")))
	t := token{at: l.at}
	if l.rest == "" {
		return t
	}
	size := 0
	t.kind, t.text, size = scan(l.rest)
	t.raw = l.skip(size)
	return t
}

// scan reads one token from a text that is not empty.
func scan(text string) (kind tokenKind, value string, size int) {
	c, width := utf8.DecodeRuneInString(text)
	switch {
	case c == '"':
		return scanString(text)
	case c == '`':
		return scanQuoted(text)
	case c == '$':
		n := run(text[1:], func(r rune) bool { return r == '_' || letterOrDigit(r) })
		if n == 0 {
			return bad, "the name of a parameter behind $", 1
		}
		return param, text[1 : 1+n], 1 + n
	case c >= '0' && c <= '9':
		return scanNumber(text)
	case c == '_' || unicode.IsLetter(c):
		return scanName(text)
	}
	for _, s := range []string{"<=", ">=", "!=", "<>", "<", ">", "=", "(", ")", ",", "-", "+", "|"} {
		if strings.HasPrefix(text, s) {
			return symbol, s, len(s)
		}
	}
	return bad, "a field, a value or an operator", width
}

// run returns the length of the prefix whose characters are all in a class.
func run(text string, in func(rune) bool) int {
	n := strings.IndexFunc(text, func(r rune) bool { return !in(r) })
	if n < 0 {
		return len(text)
	}
	return n
}

func letterOrDigit(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

func nameRune(r rune) bool { return r == '_' || r == '.' || letterOrDigit(r) }

func scanName(text string) (tokenKind, string, int) {
	n := run(text, nameRune)
	if word, ok := keywords[strings.ToUpper(text[:n])]; ok {
		return keyword, word, n
	}
	return name, text[:n], n
}

// scanQuoted reads a name in backquotes; a backquote in it is written twice.
func scanQuoted(text string) (tokenKind, string, int) {
	for i := 1; i < len(text); i++ {
		if text[i] != '`' {
			continue
		}
		if strings.HasPrefix(text[i+1:], "`") {
			i++
			continue
		}
		value := strings.ReplaceAll(text[1:i], "``", "`")
		if !sound(value) || value == "" {
			return bad, "a name of valid text in the backquotes", i + 1
		}
		return name, value, i + 1
	}
	return bad, "a closing backquote", len(text)
}

// sound reports text that every store can hold.
func sound(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// scanString reads a string with the escapes of JSON.
func scanString(text string) (tokenKind, string, int) {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			value, ok := unquote(text[:i+1])
			if !ok {
				return bad, "a string of valid text, with the escapes of JSON", i + 1
			}
			return str, value, i + 1
		}
	}
	return bad, "a closing quotation mark", len(text)
}

// unquote reads a JSON string that may have line breaks and tabs as they are.
func unquote(quoted string) (string, bool) {
	plain := strings.NewReplacer("\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(quoted)
	var value string
	err := json.Unmarshal([]byte(plain), &value)
	return value, utf8.ValidString(quoted) && err == nil && sound(value)
}

// scanNumber reads a number, or a duration where letters follow the digits.
func scanNumber(text string) (tokenKind, string, int) {
	digit := func(r rune) bool { return r >= '0' && r <= '9' }
	n := run(text, digit)
	if strings.HasPrefix(text[n:], ".") {
		n += 1 + run(text[n+1:], digit)
	}
	if e := exponent(text[n:]); e > 0 {
		n += e
	} else if more := run(text[n:], letterOrDigit); more > 0 {
		return duration, text[:n+more], n + more
	}
	return number, text[:n], n
}

// exponent returns the length of an exponent at the start of a text, or 0.
func exponent(text string) int {
	if text == "" || text[0] != 'e' && text[0] != 'E' {
		return 0
	}
	sign := 1
	if len(text) > 1 && (text[1] == '-' || text[1] == '+') {
		sign = 2
	}
	n := run(text[sign:], func(r rune) bool { return r >= '0' && r <= '9' })
	if n == 0 {
		return 0
	}
	return sign + n
}
