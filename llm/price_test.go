package llm_test

import (
	"fmt"
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/llm"
)

func ExamplePrice_Cost() {
	price := llm.Price{Input: 2_500_000, CachedInput: 1_250_000, Output: 10_000_000} // 2.50, 1.25 and 10 a million
	fmt.Println(price.Cost(llm.Usage{Input: 1000, Cached: 800, Output: 200}), "micros")
	fmt.Println(price.Cost(llm.Usage{Input: 1}), "micros: rounded up from 2.5")
	// Output:
	// 3500 micros
	// 3 micros: rounded up from 2.5
}

func TestCost(t *testing.T) {
	for name, c := range map[string]struct {
		price llm.Price
		usage llm.Usage
		want  llm.Micros
	}{
		"nothing used":                        {llm.Price{Input: 5, Output: 5}, llm.Usage{}, 0},
		"free of charge":                      {llm.Price{}, llm.Usage{Input: 9, Output: 9}, 0},
		"a fraction counts as one":            {llm.Price{Input: 1}, llm.Usage{Input: 1}, 1},
		"fractions are added before rounding": {llm.Price{Input: 500_000, Output: 500_000}, llm.Usage{Input: 1, Output: 1}, 1},
		"a million":                           {llm.Price{Input: 3_000_000}, llm.Usage{Input: 1_000_000}, 3_000_000},
		"cached input at its price":           {llm.Price{Input: 2e6, CachedInput: 1e6}, llm.Usage{Input: 10, Cached: 4}, 16},
		"cached input without a price":        {llm.Price{Input: 2e6}, llm.Usage{Input: 10, Cached: 4}, 20},
		"more cached than there was":          {llm.Price{Input: 2e6, CachedInput: 1e6}, llm.Usage{Input: 10, Cached: 40}, 10},
		"negative counts":                     {llm.Price{Input: 2e6, Output: 2e6}, llm.Usage{Input: -10, Output: -1, Cached: -4}, 0},
		"a call has a price":                  {llm.Price{Call: 7}, llm.Usage{}, 7},
		"too much for 64 bits":                {llm.Price{Input: math.MaxInt64, Output: math.MaxInt64}, llm.Usage{Input: math.MaxInt, Output: math.MaxInt}, math.MaxInt64},
		"the greatest after division":         {llm.Price{Input: math.MaxInt64}, llm.Usage{Input: 1_000_000}, math.MaxInt64},
		"the call on top of the greatest":     {llm.Price{Input: math.MaxInt64, Call: 1}, llm.Usage{Input: 1_000_000}, math.MaxInt64},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, c.price.Cost(c.usage)) })
	}
}

// TestCostIsThatOfUnboundedNumbers compares with math/big over the whole range.
func TestCostIsThatOfUnboundedNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		price := llm.Price{
			Input:       llm.Micros(rapid.Int64Range(1, math.MaxInt64).Draw(t, "input price")),
			CachedInput: llm.Micros(rapid.Int64Range(1, math.MaxInt64).Draw(t, "cached price")),
			Output:      llm.Micros(rapid.Int64Range(0, math.MaxInt64).Draw(t, "output price")),
		}
		u := llm.Usage{Input: rapid.IntRange(0, math.MaxInt).Draw(t, "input"), Output: rapid.IntRange(0, math.MaxInt).Draw(t, "output")}
		u.Cached = rapid.IntRange(0, u.Input).Draw(t, "cached")
		sum := new(big.Int)
		for _, part := range []struct {
			tokens int
			price  llm.Micros
		}{{u.Input - u.Cached, price.Input}, {u.Cached, price.CachedInput}, {u.Output, price.Output}} {
			sum.Add(sum, new(big.Int).Mul(big.NewInt(int64(part.tokens)), big.NewInt(int64(part.price))))
		}
		sum.Add(sum, big.NewInt(999_999)).Div(sum, big.NewInt(1_000_000))
		want := int64(math.MaxInt64)
		if sum.IsInt64() {
			want = sum.Int64()
		}
		assert.Equal(t, llm.Micros(want), price.Cost(u))
	})
}
