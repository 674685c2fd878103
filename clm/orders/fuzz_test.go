package orders_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/clmkit/clmkit/clm/orders"
)

// FuzzRead checks that whatever comes in, no row is lost, all events are
// valid, and a second reading of the same bytes adds nothing.
func FuzzRead(f *testing.F) {
	f.Add([]byte(header + row1 + "C2,A1,MUG,-2,1/2/2011 15:04,0.001,c1,UK\n"))
	f.Add([]byte(header + "1,A1,\"MUG\nCUP,\"\n" + row1 + row1 + "\"\n\r\n,,,,,,,"))
	f.Add([]byte(zip(f, header+row1)))
	f.Fuzz(func(t *testing.T, export []byte) {
		o := &orders.Options{Currency: "GBP"}
		once, err := orders.Read(context.Background(), sources(export, 1), o)
		if err != nil {
			return
		}
		check(t, once)
		twice, err := orders.Read(context.Background(), sources(export, 2), o)
		if err != nil {
			t.Fatal(err)
		}
		check(t, twice)
		if twice.Report.Kept != once.Report.Kept || len(twice.Events) != len(once.Events) {
			t.Fatalf("read twice: %d rows kept instead of %d", twice.Report.Kept, once.Report.Kept)
		}
	})
}

// sources returns the same export n times.
func sources(export []byte, n int) []orders.Source {
	list := make([]orders.Source, n)
	for i := range list {
		list[i] = orders.Source{Name: "test", Reader: bytes.NewReader(export)}
	}
	return list
}

func check(t *testing.T, h *orders.History) {
	t.Helper()
	aside, lines := 0, 0
	for _, a := range h.Report.Aside {
		aside += a.Rows
	}
	for _, e := range h.Events {
		lines += len(e.Lines)
		if err := e.Validate(e.Time); err != nil {
			t.Fatal(err)
		}
		if h.Catalogue.Item(e.Lines[0].Item) == nil {
			t.Fatalf("%s is not in the catalogue", e.Lines[0].Item)
		}
	}
	if h.Report.Rows != h.Report.Kept+aside || h.Report.Kept != lines {
		t.Fatalf("%d rows, %d kept in %d lines, %d set aside", h.Report.Rows, h.Report.Kept, lines, aside)
	}
}

// BenchmarkRead reads rows as they are in a real export: 20 lines an invoice,
// 3,000 items, a quarter without a customer.
func BenchmarkRead(b *testing.B) {
	var s strings.Builder
	s.WriteString(header)
	const rows = 20_000
	for n := range rows {
		customer := fmt.Sprint(10_000 + n/20%700)
		if n/20%4 == 0 {
			customer = ""
		}
		fmt.Fprintf(&s, "%d,%05d,SET OF %d VINTAGE THINGS,%d,2011-01-%02d 10:%02d:00,%d.%02d,%s,United Kingdom\n",
			500_000+n/20, n*7919%3000, n*7919%3000, 1+n%12, 1+n/20%28, n/20%60, n%9, n%97, customer)
	}
	export := []byte(s.String())
	b.SetBytes(int64(len(export)))
	b.ReportAllocs()
	for b.Loop() {
		h, err := orders.Read(context.Background(), sources(export, 1), &orders.Options{Currency: "GBP"})
		if err != nil || h.Report.Rows != rows {
			b.Fatal(h, err)
		}
	}
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
}
