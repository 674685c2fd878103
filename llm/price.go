package llm

import (
	"fmt"
	"math"
	"math/bits"
)

// Micros is money in millionths of one unit of the host's currency: 1_500_000 is 1.50. A program keeps its prices and
// limits in one currency; which one is its own affair.
type Micros int64

// Price is what a model costs. No part may be negative; the zero value is free of charge, as a model of one's own may be.
type Price struct {
	// Input is the price of a million tokens of requests. Where some cost more than others, as tokens that are written
	// into a provider's cache do, it is the highest price.
	Input Micros
	// CachedInput is the price of a million tokens of requests that the provider had in its cache. 0: as Input.
	CachedInput Micros
	// Output is the price of a million tokens of answers, reasoning among them.
	Output Micros
	// Call is the price of each call beside its tokens, such as that of a search.
	Call Micros
}

// Prices are those of models by the names that the host gives them. There are none built in: a price list in a library
// is wrong on the day after its release.
type Prices map[string]Price

// million is the number of tokens that a price is for.
const million = 1_000_000

// Cost of one call with the given usage, rounded up to the next micro: a limit rather ends too early than too late. Parts
// of usage below 0 count as 0, cached tokens beyond Input count as no tokens, and a cost beyond the greatest Micros is
// that.
func (p Price) Cost(u Usage) Micros {
	input := max(u.Input, 0)
	cached := min(max(u.Cached, 0), input)
	cachedPrice := p.CachedInput
	if cachedPrice == 0 {
		cachedPrice = p.Input
	}
	var sum wide
	sum.add(input-cached, p.Input)
	sum.add(cached, cachedPrice)
	sum.add(max(u.Output, 0), p.Output)
	return plus(sum.perMillion(), p.Call)
}

// bound is the most that a call of so many tokens costs.
func (p Price) bound(input, output int) Micros {
	p.Input = max(p.Input, p.CachedInput)
	return p.Cost(Usage{Input: input, Output: output})
}

func (p Price) check() error {
	if min(p.Input, p.CachedInput, p.Output, p.Call) < 0 {
		return fmt.Errorf("negative price in %+v", p)
	}
	return nil
}

// wide is a sum of products that need more than 64 bits. Three of two numbers of 63 bits fit.
type wide struct{ high, low uint64 }

func (w *wide) add(tokens int, price Micros) {
	high, low := bits.Mul64(uint64(tokens), uint64(price))
	var carry uint64
	w.low, carry = bits.Add64(w.low, low, 0)
	w.high += high + carry
}

// perMillion is the sum over a million, rounded up.
func (w *wide) perMillion() Micros {
	if w.high >= million {
		return math.MaxInt64
	}
	whole, rest := bits.Div64(w.high, w.low, million)
	if whole >= math.MaxInt64 {
		return math.MaxInt64
	}
	if rest > 0 {
		whole++
	}
	return Micros(whole)
}

// plus is a + b, of numbers that are not negative, and the greatest number where that is too much.
func plus[N ~int64](a, b N) N {
	if sum := a + b; sum >= 0 {
		return sum
	}
	return math.MaxInt64
}
