package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// onlineRetail returns the open part of Online Retail, or skips the test.
func onlineRetail(t *testing.T) string {
	t.Helper()
	data := os.Getenv("CLMKIT_DATA")
	if data == "" {
		data = filepath.Join("..", "..", "..", "shared", "data")
	}
	file := filepath.Join(data, "online_retail", "online_retail_2010-12-01_2011-08-31.csv.gz")
	if _, err := os.Stat(file); err != nil {
		t.Skip("Online Retail is not there, set CLMKIT_DATA to the data folder: " + file)
	}
	return file
}

// benchChurn runs the task and returns its results by method.
func benchChurn(t *testing.T, args ...string) map[string]map[string]any {
	t.Helper()
	results := map[string]map[string]any{}
	require.NoError(t, runChurn(t.Context(), args, func(r map[string]any) error {
		results[r["method"].(string)] = r
		return nil
	}))
	return results
}

func TestChurnOnOnlineRetail(t *testing.T) {
	results := benchChurn(t, "-orders", onlineRetail(t), "-cut", "2011-06-01", "-horizon", "2160h")
	require.Len(t, results, 5)
	for method, r := range results {
		require.Equal(t, 2716, r["customers"], method)
		require.InDelta(t, 0.4923, r["buy_rate"], 5e-5, method)
		require.Equal(t, 4512, r["train_cases"], method)
		require.InDelta(t, 0.5658, r["train_buy_rate"], 5e-5, method)
		require.Equal(t, []string{"2011-02-01", "2011-02-16", "2011-03-03"}, r["train_cuts"], method)
	}
	ours := results["logistic, all features"]
	assert.Equal(t, true, ours["default"])
	assert.GreaterOrEqual(t, ours["auc"], 0.745)
	assert.LessOrEqual(t, ours["ece"], 0.08)
	for _, baseline := range []string{"base rate", "recency only", "RFM quintile sum", "logistic, RFM"} {
		assert.Greater(t, ours["auc"], results[baseline]["auc"], baseline)
	}
	assert.InDelta(t, 0.668, results["recency only"]["auc"], 0.002)
}

// TestChurnControls shows that the measures can be bad, and too good.
func TestChurnControls(t *testing.T) {
	file := ordersFile(t)
	args := []string{"-orders", file, "-cut", "2025-08-01", "-horizon", "1440h"}
	honest := benchChurn(t, args...)["logistic, all features"]
	peeking := benchChurn(t, append(args, "-control", "peek")...)["logistic, all features"]
	shuffled := benchChurn(t, append(args, "-control", "shuffle")...)["logistic, all features"]
	require.NotContains(t, honest, "leaking")
	require.Equal(t, true, peeking["leaking"])
	require.Equal(t, false, shuffled["leaking"])
	require.Greater(t, peeking["auc"], 0.99)
	require.Less(t, honest["auc"], 0.98)
	require.Greater(t, honest["auc"], 0.7)
	require.InDelta(t, 0.5, shuffled["auc"], 0.2)
}

// ordersFile writes the orders of a year: every other customer stops halfway.
func ordersFile(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n")
	start := time.Date(2025, 1, 1, 9, 0, 0, 0, time.UTC)
	for c := range 300 {
		stop := 40 + (c*131)%400 // days
		for day, n := c%30, 0; day < min(stop, 360); day, n = day+10+(c*17+day*29)%50, n+1 {
			at := start.AddDate(0, 0, day).Format(time.DateTime)
			fmt.Fprintf(&b, "%d-%d,85123A,SOCK,2,%s,2.55,%d,France\n", c, n, at, c)
		}
	}
	file := filepath.Join(t.TempDir(), "orders.csv")
	require.NoError(t, os.WriteFile(file, []byte(b.String()), 0o600))
	return file
}

func TestChurnRefuses(t *testing.T) {
	file := ordersFile(t)
	empty := filepath.Join(t.TempDir(), "empty.csv")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	for _, c := range []struct {
		name, args, problem string
	}{
		{"no file", "-cut 2025-08-01", "-orders is missing"},
		{"no cut", "-orders F", "-cut is missing"},
		{"a cut that is no date", "-orders F -cut soon", "invalid value"},
		{"a file that is not there", "-orders F.gone -cut 2025-08-01", "no such file"},
		{"an empty file", "-orders EMPTY -cut 2025-08-01", "not an order export"},
		{"no horizon", "-orders F -cut 2025-08-01 -horizon 0", "shorter than a day"},
		{"a horizon of an hour", "-orders F -cut 2025-08-01 -horizon 1h", "shorter than a day"},
		{"a cut whose window is not in the data", "-orders F -cut 2025-12-01", "the window is not complete"},
		{"a cut after the data", "-orders F -cut 2030-01-01", "the window is not complete"},
		{"a cut before the data", "-orders F -cut 2020-01-01", "the first event is of 2025-01-01"},
		{"a cut too early to train", "-orders F -cut 2025-02-01", "the first event is of 2025-01-01"},
		{"too few customers to learn from", "-orders F -cut 2025-01-09 -horizon 24h", "nothing to learn from"},
		{"an unknown control", "-orders F -cut 2025-08-01 -control cheat", "neither peek nor shuffle"},
		{"an unknown currency", "-orders F -cut 2025-08-01 -currency XYZ", "XYZ"},
		{"a stray argument", "-orders F -cut 2025-08-01 stray", "unexpected argument"},
		{"a negative penalty", "-orders F -cut 2025-08-01 -horizon 1440h -penalty -1", "penalty -1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := strings.Fields(strings.NewReplacer("EMPTY", empty, "F", file).Replace(c.args))
			err := runChurn(t.Context(), args, func(map[string]any) error { return nil })
			require.ErrorContains(t, err, c.problem)
		})
	}
}
