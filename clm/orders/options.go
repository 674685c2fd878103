package orders

import (
	"cmp"
	"strings"
	"time"
)

// Options are the settings of [Read] and [ReadFiles]. Only the currency has no
// default: an export that does not name it needs Currency.
type Options struct {
	// Columns names the columns. Default: see [Columns].
	Columns Columns
	// Layouts are the accepted forms of a date, as of [time.Parse]; the first
	// that fits is used. Default: "2006-01-02" with " 15:04:05", " 15:04" or
	// no time of day, and [time.RFC3339]. Forms such as "1/2/2006 15:04" have
	// to be named, because "2/1/2006 15:04" looks the same.
	Layouts []string
	// Location is the time zone of dates that do not name one. Default: UTC.
	Location *time.Location
	// Until is where the history ends: rows dated at or after it are set aside
	// as [Later] and tell the catalogue nothing, as if the files had been
	// exported then. Default: no end.
	Until time.Time
	// Currency is the ISO 4217 code of all rows that name none themselves.
	// Required when a file has no currency column.
	Currency string
	// Product reports whether a stock code, as it would be the item's id, is
	// a product; every other code is [Bookkeeping]. Default: all codes but
	// POST, DOT, M, D, S, B, C2, AMAZONFEE, BANK CHARGES, CRUK, PADS and those
	// that begin with GIFT_, whatever their case.
	Product func(code string) bool
	// KeepCase keeps stock codes as they are written. Default: codes are
	// upper-cased, because tills mix 85123a and 85123A.
	KeepCase bool
	// KeepDuplicates keeps rows that equal an earlier row in all columns.
	// Then exports that overlap count twice what they share. Default: they
	// are set aside as [Duplicate].
	KeepDuplicates bool
	// Examples is how many rows of each reason the report shows; negative
	// means none. Default: 3.
	Examples int
	// Progress, if not nil, is called after each read of a source with the
	// bytes that all sources gave so far, as stored, and the sum of their
	// sizes; total is 0 when the size of one is unknown.
	Progress func(read, total int64)
}

// Columns are the names of the columns that are read, in any order and case.
// Other columns only count when rows are compared for being duplicates.
type Columns struct {
	Invoice     string // Default: "InvoiceNo".
	Code        string // Default: "StockCode".
	Description string // Default: "Description".
	Quantity    string // Default: "Quantity".
	Time        string // Default: "InvoiceDate".
	Price       string // Price of one piece. Default: "UnitPrice".
	Customer    string // Default: "CustomerID".
	// Currency is the column of ISO 4217 codes. Default: "Currency" where a
	// file has such a column. A named column has to be there.
	Currency string
	// Category is the column of the shop's own category, one label a row.
	// Default: none, and categories are derived from titles.
	Category string
}

func (o *Options) defaults() Options {
	var d Options
	if o != nil {
		d = *o
	}
	d.Columns = d.Columns.defaults()
	if len(d.Layouts) == 0 {
		d.Layouts = []string{time.DateTime, "2006-01-02 15:04", time.DateOnly, time.RFC3339}
	}
	if d.Location == nil {
		d.Location = time.UTC
	}
	if d.Product == nil {
		d.Product = isProduct
	}
	if d.Examples == 0 {
		d.Examples = 3
	}
	return d
}

func (c Columns) defaults() Columns {
	c.Invoice = cmp.Or(c.Invoice, "InvoiceNo")
	c.Code = cmp.Or(c.Code, "StockCode")
	c.Description = cmp.Or(c.Description, "Description")
	c.Quantity = cmp.Or(c.Quantity, "Quantity")
	c.Time = cmp.Or(c.Time, "InvoiceDate")
	c.Price = cmp.Or(c.Price, "UnitPrice")
	c.Customer = cmp.Or(c.Customer, "CustomerID")
	return c
}

// isProduct is the default of [Options.Product]. It is a list and no pattern:
// codes of real products have all shapes, in Online Retail also DCGSSBOY.
func isProduct(code string) bool {
	code = strings.ToUpper(code)
	switch code {
	case "POST", "DOT", "C2", // postage and carriage
		"M", "D", "S", "B", // manual entry, discount, samples, bad debt
		"AMAZONFEE", "BANK CHARGES", "CRUK", // fees and donations
		"PADS": // an insert that is booked at 0.001
		return false
	}
	return !strings.HasPrefix(code, "GIFT_")
}
