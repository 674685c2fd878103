package clm

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// ErrInvalid is wrapped by every error that says that an event, an item or an
// action breaks the rules of its type. Use [errors.AsType] with [*FieldError]
// to learn which field.
var ErrInvalid = errors.New("invalid")

// A FieldError says which field of which thing is wrong, and how. It wraps
// [ErrInvalid].
type FieldError struct {
	Type    string // "event", "item" or "action"
	ID      string // the thing's id; empty when that is what is missing
	Field   string // the field's name in JSON, as in "lines[2].quantity"
	Problem string // what is wrong with it
}

// Error returns a text like: clm: event e-17: kind: unknown kind "veiw".
func (e *FieldError) Error() string {
	id := e.ID
	if id == "" || !utf8.ValidString(id) {
		id = fmt.Sprintf("%q", e.ID)
	}
	return fmt.Sprintf("clm: %s %s: %s: %s", e.Type, id, e.Field, e.Problem)
}

// Unwrap returns [ErrInvalid].
func (e *FieldError) Unwrap() error { return ErrInvalid }

// Limits of what a single event may hold. They protect the stores behind a
// log; each is far above what a shop sends.
const (
	MaxID    = 512           // bytes of an identifier or another short text
	MaxText  = 4 << 20       // bytes of Text or Query
	MaxLines = 10_000        // lines of one order
	MaxCount = 1_000_000_000 // pieces of one line

	// Skew is how far ahead of the clock an event may be: clocks of shops and
	// their tills disagree, but not by more than a day.
	Skew = 24 * time.Hour
)

// epoch is the earliest time of an event; nothing was sold on the web before.
var epoch = time.Unix(0, 0)

// Validate reports the first rule that e breaks, as a [*FieldError], or nil.
// The time now is what "in the future" is measured against: an event may be
// at most [Skew] ahead of it.
func (e *Event) Validate(now time.Time) error {
	check := checker{kind: "event", id: e.ID}
	check.ident("id", e.ID)
	check.ident("customer", string(e.Customer))
	check.time(e.Time, now)
	check.texts(e)
	check.amounts(e)
	check.kindOf(e)
	check.traits(e)
	return check.err()
}

// checker collects the first problem; later checks are then skipped.
type checker struct {
	kind, id string
	first    *FieldError
}

func (c *checker) err() error {
	if c.first == nil {
		return nil
	}
	return c.first
}

func (c *checker) fail(field, format string, args ...any) {
	if c.first == nil {
		c.first = &FieldError{c.kind, c.id, field, fmt.Sprintf(format, args...)}
	}
}

func (c *checker) need(field string, ok bool) {
	if !ok {
		c.fail(field, "missing")
	}
}

// ident checks an identifier that has to be there.
func (c *checker) ident(field, s string) {
	c.need(field, s != "")
	c.text(field, s, MaxID)
}

func (c *checker) text(field, s string, limit int) {
	if problem := textProblem(s, limit); problem != "" {
		c.fail(field, "%s", problem)
	}
}

// textProblem says why s cannot be stored everywhere, or "".
func textProblem(s string, limit int) string {
	switch {
	case s == "":
		return ""
	case len(s) > limit:
		return fmt.Sprintf("%d bytes, at most %d are allowed", len(s), limit)
	case !utf8.ValidString(s):
		return "not valid UTF-8"
	case strings.IndexByte(s, 0) >= 0:
		return "holds a zero byte"
	}
	return ""
}

func (c *checker) texts(e *Event) {
	c.text("item", string(e.Item), MaxID)
	c.text("order", e.Order, MaxID)
	c.text("session", e.Session, MaxID)
	c.text("channel", e.Channel, MaxID)
	c.text("decision", e.Decision, MaxID)
	c.text("purpose", e.Purpose, MaxID)
	c.text("alias", string(e.Alias), MaxID)
	c.text("owner", string(e.Owner), MaxID)
	c.text("query", e.Query, MaxText)
	c.text("text", e.Text, MaxText)
}

