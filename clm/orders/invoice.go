package orders

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// sameInvoice is how far the dates of an invoice may lie apart. A number that comes
// back later is another invoice.
const sameInvoice = 48 * time.Hour

// invoice is an order or a return in the making.
type invoice struct {
	event clm.Event
	total clm.Money
}

// line adds a row to its invoice.
func (h *reader) line(r *row) *problem {
	inv := h.invoices[r.invoice]
	if inv == nil {
		inv = h.open(r)
	}
	sum, err := inv.total.Add(r.amount)
	switch {
	case string(inv.event.Customer) != r.customer:
		return aside(OtherCustomer, "invoice %s is of customer %s, this row of %s", r.invoice, inv.event.Customer, r.customer)
	case r.time.Sub(inv.event.Time).Abs() > sameInvoice:
		return aside(OtherTime, "invoice %s is of %s, this row of %s", r.invoice, inv.event.Time.Format(time.DateOnly), r.time.Format(time.DateOnly))
	case inv.total.Currency != r.amount.Currency:
		return aside(OtherCurrency, "invoice %s is in %s, this row in %s", r.invoice, inv.total.Currency, r.amount.Currency)
	case len(inv.event.Lines) >= clm.MaxLines:
		return aside(InvoiceFull, "invoice %s has %d lines", r.invoice, clm.MaxLines)
	case err != nil:
		return aside(InvoiceFull, "invoice %s: %v", r.invoice, err)
	}
	inv.total = sum
	if r.time.Before(inv.event.Time) {
		inv.event.Time = r.time
	}
	inv.event.Lines = append(inv.event.Lines, clm.Line{Item: clm.ItemID(h.intern(r.code)), Quantity: r.quantity, Amount: r.amount})
	h.report.Kept++
	if r.rounded {
		h.report.Rounded++
	}
	return nil
}

func (h *reader) open(r *row) *invoice {
	number := h.intern(r.invoice)
	event := clm.Event{ID: "order/" + number, Kind: clm.Ordered, Order: number}
	if r.cancelled {
		event = clm.Event{ID: "return/" + number, Kind: clm.Returned}
	}
	event.Customer = clm.CustomerID(h.intern(r.customer))
	event.Time = r.time
	inv := &invoice{event, clm.Money{Currency: r.amount.Currency}}
	h.invoices[number] = inv
	return inv
}

// finish makes the history of what was collected.
func (h *reader) finish() (*History, error) {
	out := &History{Events: make([]clm.Event, 0, len(h.invoices)), Report: h.report}
	customers := map[clm.CustomerID]struct{}{}
	for _, inv := range h.invoices {
		customers[inv.event.Customer] = struct{}{}
		out.Events = append(out.Events, inv.event)
	}
	slices.SortFunc(out.Events, func(a, b clm.Event) int {
		return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.ID, b.ID))
	})
	var err error
	if out.Catalogue, err = h.goods.catalogue(); err != nil {
		return nil, fmt.Errorf("orders: %w", err)
	}
	r := &out.Report
	for i := range out.Events {
		if out.Events[i].Kind == clm.Ordered {
			r.Orders++
		}
	}
	r.Returns = len(out.Events) - r.Orders
	r.Customers, r.Items, r.Aside = len(customers), out.Catalogue.Len(), h.tally.list()
	if n := len(out.Events); n > 0 {
		r.First, r.Last = out.Events[0].Time, out.Events[n-1].Time
	}
	return out, nil
}
