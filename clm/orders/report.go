package orders

import (
	"slices"
	"time"
)

// A Reason says why a row was set aside. A row has one reason: the first of
// [Reasons] that holds.
type Reason string

// The reasons, in the order in which they are checked.
const (
	// Malformed: the row is not CSV, has another number of columns than the
	// header, or an identifier that cannot be stored (not UTF-8, a control
	// character, over 256 bytes).
	Malformed Reason = "malformed row"
	// Duplicate: equal to an earlier row in all columns.
	Duplicate Reason = "exact duplicate"
	// Incomplete: no invoice number or no stock code.
	Incomplete Reason = "no invoice or stock code"
	// Bookkeeping: the stock code is no product, as [Options.Product] says.
	Bookkeeping Reason = "bookkeeping code"
	// BadTime: the date fits none of the layouts, or is before 1970.
	BadTime Reason = "date not usable"
	// Later: dated at or after [Options.Until].
	Later Reason = "after the end"
	// BadQuantity: not a whole number, or beyond [clm.MaxCount].
	BadQuantity Reason = "quantity not parseable"
	// BadCurrency: not a code of ISO 4217, or none at all.
	BadCurrency Reason = "unknown currency"
	// BadPrice: not a decimal number, or beyond what [clm.Money] holds.
	BadPrice Reason = "price not parseable"
	// WrongSign: zero pieces, a negative number on an invoice, or a positive
	// one on a cancellation: corrections of the stock.
	WrongSign Reason = "quantity without a sale"
	// NoPrice: the price is zero or negative.
	NoPrice Reason = "no price"
	// Guest: no customer. Such rows make no event, but they tell titles and
	// prices to the catalogue.
	Guest Reason = "no customer"
	// OtherCustomer: the invoice's first kept row has another customer.
	OtherCustomer Reason = "customer differs within the invoice"
	// OtherTime: the row is dated more than two days from the invoice's others:
	// numbers that are given out again, each year for instance, need a column
	// that tells the invoices apart.
	OtherTime Reason = "date differs within the invoice"
	// OtherCurrency: the invoice's first kept row has another currency.
	OtherCurrency Reason = "currency differs within the invoice"
	// InvoiceFull: one more line would exceed [clm.MaxLines] or the range of
	// [clm.Money].
	InvoiceFull Reason = "invoice too large"
)

// Reasons returns all reasons in the order in which they are checked.
func Reasons() []Reason {
	return []Reason{
		Malformed, Duplicate, Incomplete, Bookkeeping, BadTime, Later, BadQuantity, BadCurrency,
		BadPrice, WrongSign, NoPrice, Guest, OtherCustomer, OtherTime, OtherCurrency, InvoiceFull,
	}
}

// A Report says what became of each row: Rows is Kept plus the rows of Aside.
type Report struct {
	Rows      int       `json:"rows"`      // rows read, headers not counted
	Kept      int       `json:"kept"`      // rows that are a line of an event
	Rounded   int       `json:"rounded"`   // kept rows whose amount had parts of a minor unit
	Orders    int       `json:"orders"`    // events of kind [clm.Ordered]
	Returns   int       `json:"returns"`   // events of kind [clm.Returned]
	Customers int       `json:"customers"` // customers with an event
	Items     int       `json:"items"`     // items of the catalogue
	First     time.Time `json:"first"`     // time of the first event; zero without events
	Last      time.Time `json:"last"`      // time of the last event
	// Aside are the rows that were set aside, by reason in the order of
	// [Reasons]. Reasons that did not occur are left out.
	Aside []Aside `json:"aside,omitempty"`
}

// Aside is the number of rows that were set aside for one reason.
type Aside struct {
	Reason   Reason    `json:"reason"`
	Rows     int       `json:"rows"`
	Examples []Example `json:"examples,omitempty"` // the first few
}

// An Example is one row that was set aside.
type Example struct {
	File string `json:"file"` // name of the source
	Line int    `json:"line"` // where the row starts; the header is in line 1
	// Problem is the value or the rule that was broken.
	Problem string `json:"problem"`
}

// Count returns the number of rows that were set aside for a reason.
func (r *Report) Count(reason Reason) int {
	if i := slices.IndexFunc(r.Aside, func(a Aside) bool { return a.Reason == reason }); i >= 0 {
		return r.Aside[i].Rows
	}
	return 0
}

// tally collects what was set aside.
type tally struct {
	examples int // how many to keep of each reason
	byReason map[Reason]*Aside
}

func (t *tally) add(reason Reason, e Example) {
	a := t.byReason[reason]
	if a == nil {
		a = &Aside{Reason: reason}
		t.byReason[reason] = a
	}
	a.Rows++
	if len(a.Examples) < t.examples {
		a.Examples = append(a.Examples, e)
	}
}

func (t *tally) list() []Aside {
	var list []Aside
	for _, reason := range Reasons() {
		if a := t.byReason[reason]; a != nil {
			list = append(list, *a)
		}
	}
	return list
}
