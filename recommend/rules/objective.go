package rules

import (
	"math"
	"strconv"
	"strings"

	"github.com/clmkit/clmkit/clm"
)

// An Objective is what a shop wants of a list besides relevance: revenue, margin,
// or that what lies in stock for long is sold.
//
// An item counts (1-Weight)·g(relevance) + Weight·g(value), where both are divided
// by their largest among the candidates, and g is a logarithm that goes on through
// zero: g(x) = asinh(100·x). For what is above some hundredths, this orders like
// relevance^(1-Weight) · value^Weight. So the currency does not matter, nor one
// item that costs a hundred times the others, and at a Weight of 1/2 items are
// ordered by relevance times value: the expected value, where relevance is
// proportional to the chance of a sale. Below, it is linear, so that a value of
// nothing or a loss is no end of the world: sums with linear values, the
// alternative, would be governed by the one dearest item, and powers alone cannot
// be taken of losses.
type Objective struct {
	// By is what the value is. It must be there if Weight is above 0.
	By Value `json:"by,omitempty"`
	// Weight is what the value counts against relevance, in [0, 1]. At 0 the
	// order is that of relevance, at 1 that of the value, and in between it
	// changes steadily. [Sensitivity] has the steps of Amazon Personalize.
	Weight float64 `json:"weight,omitempty"`
	// Currency is that of the prices that count, for [Price]; others are not
	// known. Default: the currency of the first candidate that has a price.
	Currency string `json:"currency,omitempty"`
}

// A Value is what an item is worth to the shop. An item whose value is not known
// counts as the candidate with the least, so that it gains nothing from that.
type Value string

// The values. "attribute.margin" is the number in the attribute "margin" of
// items, and so for other attributes.
const (
	Price Value = "price" // for revenue: the price in minor units
	// Cover is the number of days that the stock lasts, at most 365: the stock
	// divided by [Candidate.Daily].
	Cover Value = "cover"
	Given Value = "given" // [Candidate.Value], whatever the caller puts there
)

const (
	attribute = "attribute."
	longest   = 365.0 // days of stock; more is as bad
)

// Sensitivity returns the weight for a step of Amazon Personalize's objective
// sensitivity: "off" is 0, "low" 1/8, "medium" 1/4 and "high" 1/2, the order of the
// expected value. Amazon does not say what its steps are. The second result is
// false for other names; their case does not matter.
func Sensitivity(name string) (weight float64, ok bool) {
	weight, ok = map[string]float64{"off": 0, "low": 0.125, "medium": 0.25, "high": 0.5}[strings.ToLower(name)]
	return weight, ok
}

func (o *Objective) validate() error {
	name, isAttribute := strings.CutPrefix(string(o.By), attribute)
	switch {
	case !(o.Weight >= 0 && o.Weight <= 1):
		return fail("objective.weight", "%v is not in [0, 1]", o.Weight)
	case o.By == "" && o.Weight > 0:
		return fail("objective.by", "the weight is %v of nothing", o.Weight)
	case o.By != "" && o.By != Price && o.By != Cover && o.By != Given && (!isAttribute || name == ""):
		return fail("objective.by", "%q is none of %q, and no attribute", o.By, []Value{Price, Cover, Given})
	case o.Currency != "" && clm.Money{Currency: o.Currency}.Validate() != nil:
		return fail("objective.currency", "unknown currency %q", o.Currency)
	}
	return nil
}

// currency settles which currency counts.
func (o *Objective) currency(all []Candidate) {
	for i := 0; i < len(all) && o.By == Price && o.Currency == ""; i++ {
		o.Currency = all[i].Item.Price.Currency
	}
}

// value returns what an item is worth, and whether that is known.
func (o *Objective) value(c *Candidate) (float64, bool) {
	switch o.By {
	case Given:
		return c.Value, true
	case Price:
		return float64(c.Item.Price.Minor), c.Item.Price.Currency != "" && c.Item.Price.Currency == o.Currency
	case Cover:
		return c.cover()
	}
	text := c.Item.Attributes[strings.TrimPrefix(string(o.By), attribute)]
	x, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	return x, err == nil && x-x == 0
}

// cover returns how many days the stock lasts.
func (c *Candidate) cover() (days float64, ok bool) {
	if c.Item.Stock == nil {
		return 0, false
	}
	stock := max(0, float64(*c.Item.Stock))
	if stock <= longest*c.Daily {
		return stock / max(c.Daily, math.SmallestNonzeroFloat64), true
	}
	return longest, true
}

// knee is where g changes from a line to a logarithm: at a hundredth of the largest
// relevance or value.
const knee = 0.01

// mix weighs a relevance and a value, both with a largest of 1, and returns the
// result on the scale of the relevance. At both ends it is exact.
func mix(relevance, value, weight float64) float64 {
	switch weight {
	case 0:
		return relevance
	case 1:
		return value
	}
	return knee * math.Sinh((1-weight)*math.Asinh(relevance/knee)+weight*math.Asinh(value/knee))
}
