package profile

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// A cursor reads a JSON text from the front. After the first error it stands
// still.
type cursor struct {
	rest string
	err  error
}

func (c *cursor) space() {
	if c.rest != "" && c.rest[0] <= ' ' {
		c.rest = strings.TrimLeft(c.rest, " \t\r\n")
	}
}

func (c *cursor) fail(wanted string) {
	if c.err == nil {
		c.err = fmt.Errorf("profile: %s expected before %.20q", wanted, c.rest)
	}
	c.rest = ""
}

// next reports whether the next character is b, and passes it.
func (c *cursor) next(b byte) bool {
	c.space()
	if c.rest == "" || c.rest[0] != b {
		return false
	}
	c.rest = c.rest[1:]
	return true
}

func (c *cursor) take(b byte) {
	if !c.next(b) {
		c.fail(strconv.QuoteRune(rune(b)))
	}
}

// list reads what stands between two brackets, by each.
func (c *cursor) list(open, end byte, each func()) {
	c.take(open)
	if c.next(end) {
		return
	}
	for c.err == nil {
		each()
		if c.next(end) {
			return
		}
		c.take(',')
	}
}

func (c *cursor) text() string {
	c.space()
	n := 1
	for plain := true; n < len(c.rest) && c.rest[0] == '"'; n++ {
		switch c.rest[n] {
		case '\\':
			plain = false
			n++
		case '"':
			quoted := c.rest[:n+1]
			c.rest = c.rest[n+1:]
			if plain {
				return quoted[1:n]
			}
			var s string
			if err := json.Unmarshal([]byte(quoted), &s); err != nil && c.err == nil {
				c.err = fmt.Errorf("profile: label %s: %w", quoted, err)
			}
			return s
		}
	}
	c.fail("a label")
	return ""
}

func (c *cursor) integer(least, most int64) int64 {
	c.space()
	n := 0
	for n < len(c.rest) && (c.rest[n] == '-' || '0' <= c.rest[n] && c.rest[n] <= '9') {
		n++
	}
	i, err := strconv.ParseInt(c.rest[:n], 10, 64)
	if err != nil || i < least || i > most {
		c.fail(fmt.Sprintf("an integer in [%d, %d]", least, most))
		return 0
	}
	c.rest = c.rest[n:]
	return i
}

func (c *cursor) end() error {
	c.space()
	if c.err == nil && c.rest != "" {
		return errors.New("profile: more behind the end of counts")
	}
	return c.err
}
