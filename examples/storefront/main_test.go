package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden file anew")

const header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"

// tell runs the program and returns what it printed.
func tell(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(t.Context(), args, &out, io.Discard)
	return out.String(), err
}

// file writes an order file and returns its path.
func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "orders.csv")
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// To write the file anew: go test ./examples/storefront -run Golden -update
func TestGoldenSummaryOfTheSimulatedShop(t *testing.T) {
	got, err := tell(t)
	require.NoError(t, err)
	golden := filepath.Join("testdata", "summary.txt")
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(got), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// smallShop is an order file of a hundred customers over a year.
func smallShop() string {
	var b strings.Builder
	b.WriteString(header)
	for c := range 100 {
		for n := range 1 + c%9 {
			for l := range 3 {
				item := 10000 + (c+l*n)%25
				fmt.Fprintf(&b, "%d,%d,THING NUMBER %d,%d,2011-%02d-%02d 10:00:00,%d.50,%d,United Kingdom\n",
					500000+c*10+n, item, item, 1+l, 1+(c+n)%12, 1+c%28, 1+item%7, 20000+c)
			}
		}
	}
	return b.String()
}

func TestTheSameOrdersGiveTheSameBytes(t *testing.T) {
	path := file(t, smallShop())
	for _, args := range [][]string{{"-orders", path}, {"-orders", path, "-json"}} {
		first, err := tell(t, args...)
		require.NoError(t, err)
		second, err := tell(t, args...)
		require.NoError(t, err)
		require.Equal(t, first, second)
	}
}

func TestJSONHoldsWhatTheTextSays(t *testing.T) {
	out, err := tell(t, "-orders", file(t, smallShop()), "-json")
	require.NoError(t, err)
	var s summary
	require.NoError(t, json.Unmarshal([]byte(out), &s))
	require.NotRegexp(t, `"[A-Z]\w*":`, out, "names are in snake case")
	require.Equal(t, 100, s.Customers)
	require.Len(t, s.Stages, 5)
	require.Len(t, s.Worth, 10)
	require.NotEmpty(t, s.Recommendations.Items)
	require.NotNil(t, s.Quality.Churn)
	require.NotNil(t, s.Quality.Recommend)
	require.Len(t, s.Messages, 10)
	for _, m := range s.Messages {
		require.False(t, m.Sent, "order files hold no consent")
		require.Contains(t, m.Veto, "no consent to marketing is recorded")
	}
}

func TestOddShopsAreToldAbout(t *testing.T) {
	row := func(invoice, code, quantity, price, customer string) string {
		return fmt.Sprintf("%s,%s,LAMP,%s,2011-03-01 10:00:00,%s,%s,France\n", invoice, code, quantity, price, customer)
	}
	for _, c := range []struct {
		name    string
		content string
		want    []string
	}{
		{"one customer", header + row("1", "10001", "1", "2.50", "7") + row("2", "10002", "1", "2.50", "7"),
			[]string{"1 customers by lifecycle stage", "not measured"}},
		{"one item", header + row("1", "10001", "1", "2.50", "7") + row("2", "10001", "3", "2.50", "8"),
			[]string{"2 customers by lifecycle stage", "Customer 7", "recommendations to 7"}},
		{"a row that does not parse", header + row("1", "10001", "one", "2.50", "7") + row("2", "10001", "1", "2.50", "8"),
			[]string{"2 rows, 1 kept", "quantity not parseable"}},
		{"a date in the far future", header + row("1", "10001", "1", "2.50", "7") + strings.Replace(row("2", "10001", "1", "2.50", "7"), "2011", "2199", 1),
			[]string{"orders.csv on 2011-03-02", "1 events taken in, 1 invalid", "order/2: time: 2199-03-01T10:00:00Z is in the future"}},
		{"a sum that overflows", header + row("1", "10001", "1", "92233720368547758.07", "7") + row("2", "10001", "1", "2.50", "7"),
			[]string{"2 events taken in, 0 invalid, 1 refused by a profile", "profile: event order/2: sum of GBP"}},
		{"dates of a form that is named", strings.ReplaceAll(header+row("1", "10001", "1", "2.50", "7"), "2011-03-01 10:00:00", "3/1/2011 10:00"),
			[]string{"orders.csv on 2011-03-02", "1 rows, 1 kept"}},
		{"a shop of one day", header + row("1", "10001", "1", "2.50", "7") + row("2", "10002", "1", "2.50", "8"),
			[]string{"churn risk         none: churn: fit: no cases", "recommendations to 7"}},
		{"a return of what was never ordered", header + row("C1", "10001", "-1", "2.50", "7") + row("2", "10002", "1", "2.50", "8"),
			[]string{"1 orders and 1 returns"}},
		{"guests, bookkeeping and duplicates", header + row("1", "10001", "1", "2.50", "") + row("2", "POST", "1", "18.00", "7") +
			row("3", "10001", "1", "2.50", "7") + row("3", "10001", "1", "2.50", "7") + row("4", "10002", "-5", "0", ""),
			[]string{"5 rows, 1 kept", "exact duplicate", "bookkeeping code", "no customer", "quantity without a sale"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := []string{"-orders", file(t, c.content)}
			if strings.Contains(c.name, "named") {
				args = append(args, "-layout", "1/2/2006 15:04")
			}
			out, err := tell(t, args...)
			require.NoError(t, err)
			for _, want := range c.want {
				assert.Contains(t, out, want)
			}
		})
	}
}

func TestCurrenciesAreNeverMixed(t *testing.T) {
	content := strings.Replace(header, "Country", "Currency", 1) +
		"1,10001,LAMP,1,2011-03-01 10:00:00,2.50,7,GBP\n" +
		"2,10001,LAMP,1,2011-04-01 10:00:00,3.00,7,EUR\n" +
		"3,10001,LAMP,1,2011-04-02 10:00:00,2.50,8,GBP\n" +
		"4,10001,LAMP,1,2011-04-02 10:00:00,2.50,8,GBP\n" +
		"4,10002,MUG,1,2011-04-02 10:00:00,2.50,8,EUR\n" +
		"5,10002,MUG,1,2011-04-02 10:00:00,2.50,8,XXQ\n"
	out, err := tell(t, "-orders", file(t, content))
	require.NoError(t, err)
	require.Contains(t, out, "3.00 EUR + 7.50 GBP")
	require.Contains(t, out, "currency differs within the invoice")
	require.Contains(t, out, "unknown currency")
}

func TestBadInputIsAClearError(t *testing.T) {
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, err := io.WriteString(w, smallShop())
	require.NoError(t, err)
	require.NoError(t, w.Close())
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"a truncated gzip file", []string{"-orders", file(t, zipped.String()[:zipped.Len()/2])}, "unexpected EOF"},
		{"wrong columns", []string{"-orders", file(t, "a,b,c\n1,2,3\n")}, `no column`},
		{"an empty file", []string{"-orders", file(t, "")}, "empty"},
		{"a header alone", []string{"-orders", file(t, header)}, "no order of a known customer to start from: 0 rows"},
		{"dates of another form", []string{"-orders", file(t, strings.ReplaceAll(smallShop(), "2011-", "2011/"))}, `set aside as "date not usable" (line 2: date`},
		{"a missing file", []string{"-orders", "does-not-exist.csv"}, "does-not-exist.csv"},
		{"a bad currency", []string{"-orders", file(t, smallShop()), "-currency", "EURO"}, "EURO"},
		{"an unknown customer", []string{"-orders", file(t, smallShop()), "-customer", "nobody"}, "customer nobody"},
		{"an unknown flag", []string{"-x"}, "-x"},
		{"a stray argument", []string{"orders.csv"}, `"orders.csv"`},
		{"a model without a name", []string{"-model", "http://localhost:1"}, "-model and -name"},
		{"an empty question", []string{"-question", " "}, "-question"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, err := tell(t, c.args...)
			require.ErrorContains(t, err, c.want)
			require.Empty(t, out)
		})
	}
}

