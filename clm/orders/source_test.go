package orders_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/orders"
)

const row1 = "1,A1,MUG,2,2011-01-01 10:00:00,1.50,c1,UK\n"

func zip(t testing.TB, content string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(content))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.String()
}

func TestWhatIsNoExport(t *testing.T) {
	full := zip(t, header+strings.Repeat(row1, 100))
	for name, tt := range map[string]struct {
		content string
		is      error
		says    string
	}{
		"an empty file":               {"", orders.ErrFormat, "empty"},
		"blank lines":                 {"\n\r\n\n", orders.ErrFormat, "empty"},
		"an empty file, compressed":   {zip(t, ""), orders.ErrFormat, "empty"},
		"other columns":               {"id,name\n1,2\n", orders.ErrFormat, `no column "InvoiceNo", "StockCode"`},
		"one column missing":          {strings.Replace(header, "UnitPrice", "Price", 1) + row1, orders.ErrFormat, `no column "UnitPrice"`},
		"columns divided by another":  {strings.ReplaceAll(header+row1, ",", ";"), orders.ErrFormat, "no column"},
		"an archive":                  {"PK\x03\x04\x14\x00\x06\x00\xff\xfe", orders.ErrFormat, "not text"},
		"a header with an open quote": {"\"InvoiceNo\nStockCode\n", orders.ErrFormat, "line 1"},
		"gzip cut in its data":        {full[:len(full)/2], io.ErrUnexpectedEOF, ""},
		"gzip cut in its checksum":    {full[:len(full)-3], io.ErrUnexpectedEOF, ""},
		"gzip cut in its header":      {full[:5], io.ErrUnexpectedEOF, ""},
		"gzip with a wrong checksum":  {full[:len(full)-8] + "xxxx" + full[len(full)-4:], gzip.ErrChecksum, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := orders.Read(context.Background(), []orders.Source{source("shop.csv", tt.content)}, &orders.Options{Currency: "GBP"})
			require.ErrorIs(t, err, tt.is)
			assert.ErrorContains(t, err, "shop.csv")
			assert.ErrorContains(t, err, tt.says)
		})
	}
}

func TestAFailingReaderIsNoEndOfFile(t *testing.T) {
	broken := errors.New("the disk is gone")
	for name, content := range map[string]string{
		"between rows":           header + row1,
		"within a row":           header + row1 + "2,A1",
		"within an open quote":   header + row1 + "2,\"A1\n",
		"before the header ends": "InvoiceNo,Stock",
	} {
		t.Run(name, func(t *testing.T) {
			r := io.MultiReader(strings.NewReader(content), iotest.ErrReader(broken))
			_, err := orders.Read(context.Background(), []orders.Source{{Name: "shop.csv", Reader: r}}, &orders.Options{Currency: "GBP"})
			assert.ErrorIs(t, err, broken)
		})
	}
}

func TestFilesAreOneHistory(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	a := write("a.txt", zip(t, header+row1))
	b := write("b.csv.gz", "\xef\xbb\xbf"+header+"1,A2,CUP,1,2011-01-01 09:59:00,1.00,c1,UK\r\n"+row1)
	var read, total int64
	h, err := orders.ReadFiles(context.Background(), []string{a, b}, &orders.Options{
		Currency: "GBP",
		Progress: func(r, all int64) { assert.GreaterOrEqual(t, r, read); read, total = r, all },
	})
	require.NoError(t, err)
	require.Len(t, h.Events, 1, "an invoice goes on in the next file")
	assert.Len(t, h.Events[0].Lines, 2)
	assert.Equal(t, 59, h.Events[0].Time.Minute(), "the earliest time")
	assert.Equal(t, []orders.Aside{{
		Reason: orders.Duplicate, Rows: 1,
		Examples: []orders.Example{{File: b, Line: 3, Problem: "invoice 1, stock code A1"}},
	}}, h.Report.Aside)
	assert.Equal(t, total, read)
	assert.Positive(t, total)

	_, err = orders.ReadFiles(context.Background(), []string{a, filepath.Join(dir, "none.csv")}, nil)
	assert.ErrorIs(t, err, os.ErrNotExist)
	assert.ErrorContains(t, err, "none.csv")
}

func TestACancelledReadEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := orders.Read(ctx, []orders.Source{source("a.csv", header+row1)}, &orders.Options{Currency: "GBP"})
	assert.ErrorIs(t, err, context.Canceled)
}

func TestColumnsDatesAndCurrenciesOfTheHost(t *testing.T) {
	const export = "when;ignored,kunde,beleg,artikel,text,stück,preis,währung,gruppe\n" +
		"\"31.01.2011, 10:15\",k1,b1,x-1,Tasse,2,3.5,EUR,Küche\n" +
		"\"31.01.2011, 10:15\",k1,b1,x-1,Tasse,2,3.5,USD,Küche\n" +
		"\"31.01.2011, 10:15\",k1,b2,x-2,Schal,2,300,JPY,Mode\n" +
		"\"31.01.2011, 10:15\",k1,b3,x-2,Schal,2,300,,Mode\n"
	h, err := orders.Read(context.Background(), []orders.Source{source("export.csv", export)}, &orders.Options{
		Columns: orders.Columns{
			Invoice: "beleg", Code: "artikel", Description: "TEXT", Quantity: "stück", Time: "when;ignored",
			Price: "preis", Customer: "kunde", Currency: "währung", Category: "gruppe",
		},
		Layouts:  []string{"2.1.2006, 15:04"},
		Location: time.FixedZone("CET", 3600),
		KeepCase: true,
		Examples: -1,
	})
	require.NoError(t, err)
	require.Len(t, h.Events, 2)
	assert.Equal(t, "2011-01-31T09:15:00Z", h.Events[0].Time.UTC().Format(time.RFC3339))
	assert.Equal(t, []clm.Line{{Item: "x-1", Quantity: 2, Amount: clm.Money{Minor: 700, Currency: "EUR"}}}, h.Events[0].Lines)
	assert.Equal(t, []clm.Line{{Item: "x-2", Quantity: 2, Amount: clm.Money{Minor: 600, Currency: "JPY"}}}, h.Events[1].Lines)
	assert.Equal(t, []orders.Aside{{Reason: orders.BadCurrency, Rows: 1}, {Reason: orders.OtherCurrency, Rows: 1}}, h.Report.Aside)
	assert.Equal(t, []string{"Küche"}, h.Catalogue.Item("x-1").Categories)
}

func TestACurrencyIsNeeded(t *testing.T) {
	_, err := orders.Read(context.Background(), []orders.Source{source("a.csv", header+row1)}, nil)
	assert.ErrorContains(t, err, "a.csv: no currency")
	_, err = orders.Read(context.Background(), nil, &orders.Options{Currency: "pounds"})
	assert.ErrorContains(t, err, `unknown currency "pounds"`)
	withColumn := strings.TrimSpace(header) + ",currency\n" + strings.TrimSpace(row1) + ",CHF\n"
	h, err := orders.Read(context.Background(), []orders.Source{source("a.csv", withColumn)}, nil)
	require.NoError(t, err)
	assert.Equal(t, "CHF", h.Events[0].Lines[0].Amount.Currency)
}

func TestTheDefaultDates(t *testing.T) {
	for _, date := range []string{"2011-01-31 10:15:00", "2011-01-31T10:15:00Z", "2011-01-31 10:15"} {
		h := read(t, orders.Options{}, "1,A1,MUG,2,"+date+",1.50,c1,UK")
		assert.Equal(t, "2011-01-31T10:15:00Z", h.Report.First.Format(time.RFC3339))
	}
	h := read(t, orders.Options{}, "1,A1,MUG,2,2011-01-31,1.50,c1,UK")
	assert.Equal(t, "2011-01-31T00:00:00Z", h.Report.First.Format(time.RFC3339))
	h = read(t, orders.Options{}, "1,A1,MUG,2,1/2/2011 10:15,1.50,c1,UK")
	assert.Equal(t, 1, h.Report.Count(orders.BadTime), "the first of February or the second of January: nobody knows")
	h = read(t, orders.Options{Layouts: []string{"2/1/2006 15:04"}}, "1,A1,MUG,2,1/2/2011 10:15,1.50,c1,UK")
	assert.Equal(t, "2011-02-01T10:15:00Z", h.Report.First.Format(time.RFC3339))
}
