package orders_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/clmkit/clmkit/clm/orders"
)

func TestAStrayQuoteCostsOneRow(t *testing.T) {
	const good = ",A1,MUG,2,2011-01-01 10:00:00,1.50,c1,UK"
	for name, broken := range map[string]string{
		"an open quote":                          `0,A1,"MUG,2,2011-01-01 10:00:00,1.50,c1,UK`,
		"an open quote at the end":               `0,A1,MUG,2,2011-01-01 10:00:00,1.50,c1,"UK`,
		"a lone quote":                           `"`,
		"a line over 1 MiB":                      "0,A1," + strings.Repeat("x", 1<<20) + ",2,2011-01-01 10:00:00,1.50,c1,UK",
		"an open quote with a line over 1 MiB":   "0,A1,\"" + strings.Repeat("x", 1<<20) + ",2,2011-01-01 10:00:00,1.50,c1,UK",
		"inches in a field that is not quoted":   `0,A1,MUG 5",2,2011-01-01 10:00:00,1.50,c1,UK`,
		"inches in a field that is":              `0,A1,"MUG 5", BLUE",2,2011-01-01 10:00:00,1.50,c1,UK`,
		"nothing but commas, one too many":       ",,,,,,,,",
		"a row that looks like the next's start": `0,A1,"`,
	} {
		t.Run(name, func(t *testing.T) {
			h := read(t, orders.Options{}, "1"+good, broken, "2"+good, `3,A1,"MUG, BLUE",2,2011-01-01 10:00:00,1.50,c1,UK`, "4"+good, "5"+good)
			assert.Equal(t, 6, h.Report.Rows)
			assert.Equal(t, 5, h.Report.Kept)
			assert.Equal(t, 1, h.Report.Count(orders.Malformed))
			assert.Equal(t, 3, h.Report.Aside[0].Examples[0].Line)
		})
	}
}

func TestTwoStrayQuotesCostTwoRows(t *testing.T) {
	const good = ",A1,MUG,2,2011-01-01 10:00:00,1.50,c1,UK"
	h := read(t, orders.Options{}, "1"+good, `2,A1,"MUG`+strings.Repeat("\n3"+good, 1), `4,A1,MUG",2`, "5"+good)
	assert.Equal(t, 2, h.Report.Count(orders.Malformed))
	assert.Equal(t, 3, h.Report.Kept)
}

func TestAnOpenQuoteBeforeALongLineCostsTwoRows(t *testing.T) {
	h := read(t, orders.Options{}, `1,A1,"MUG`, strings.Repeat("x", 2<<20), "2,A1,MUG,2,2011-01-01 10:00:00,1.50,c1,UK")
	assert.Equal(t, 2, h.Report.Count(orders.Malformed))
	assert.Equal(t, 1, h.Report.Kept)
}

func TestAQuotedFieldMayGoOverLines(t *testing.T) {
	h := read(t, orders.Options{},
		"1,A1,\"MUG\n\nWITH \"\"HANDLE\"\"\r\n\",2,2011-01-01 10:00:00,1.50,c1,UK",
		"2,A2,CUP,zero,2011-01-01 10:00:00,1.50,c1,UK")
	assert.Equal(t, `MUG WITH "HANDLE"`, h.Catalogue.Item("A1").Title)
	assert.Equal(t, 6, h.Report.Aside[0].Examples[0].Line, "lines of the file are counted, not rows")
}
