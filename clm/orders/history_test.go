package orders_test

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/orders"
)

const header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"

// read reads rows under the default header, in pounds unless o says otherwise.
func read(t *testing.T, o orders.Options, rows ...string) *orders.History {
	t.Helper()
	if o.Currency == "" {
		o.Currency = "GBP"
	}
	h, err := orders.Read(context.Background(), []orders.Source{source("test.csv", header+strings.Join(rows, "\n"))}, &o)
	require.NoError(t, err)
	sum := h.Report.Kept
	for _, a := range h.Report.Aside {
		sum += a.Rows
	}
	require.Equal(t, h.Report.Rows, sum, "rows = kept + set aside")
	lines := 0
	for _, e := range h.Events {
		require.NoError(t, e.Validate(e.Time))
		lines += len(e.Lines)
	}
	require.Equal(t, h.Report.Kept, lines, "a kept row is a line")
	return h
}

func source(name, content string) orders.Source {
	return orders.Source{Name: name, Reader: strings.NewReader(content), Size: int64(len(content))}
}

func pence(n int64) clm.Money { return clm.Money{Minor: n, Currency: "GBP"} }

func TestAnInvoiceIsOneEvent(t *testing.T) {
	h := read(t, orders.Options{},
		"536367,22745,POPPY,2,2010-12-01 08:35:00,2.10,13047,United Kingdom",
		"536365,85123a,HEART,6,2010-12-01 08:27:00,2.55,17850.0,United Kingdom",
		"C536379,22745,POPPY,-1,2010-12-02 08:26:00,2.10,13047,United Kingdom",
		"536365,71053,LANTERN,1,2010-12-01 08:26:00,3.39,17850,United Kingdom",
	)
	assert.Equal(t, []clm.Event{
		{
			ID: "order/536365", Customer: "17850", Kind: clm.Ordered, Order: "536365",
			Time: time.Date(2010, 12, 1, 8, 26, 0, 0, time.UTC),
			Lines: []clm.Line{
				{Item: "85123A", Quantity: 6, Amount: pence(1530)},
				{Item: "71053", Quantity: 1, Amount: pence(339)},
			},
		},
		{
			ID: "order/536367", Customer: "13047", Kind: clm.Ordered, Order: "536367",
			Time:  time.Date(2010, 12, 1, 8, 35, 0, 0, time.UTC),
			Lines: []clm.Line{{Item: "22745", Quantity: 2, Amount: pence(420)}},
		},
		{
			ID: "return/C536379", Customer: "13047", Kind: clm.Returned,
			Time:  time.Date(2010, 12, 2, 8, 26, 0, 0, time.UTC),
			Lines: []clm.Line{{Item: "22745", Quantity: 1, Amount: pence(210)}},
		},
	}, h.Events)
	r := h.Report
	r.Aside = nil
	assert.Equal(t, orders.Report{
		Rows: 4, Kept: 4, Orders: 2, Returns: 1, Customers: 2, Items: 3,
		First: h.Events[0].Time, Last: h.Events[2].Time,
	}, r)
}

