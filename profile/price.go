package profile

import (
	"cmp"
	"math"
	"slices"

	"github.com/clmkit/clmkit/clm"
)

// A PriceCount counts pieces in one band of prices.
type PriceCount struct {
	Currency string `json:"currency"`
	// Band is twice the binary logarithm of the price in minor units, rounded
	// down: bands are 41 % wide. -1 holds what was free.
	Band  int8  `json:"band"`
	Count int64 `json:"count"` // pieces
	Sum   int64 `json:"sum"`   // what they cost, in minor units
}

// bandOf returns the band of what one piece cost.
func bandOf(line clm.Line) int8 {
	price := float64(line.Amount.Minor) / float64(line.Quantity)
	if price < 1 {
		return -1
	}
	return int8(2 * math.Log2(price))
}

func (p *Profile) addPrice(line clm.Line) {
	p.addPrices(PriceCount{line.Amount.Currency, bandOf(line), int64(line.Quantity), line.Amount.Minor})
}

func (p *Profile) addPrices(more PriceCount) {
	i, found := slices.BinarySearchFunc(p.Prices, more, func(c, d PriceCount) int {
		return cmp.Or(cmp.Compare(c.Currency, d.Currency), cmp.Compare(c.Band, d.Band))
	})
	if !found {
		p.Prices = slices.Insert(p.Prices, i, PriceCount{Currency: more.Currency, Band: more.Band})
	}
	p.Prices[i].Count += more.Count
	p.Prices[i].Sum += more.Sum // within what the ledger adds up
}

// A PriceBand is what a customer pays for a piece in one currency: half of the
// pieces cost between Low and High.
type PriceBand struct {
	Low    clm.Money `json:"low"`
	Median clm.Money `json:"median"`
	High   clm.Money `json:"high"`
	Pieces int64     `json:"pieces"`
}

// PriceBand returns the quartiles of the prices paid in a currency, and false
// when nothing was bought in it. Each is the mean price of the pieces in its
// band, so it is exact for who pays one price, and else within 41 %.
func (p *Profile) PriceBand(currency string) (PriceBand, bool) {
	var counts []PriceCount
	var total int64
	for _, c := range p.Prices {
		if c.Currency == currency {
			counts = append(counts, c)
			total += c.Count
		}
	}
	if total == 0 {
		return PriceBand{}, false
	}
	at := func(q float64) clm.Money {
		return clm.Money{Minor: quantile(counts, q*float64(total)), Currency: currency}
	}
	return PriceBand{Low: at(0.25), Median: at(0.5), High: at(0.75), Pieces: total}, true
}

// quantile returns the mean price in the band that the rank falls into.
func quantile(counts []PriceCount, rank float64) int64 {
	seen := 0.0
	for _, c := range counts {
		seen += float64(c.Count)
		if seen >= rank {
			return int64(math.Round(float64(c.Sum) / float64(c.Count)))
		}
	}
	return 0
}
