package orders

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/clmkit/clmkit/clm"
)

// maxID is the longest identifier in bytes: events put a word before it.
const maxID = 256

// table knows in which field of a row each column is; -1 is no such column.
type table struct {
	opts *Options

	invoice, code, description, quantity, time, price, customer, currency, category int

	lastTime     string // rows of an invoice share their date
	last         time.Time
	lastCurrency string
}

// newTable finds the columns in the header of a file.
func newTable(header []string, o *Options) (*table, error) {
	t := &table{opts: o}
	c := &o.Columns
	var missing []string
	find := func(name string) int {
		i := slices.IndexFunc(header, func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), name) })
		if i < 0 {
			missing = append(missing, strconv.Quote(name))
		}
		return i
	}
	t.invoice, t.code, t.description = find(c.Invoice), find(c.Code), find(c.Description)
	t.quantity, t.time, t.price, t.customer = find(c.Quantity), find(c.Time), find(c.Price), find(c.Customer)
	t.currency, t.category = -1, -1
	if c.Currency != "" {
		t.currency = find(c.Currency)
	}
	if c.Category != "" {
		t.category = find(c.Category)
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("no column %s in %s: %w", strings.Join(missing, ", "), brief(strings.Join(header, ",")), ErrFormat)
	}
	if c.Currency == "" {
		t.currency = find("Currency")
	}
	if t.currency < 0 && o.Currency == "" {
		return nil, errors.New("no currency: set Options.Currency or name a column of currencies")
	}
	return t, nil
}

// row is one row as it was understood. Strings share the memory of the record.
type row struct {
	invoice, code, description, customer, category string
	cancelled                                      bool
	quantity                                       int // at least 1
	time                                           time.Time
	price, amount                                  clm.Money
	rounded                                        bool
}

// problem is why a row is set aside.
type problem struct {
	reason Reason
	text   string
}

func aside(reason Reason, format string, args ...any) *problem {
	return &problem{reason, fmt.Sprintf(format, args...)}
}

// identify reads what names the row. Its problems come before all others.
func (t *table) identify(fields []string) (row, *problem) {
	r := row{
		invoice:  strings.TrimSpace(fields[t.invoice]),
		code:     strings.TrimSpace(fields[t.code]),
		customer: customerID(fields[t.customer]),
	}
	for _, id := range []string{r.invoice, r.code, r.customer} {
		if len(id) > maxID || !utf8.ValidString(id) || strings.ContainsFunc(id, unicode.IsControl) {
			return r, aside(Malformed, "identifier %s", brief(id))
		}
	}
	if !t.opts.KeepCase {
		r.code = strings.ToUpper(r.code)
	}
	r.cancelled = strings.HasPrefix(r.invoice, "C") || strings.HasPrefix(r.invoice, "c")
	return r, nil
}

// customerID returns the id without the ".0" of tools that take it for a
// number, and nothing for what databases and tables write where there is none.
func customerID(s string) string {
	s = strings.TrimSpace(s)
	switch strings.ToLower(s) {
	case "null", "nan", "none", "n/a", "<na>":
		return ""
	}
	if whole, ok := strings.CutSuffix(s, ".0"); ok && whole != "" && strings.Trim(whole, "0123456789") == "" {
		return whole
	}
	return s
}

// complete reads the values of a row that is identified, in the order of
// [Reasons].
func (t *table) complete(r *row, fields []string) *problem {
	if r.invoice == "" || r.code == "" {
		return aside(Incomplete, "invoice %q, stock code %q", r.invoice, r.code)
	}
	if !t.opts.Product(r.code) {
		return aside(Bookkeeping, "stock code %s", r.code)
	}
	if p := t.readTime(r, fields[t.time]); p != nil {
		return p
	}
	if until := t.opts.Until; !until.IsZero() && !r.time.Before(until) {
		return aside(Later, "date %s", fields[t.time])
	}
	quantity, p := t.readQuantity(r, fields[t.quantity])
	if p != nil {
		return p
	}
	r.quantity = max(quantity, -quantity)
	if p := t.readPrice(r, fields); p != nil {
		return p
	}
	if (quantity < 0) != r.cancelled || quantity == 0 {
		return aside(WrongSign, "quantity %d, invoice %s", quantity, r.invoice)
	}
	if price := strings.TrimSpace(fields[t.price]); strings.HasPrefix(price, "-") || r.amount.Minor == 0 && !r.rounded {
		return aside(NoPrice, "price %s", price)
	}
	r.description = clean(fields[t.description])
	if t.category >= 0 {
		r.category = clean(fields[t.category])
	}
	if r.customer == "" {
		return aside(Guest, "invoice %s", r.invoice)
	}
	return nil
}

func (t *table) readTime(r *row, s string) *problem {
	if s == t.lastTime && s != "" {
		r.time = t.last
		return nil
	}
	for _, layout := range t.opts.Layouts {
		at, err := time.ParseInLocation(layout, strings.TrimSpace(s), t.opts.Location)
		if err == nil && at.Unix() >= 0 {
			t.lastTime, t.last, r.time = strings.Clone(s), at, at
			return nil
		}
	}
	return aside(BadTime, "date %s", brief(s))
}

func (t *table) readQuantity(r *row, s string) (int, *problem) {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n > clm.MaxCount || n < -clm.MaxCount {
		return 0, aside(BadQuantity, "quantity %s", brief(s))
	}
	return n, nil
}

func (t *table) readPrice(r *row, fields []string) *problem {
	currency := t.opts.Currency
	if t.currency >= 0 {
		if own := strings.TrimSpace(fields[t.currency]); own != "" {
			if own != t.lastCurrency {
				t.lastCurrency = strings.Clone(own)
			}
			currency = t.lastCurrency
		}
	}
	if err := (clm.Money{Currency: currency}).Validate(); err != nil {
		return aside(BadCurrency, "currency %s", brief(currency))
	}
	s := strings.TrimSpace(fields[t.price])
	var err error
	if r.price, _, err = times(s, 1, currency); err == nil {
		r.amount, r.rounded, err = times(s, r.quantity, currency)
	}
	if err != nil {
		return aside(BadPrice, "price %s", brief(s))
	}
	return nil
}

// clean makes a text that can be shown: valid UTF-8, on one line, with single
// blanks.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

// brief quotes the beginning of a text that may be anything.
func brief(s string) string {
	const most = 80
	if len(s) > most {
		return strconv.Quote(s[:most]) + "…"
	}
	return strconv.Quote(s)
}