func TestEachRowHasTheFirstReasonThatHolds(t *testing.T) {
	const good = "1,A1,MUG,2,2011-01-01 10:00:00,1.50,c1,UK"
	for name, tt := range map[string]struct {
		row    string
		reason orders.Reason
	}{
		"a field too few":                  {"1,A1,MUG,2,2011-01-01 10:00:00,1.50,c1", orders.Malformed},
		"a field too many":                 {good + ",more", orders.Malformed},
		"a bare quote":                     {`1,A1,MUG 5",2,2011-01-01 10:00:00,1.50,c1,UK`, orders.Malformed},
		"text after a quoted field":        {`1,A1,"MUG" 5",2,2011-01-01 10:00:00,1.50,c1,UK`, orders.Malformed},
		"a customer that is not UTF-8":     {"1,A1,MUG,2,2011-01-01 10:00:00,1.50,c\xff,UK", orders.Malformed},
		"a zero byte in the invoice":       {"1\x00,A1,MUG,2,2011-01-01 10:00:00,1.50,c1,UK", orders.Malformed},
		"a code without end":               {"1," + strings.Repeat("A", 257) + ",MUG,2,2011-01-01 10:00:00,1.50,c1,UK", orders.Malformed},
		"the same row again":               {good, orders.Duplicate},
		"no invoice":                       {",A1,MUG,2,2011-01-01 10:00:00,1.50,c1,UK", orders.Incomplete},
		"no stock code":                    {"1, ,MUG,2,2011-01-01 10:00:00,1.50,c1,UK", orders.Incomplete},
		"postage":                          {"1,post,POSTAGE,2,2011-01-01 10:00:00,1.50,c1,UK", orders.Bookkeeping},
		"a voucher":                        {"1,gift_0001_40,VOUCHER,2,2011-01-01 10:00:00,1.50,c1,UK", orders.Bookkeeping},
		"a date of another form":           {"1,A1,MUG,2,01.02.2011,1.50,c1,UK", orders.BadTime},
		"no date":                          {"1,A1,MUG,2,,1.50,c1,UK", orders.BadTime},
		"a date before 1970":               {"1,A1,MUG,2,1969-12-31 23:59:59,1.50,c1,UK", orders.BadTime},
		"half a piece":                     {"1,A1,MUG,0.5,2011-01-01 10:00:00,1.50,c1,UK", orders.BadQuantity},
		"more pieces than an event holds":  {"1,A1,MUG,1000000001,2011-01-01 10:00:00,1.50,c1,UK", orders.BadQuantity},
		"a bad price after a bad quantity": {`1,A1,MUG,x,2011-01-01 10:00:00,x,c1,UK`, orders.BadQuantity},
		"a decimal comma":                  {`1,A1,MUG,2,2011-01-01 10:00:00,"1,50",c1,UK`, orders.BadPrice},
		"an infinite price":                {"1,A1,MUG,2,2011-01-01 10:00:00,Inf,c1,UK", orders.BadPrice},
		"an exponent":                      {"1,A1,MUG,2,2011-01-01 10:00:00,1e2,c1,UK", orders.BadPrice},
		"an amount out of range":           {"1,A1,MUG,1000,2011-01-01 10:00:00,92233720368547758,c1,UK", orders.BadPrice},
		"zero pieces":                      {"1,A1,MUG,0,2011-01-01 10:00:00,1.50,c1,UK", orders.WrongSign},
		"minus on an invoice":              {"1,A1,MUG,-1,2011-01-01 10:00:00,1.50,c1,UK", orders.WrongSign},
		"plus on a cancellation":           {"C1,A1,MUG,1,2011-01-01 10:00:00,1.50,c1,UK", orders.WrongSign},
		"a stock correction of a guest":    {"1,A1,damages,-1,2011-01-01 10:00:00,0,,UK", orders.WrongSign},
		"a price of zero":                  {"1,A1,MUG,1,2011-01-01 10:00:00,0.00,c1,UK", orders.NoPrice},
		"a negative price":                 {"1,A1,MUG,1,2011-01-01 10:00:00,-0.001,c1,UK", orders.NoPrice},
		"no customer":                      {"1,A1,MUG,2,2011-01-01 10:00:00,1.50,,UK", orders.Guest},
		"another customer":                 {"1,A1,MUG,2,2011-01-01 10:00:00,1.50,c2,UK", orders.OtherCustomer},
		"a sum out of range":               {"1,A1,MUG,1,2011-01-01 10:00:00,92233720368547758,c1,UK", orders.InvoiceFull},
	} {
		t.Run(name, func(t *testing.T) {
			h := read(t, orders.Options{}, good, tt.row, "2,A2,CUP,1,2011-01-02 10:00:00,1.50,c1,UK")
			require.Len(t, h.Report.Aside, 1)
			assert.Equal(t, tt.reason, h.Report.Aside[0].Reason)
			assert.Equal(t, 1, h.Report.Count(tt.reason))
			require.Len(t, h.Report.Aside[0].Examples, 1)
			example := h.Report.Aside[0].Examples[0]
			assert.Equal(t, "test.csv", example.File)
			assert.Equal(t, 3, example.Line)
			assert.NotEmpty(t, example.Problem)
			assert.Len(t, h.Events, 2, "the neighbours stay")
		})
	}
}

