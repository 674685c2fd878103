package orders_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/orders"
)

func TestTheTitleIsWhatMostSoldLinesSay(t *testing.T) {
	h := read(t, orders.Options{},
		"1,A1,JAM  JAR,1,2011-01-01 10:00:00,1.00,c1,UK",
		"2,A1,JAM JAR,1,2011-01-02 10:00:00,1.00,,UK",
		"3,A1,GLASS JAR,1,2011-01-03 10:00:00,1.00,c1,UK",
		"4,A1,damages,-1,2011-01-03 10:00:00,0,,UK",
		"5,A1,damages,-2,2011-01-03 10:00:00,0,,UK",
		"6,A1,damages,-3,2011-01-03 10:00:00,0,,UK",
		"7,A1,?,1,2011-01-03 10:00:00,1.00,c1,UK",
		"8,A1,?,1,2011-01-04 10:00:00,1.00,c1,UK",
		"9,A1,?,1,2011-01-05 10:00:00,1.00,c1,UK",
		"10,B1,VASE \xa35,1,2011-01-05 10:00:00,1.00,,UK",
		"11,C1,lost,-1,2011-01-05 10:00:00,0,,UK",
		"C12,D1,BOWL,-1,2011-01-05 10:00:00,1.00,c1,UK",
	)
	assert.Equal(t, 3, h.Catalogue.Len())
	assert.Equal(t, "JAM JAR", h.Catalogue.Item("A1").Title)
	assert.Equal(t, "VASE \uFFFD5", h.Catalogue.Item("B1").Title, "guests tell titles")
	assert.Nil(t, h.Catalogue.Item("C1"), "never sold")
	assert.Equal(t, clm.Item{ID: "D1", Title: "BOWL"}, *h.Catalogue.Item("D1"), "only came back: no price")
}

func TestThePriceIsTheMedianOfTheLatestLines(t *testing.T) {
	var rows []string
	for n := range 30 { // the first ten are dearer, and too long ago
		price := "2.00"
		switch {
		case n < 10:
			price = "9.00"
		case n >= 19:
			price = "2.50"
		}
		rows = append(rows, fmt.Sprintf("%d,A1,MUG,1,2011-01-%02d 10:00:00,%s,c1,UK", n, n+1, price))
	}
	rows = append(rows, "C99,A1,MUG,-1,2011-01-31 10:00:00,7.00,c1,UK")
	assert.Equal(t, pence(250), read(t, orders.Options{}, rows...).Catalogue.Item("A1").Price)
	assert.Equal(t, pence(200), read(t, orders.Options{}, rows[10:28]...).Catalogue.Item("A1").Price, "nine of each: the lower")
}

func TestAmountsAreExactBeforeTheyAreRounded(t *testing.T) {
	for name, tt := range map[string]struct {
		price, quantity string
		minor           int64
		rounded         int
	}{
		"a whole number of pence":      {"2.55", "6", 1530, 0},
		"tenths of pence that add up":  {"0.001", "500", 50, 0},
		"half a penny, to the even":    {"0.005", "1", 0, 1},
		"one and a half, to the even":  {"0.005", "3", 2, 1},
		"two and a half, to the even":  {"0.005", "5", 2, 1},
		"more than a half goes up":     {"0.0051", "1", 1, 1},
		"less than a penny is nothing": {"0.001", "1", 0, 1},
		"zeros beyond the penny":       {"2.5500", "1", 255, 0},
	} {
		t.Run(name, func(t *testing.T) {
			h := read(t, orders.Options{}, "1,A1,MUG,"+tt.quantity+",2011-01-01 10:00:00,"+tt.price+",c1,UK")
			assert.Equal(t, pence(tt.minor), h.Events[0].Lines[0].Amount)
			assert.Equal(t, tt.rounded, h.Report.Rounded)
		})
	}
}

func TestThemesAreWordsThatTitlesShare(t *testing.T) {
	var rows []string
	for n, title := range []string{
		"RED HEART MUG", "BLUE HEART MUGS", "SET OF 3 HEART CANDLES", "LARGE CANDLE", "RED MUG OWL", "CANDLE OWL MUG",
		"RED TEAPOT", "RED KETTLE", "CHRISTMAS TREE", "A B C", "RED CHRISTMAS STAR", "CHRISTMAS BELL",
	} {
		rows = append(rows, fmt.Sprintf("%d,A%02d,%s,1,2011-01-01 10:00:00,1.00,c1,UK", n, n, title))
	}
	h := read(t, orders.Options{}, rows...)
	var got [][]string
	for item := range h.Catalogue.All {
		got = append(got, item.Categories)
	}
	assert.Equal(t, [][]string{
		{"mug", "heart"}, {"mug", "heart"}, {"candle", "heart"}, {"candle"}, {"mug"}, {"mug", "candle"},
		nil, nil, {"christmas"}, nil, {"christmas"}, {"christmas"},
	}, got)
}