func (c *checker) time(t, now time.Time) {
	switch {
	case t.IsZero():
		c.fail("time", "missing")
	case t.Before(epoch):
		c.fail("time", "%s is before 1970", t.Format(time.RFC3339))
	case t.After(now.Add(Skew)):
		c.fail("time", "%s is in the future, now is %s", t.Format(time.RFC3339), now.Format(time.RFC3339))
	}
}

func (c *checker) amounts(e *Event) {
	if e.Quantity < 0 || e.Quantity > MaxCount {
		c.fail("quantity", "%d is not in [0, %d]", e.Quantity, MaxCount)
	}
	if e.Rating != 0 && !(e.Rating >= 1 && e.Rating <= 5) {
		c.fail("rating", "%v is not in [1, 5]", e.Rating)
	}
	if len(e.Lines) > MaxLines {
		c.fail("lines", "%d lines, at most %d are allowed", len(e.Lines), MaxLines)
	}
	for i := range e.Lines {
		if c.first == nil {
			c.line(i, &e.Lines[i], e.Lines[0].Amount.Currency)
		}
	}
	if _, err := e.Total(); err != nil {
		c.fail("lines", "%v", err)
	}
}

func (c *checker) line(i int, l *Line, currency string) {
	field := func(name string) string { return fmt.Sprintf("lines[%d].%s", i, name) }
	switch {
	case l.Item == "":
		c.fail(field("item"), "missing")
	case l.Quantity < 1 || l.Quantity > MaxCount:
		c.fail(field("quantity"), "%d is not in [1, %d]", l.Quantity, MaxCount)
	case l.Amount.Minor < 0:
		c.fail(field("amount"), "negative money: %s", l.Amount)
	case l.Amount.Validate() != nil:
		c.fail(field("amount"), "%v", l.Amount.Validate())
	case l.Amount.Currency != currency:
		c.fail(field("amount"), "currency %s, the line before it has %s", l.Amount.Currency, currency)
	case textProblem(string(l.Item), MaxID) != "":
		c.fail(field("item"), "%s", textProblem(string(l.Item), MaxID))
	}
}

// kindOf checks the fields that the event's kind requires.
func (c *checker) kindOf(e *Event) {
	switch e.Kind {
	case SignedUp, Unsubscribed:
	case Viewed, CartAdded, CartRemoved:
		c.need("item", e.Item != "")
	case Searched:
		c.need("query", e.Query != "")
	case Ordered, Returned:
		c.need("lines", len(e.Lines) > 0)
	case Reviewed:
		c.need("item", e.Item != "")
		c.need("text", e.Text != "")
	case Rated:
		c.need("item", e.Item != "")
		c.need("rating", e.Rating != 0)
	case Messaged:
		c.need("text", e.Text != "")
	case Contacted:
		c.need("channel", e.Channel != "")
	case Opened:
		c.need("decision", e.Decision != "")
	case Clicked:
		c.need("decision", e.Decision != "" || e.Item != "")
	case Consented:
		c.need("purpose", e.Purpose != "")
	case StageChanged:
		c.stages(e)
	case Inferred:
		c.need("traits", len(e.Traits) > 0)
	case Corrected:
		c.correction(e.Correction)
	case Identified:
		c.identity(e)
	default:
		c.fail("kind", "unknown kind %q", string(e.Kind))
	}
	if e.Kind != StageChanged && (e.From != "" || e.To != "") {
		c.fail("to", "only changes of stages have stages, this is %q", string(e.Kind))
	}
	if len(e.Lines) > 0 && e.Kind != Ordered && e.Kind != Returned {
		c.fail("lines", "only orders and returns have lines, this is %q", string(e.Kind))
	}
}

func (c *checker) stages(e *Event) {
	if !e.To.Valid() {
		c.fail("to", "unknown stage %q", string(e.To))
	}
	if e.From != "" && !e.From.Valid() {
		c.fail("from", "unknown stage %q", string(e.From))
	}
}
