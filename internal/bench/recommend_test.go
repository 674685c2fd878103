package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
)

// The counts are those of the reference figures, which were computed with
// other software from the same rows.
func TestTheCoreOfOnlineRetailHasTheSizeOfTheReference(t *testing.T) {
	f, err := parseRecommend([]string{"-orders", onlineRetail(t), "-cut", "2011-06-01"})
	require.NoError(t, err)
	events, err := readOrders(t.Context(), f)
	require.NoError(t, err)
	type pair struct {
		customer clm.CustomerID
		item     clm.ItemID
	}
	pairs, customers, scored := map[pair]bool{}, map[clm.CustomerID]bool{}, map[clm.CustomerID]bool{}
	for _, e := range events {
		for item := range e.Items {
			p := pair{e.Customer, item}
			if e.Time.Before(f.cut) {
				pairs[p], customers[e.Customer] = true, true
			} else if !pairs[p] { // events are in time
				scored[e.Customer] = true
			}
		}
	}
	assert.Len(t, customers, 2501)
	assert.Len(t, itemsOf(events), 2424)
	assert.Len(t, pairs, 111_069)
	assert.Len(t, scored, 1224)
}

// tiny is an export in which a few customers buy the same things.
const tiny = `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
1,10001,MUG,1,2011-01-01 10:00:00,1.00,11,UK
1,10002,CUP,1,2011-01-01 10:00:00,1.00,11,UK
2,10001,MUG,1,2011-02-01 10:00:00,1.00,12,UK
2,POST,POSTAGE,1,2011-02-01 10:00:00,1.00,12,UK
3,10002,CUP,1,2011-03-01 10:00:00,1.00,12,UK
4,10003,RUG,1,2011-03-02 10:00:00,1.00,11,UK
`

func tinyFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "orders.csv")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestTheTaskRecommendPrintsAllMethodsAndWritesLists(t *testing.T) {
	lists := filepath.Join(t.TempDir(), "lists")
	results := map[string]map[string]any{}
	err := runRecommend(t.Context(), []string{
		"-orders", tinyFile(t, tiny), "-cut", "2011-02-15", "-core", "1", "-k", "3", "-lists", lists,
	}, func(r map[string]any) error {
		results[r["method"].(string)] = r
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, true, results["blend"]["default"])
	assert.Equal(t, 1.0, results["blend"]["ndcg@3"], "the only item that customer 12 has not got")
	assert.Equal(t, 2, results["blend"]["items"], "the rug was unknown before the cut")
	assert.Equal(t, 1, results["blend"]["users"])
	assert.Equal(t, 0.0, results["nothing"]["ndcg@3"])
	for _, name := range []string{"popularity", "itemknn", "ease", "content", "repeat", "recency", "random"} {
		assert.Contains(t, results, name)
	}
	text, err := os.ReadFile(lists)
	require.NoError(t, err)
	assert.Equal(t, "1 1\n", string(text), "customer 12 is the second, the cup is item 1, 1*7919 mod 2 is 1")
}

func TestTheTaskRecommendSaysWhatIsWrong(t *testing.T) {
	file := tinyFile(t, tiny)
	empty := tinyFile(t, strings.SplitAfter(tiny, "\n")[0])
	for _, c := range []struct {
		name string
		args []string
		says string
	}{
		{"no file", []string{"-cut", "2011-02-15"}, "no file: give -orders"},
		{"no cut", []string{"-orders", file}, "no date: give -cut"},
		{"a cut that is no date", []string{"-orders", file, "-cut", "June"}, `"June"`},
		{"an unknown flag", []string{"-speed", "9"}, "-speed"},
		{"an unknown task", []string{"-task", "old"}, "neither new nor next"},
		{"a word too many", []string{"-orders", file, "-cut", "2011-02-15", "please"}, `unexpected argument "please"`},
		{"a pattern that is none", []string{"-product", "("}, "-product"},
		{"rank 0", []string{"-orders", file, "-cut", "2011-02-15", "-k", "0"}, "-k has to be at least 1"},
		{"a missing file", []string{"-orders", "nowhere.csv", "-cut", "2011-02-15"}, "nowhere.csv"},
		{"a file without orders", []string{"-orders", empty, "-cut", "2011-02-15"}, "no orders"},
		{"a cut before all orders", []string{"-orders", file, "-cut", "2010-01-01"}, "outside of the orders, which are from 2011-01-01 to 2011-03-02"},
		{"a cut after all orders", []string{"-orders", file, "-cut", "2012-01-01"}, "outside of the orders"},
		{"a core that is too large", []string{"-orders", file, "-cut", "2011-02-15"}, "nothing is left of the core of 5"},
		{"a method that is none", []string{"-orders", file, "-cut", "2011-02-15", "-core", "1", "-lists", filepath.Join(t.TempDir(), "l"), "-method", "oracle"}, `no method "oracle"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := runRecommend(context.Background(), c.args, func(map[string]any) error { return nil })
			assert.ErrorContains(t, err, c.says)
		})
	}
}

func TestTheCoreShrinksUntilItHolds(t *testing.T) {
	sold := func(customer clm.CustomerID, items ...clm.ItemID) clm.Event {
		e := clm.Event{Customer: customer, Kind: clm.Ordered, Time: time.Unix(1, 0)}
		for _, item := range items {
			e.Lines = append(e.Lines, clm.Line{Item: item})
		}
		return e
	}
	events := []clm.Event{sold("a", "1", "2"), sold("b", "1", "2", "3"), sold("c", "3", "4"), sold("d", "4")}
	kept := coreOf(events, time.Unix(2, 0), 2)
	assert.Equal(t, []clm.Event{sold("a", "1", "2"), sold("b", "1", "2")}, kept,
		"d has one item, so 4 has one customer, so c has one item, so 3 has one customer")
	assert.Len(t, events[1].Lines, 3, "the caller's events are left alone")
}