func TestANumberThatComesBackLaterIsAnotherInvoice(t *testing.T) {
	h := read(t, orders.Options{},
		"1,A1,MUG,2,2011-01-01 10:00:00,1.50,c1,UK",
		"1,A2,CUP,1,2011-01-02 10:00:00,1.50,c1,UK",
		"1,A1,MUG,2,2012-01-01 10:00:00,1.50,c1,UK")
	require.Len(t, h.Events, 1)
	require.Len(t, h.Events[0].Lines, 2)
	require.Equal(t, 1, h.Report.Count(orders.OtherTime))
}

func TestIdsOfNobodyAreGuests(t *testing.T) {
	for _, nobody := range []string{"NULL", "nan", "None", "N/A", "<NA>"} {
		h := read(t, orders.Options{}, "1,A1,MUG,2,2011-01-01 10:00:00,1.50,"+nobody+",UK")
		require.Empty(t, h.Events)
		require.Equal(t, 1, h.Report.Count(orders.Guest))
	}
}

func TestUntilReadsAsIfTheFileEndedThere(t *testing.T) {
	early := []string{"1,A1,OLD NAME,2,2011-01-01 10:00:00,1.50,c1,UK", "2,A2,CUP,1,2011-01-02 10:00:00,1.50,,UK"}
	late := []string{"3,A1,NEW NAME,2,2011-02-01 00:00:00,9.50,c1,UK", "4,A3,JUG,1,2011-02-02 10:00:00,1.50,c3,UK", "5,A1,NEW NAME,2,2011-03-01 00:00:00,9.50,,UK"}
	want := read(t, orders.Options{}, early...)
	got := read(t, orders.Options{Until: time.Date(2011, 2, 1, 0, 0, 0, 0, time.UTC)}, append(early, late...)...)
	require.Equal(t, want.Events, got.Events)
	require.Equal(t, want.Catalogue, got.Catalogue)
	require.Equal(t, 3, got.Report.Count(orders.Later))
	require.Equal(t, 5, got.Report.Rows)
}

func TestAHeaderAloneIsAnEmptyHistory(t *testing.T) {
	h := read(t, orders.Options{})
	assert.Empty(t, h.Events)
	assert.Zero(t, h.Catalogue.Len())
	assert.Equal(t, orders.Report{}, h.Report)
}

func TestDuplicatesAreKeptOnRequest(t *testing.T) {
	const row = "1,A1,MUG,2,2011-01-01 10:00:00,1.50,c1,UK"
	h := read(t, orders.Options{KeepDuplicates: true}, row, row)
	require.Len(t, h.Events, 1)
	assert.Len(t, h.Events[0].Lines, 2)
}

func TestAnInvoiceHasAMostOfLines(t *testing.T) {
	rows := make([]string, clm.MaxLines+2)
	for i := range rows {
		rows[i] = "1,A1,MUG,1,2011-01-01 10:00:00,1.50,c1,UK"
	}
	h := read(t, orders.Options{KeepDuplicates: true}, rows...)
	assert.Len(t, h.Events[0].Lines, clm.MaxLines)
	assert.Equal(t, 2, h.Report.Count(orders.InvoiceFull))
}

func TestTheHostsRuleOfProducts(t *testing.T) {
	rows := []string{
		"1,22745,POPPY,1,2011-01-01 10:00:00,1.50,c1,UK",
		"1,DCGS0003,ASHTRAY,1,2011-01-01 10:00:00,1.50,c1,UK",
		"1,85123a,HEART,1,2011-01-01 10:00:00,1.50,c1,UK",
	}
	assert.Equal(t, 3, read(t, orders.Options{}, rows...).Report.Kept)
	h := read(t, orders.Options{Product: regexp.MustCompile(`^[0-9]{5}[A-Z]*$`).MatchString}, rows...)
	assert.Equal(t, 2, h.Report.Kept)
	assert.Equal(t, 1, h.Report.Count(orders.Bookkeeping))
	assert.Equal(t, 0, h.Report.Count(orders.Guest))
}
