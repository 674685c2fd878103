package filter

import "fmt"

// A position is a place in a text, both counted from 1; columns count
// characters. The zero position is that of what was not read from a text.
type position struct{ line, column int }

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