// honest writes a plain message, and quotes the passage that it was given.
func honest(_ context.Context, req *llm.Request) llmtest.Reply {
	if req.Schema.Name == "Draft" {
		return llmtest.Reply{Text: `{"subject":"Something for you","body":"Hello,\nhave a look at what we picked for you.","claims":[]}`}
	}
	const quote = "Pierced jewellery and opened candles cannot be returned."
	said := req.Messages[len(req.Messages)-1].Text()
	before, _, _ := strings.Cut(said, quote)
	_, id, _ := strings.Cut(before[strings.LastIndex(before, `source="`):], `"passage `)
	id, _, _ = strings.Cut(id, `"`)
	return llmtest.Reply{Text: fmt.Sprintf(`{"sentences":[{"text":"Opened candles cannot be returned.","citations":[{"passage":%q,"quote":%q}]}]}`, id, quote)}
}

// liar promises what nobody granted, and answers from nowhere.
func liar(_ context.Context, req *llm.Request) llmtest.Reply {
	if req.Schema.Name == "Draft" {
		return llmtest.Reply{Text: `{"subject":"Everything is free","body":"Take the lamp for 0.01 GBP.","claims":[]}`}
	}
	return llmtest.Reply{Text: `{"sentences":[{"text":"Everything can be returned for ever.","citations":[{"passage":"p1","quote":"for ever"}]}]}`}
}

func TestTheSummarySaysWhichPathMadeWhat(t *testing.T) {
	path := file(t, smallShop())
	for _, c := range []struct {
		name       string
		model      llmtest.Handler
		want, lack []string
	}{
		{"an honest model", honest,
			[]string{"written by model", "have a look at what we picked", "A: Opened candles cannot be returned.", `candles?" model`},
			[]string{"was not used"}},
		{"a liar", liar,
			[]string{"written by template", "its draft was not used", "model: support: no sentence is supported", `candles?" quoted`},
			[]string{"Take the lamp", "returned for ever"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := llmtest.NewServer(c.model, nil)
			defer server.Close()
			out, err := tell(t, "-orders", path, "-model", server.URL, "-name", "any")
			require.NoError(t, err)
			for _, want := range c.want {
				assert.Contains(t, out, want)
			}
			for _, lack := range c.lack {
				assert.NotContains(t, out, lack)
			}
		})
	}
}

func TestAnInterruptEndsTheProgram(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, run(ctx, nil, io.Discard, io.Discard), context.Canceled)
}
