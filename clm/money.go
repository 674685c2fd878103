package clm

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// Sentinels of arithmetic with [Money].
var (
	ErrCurrency = errors.New("currencies differ")
	ErrOverflow = errors.New("amount out of range")
)

// Money is an amount in the smallest unit of its currency: 1999 EUR is 19.99,
// 1999 JPY is 1999 yen. Amounts are integers, so that sums are exact whatever
// their order; amounts of different currencies are never added.
type Money struct {
	// Minor is the number of minor units (cents, pence, yen).
	Minor int64 `json:"minor"`
	// Currency is an ISO 4217 code in capitals, such as "EUR".
	Currency string `json:"currency"`
}

// ParseMoney reads a decimal number such as "19.99" or "-3" as an amount of
// the currency. It refuses more digits after the point than the currency has
// (unless they are zeros), exponents and thousands separators.
func ParseMoney(decimal, currency string) (Money, error) {
	exp, ok := exponent(currency)
	if !ok {
		return Money{}, fmt.Errorf("clm: unknown currency %q", currency)
	}
	whole, frac, _ := strings.Cut(decimal, ".")
	for len(frac) > exp && strings.HasSuffix(frac, "0") {
		frac = frac[:len(frac)-1]
	}
	digits := strings.TrimPrefix(whole, "-") + frac
	if digits == "" || strings.Trim(digits, "0123456789") != "" || len(frac) > exp {
		return Money{}, fmt.Errorf("clm: %q is not an amount of %s", decimal, currency)
	}
	minor, err := strconv.ParseInt(whole+frac+strings.Repeat("0", exp-len(frac)), 10, 64)
	if err != nil {
		return Money{}, fmt.Errorf("clm: %q %s: %w", decimal, currency, ErrOverflow)
	}
	return Money{minor, currency}, nil
}

// Validate reports a currency code that ISO 4217 does not have.
func (m Money) Validate() error {
	if _, ok := exponent(m.Currency); !ok {
		return fmt.Errorf("clm: unknown currency %q", m.Currency)
	}
	return nil
}

// Add returns m + n. It fails with [ErrCurrency] or [ErrOverflow].
func (m Money) Add(n Money) (Money, error) {
	if m.Currency != n.Currency {
		return Money{}, fmt.Errorf("clm: %s and %s: %w", m.Currency, n.Currency, ErrCurrency)
	}
	sum := m.Minor + n.Minor
	if (sum > m.Minor) != (n.Minor > 0) && n.Minor != 0 {
		return Money{}, fmt.Errorf("clm: %s + %s: %w", m, n, ErrOverflow)
	}
	return Money{sum, m.Currency}, nil
}

// Mul returns m times n. It fails with [ErrOverflow].
func (m Money) Mul(n int) (Money, error) {
	p := new(big.Int).Mul(big.NewInt(m.Minor), big.NewInt(int64(n)))
	if !p.IsInt64() {
		return Money{}, fmt.Errorf("clm: %s times %d: %w", m, n, ErrOverflow)
	}
	return Money{p.Int64(), m.Currency}, nil
}

// Float returns the amount in major units, for statistics and display only:
// 1999 EUR is 19.99. A currency that ISO 4217 does not have counts as one with
// two digits.
func (m Money) Float() float64 {
	exp, ok := exponent(m.Currency)
	if !ok {
		exp = 2
	}
	return float64(m.Minor) / math.Pow10(exp)
}

// String returns the amount with its digits and currency: "19.99 EUR".
func (m Money) String() string {
	exp, ok := exponent(m.Currency)
	if !ok {
		return fmt.Sprintf("%d minor units of %q", m.Minor, m.Currency)
	}
	s := strconv.FormatUint(magnitude(m.Minor), 10)
	if exp > 0 {
		s = strings.Repeat("0", max(0, exp+1-len(s))) + s
		s = s[:len(s)-exp] + "." + s[len(s)-exp:]
	}
	if m.Minor < 0 {
		s = "-" + s
	}
	return s + " " + m.Currency
}

// magnitude returns |n|, also for the smallest int64.
func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}
