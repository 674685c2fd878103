package orders

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/clmkit/clmkit/clm"
)

// times returns a decimal price times a quantity. The product is exact also
// when the price has more digits than the currency, as 0.001 times 500 is 0.50
// pounds; what is then left below a minor unit is rounded half to even, and
// rounded says so.
func times(decimal string, quantity int, currency string) (amount clm.Money, rounded bool, err error) {
	price, err := clm.ParseMoney(decimal, currency)
	if err == nil {
		amount, err = price.Mul(quantity)
		return amount, false, err
	}
	if !isDecimal(decimal) {
		return clm.Money{}, false, err
	}
	unit, err := clm.ParseMoney("1", currency)
	if err != nil {
		return clm.Money{}, false, err
	}
	exact, ok := new(big.Rat).SetString(decimal)
	if !ok {
		return clm.Money{}, false, fmt.Errorf("orders: %q is not a number", decimal)
	}
	exact.Mul(exact, new(big.Rat).SetInt64(int64(quantity)))
	exact.Mul(exact, new(big.Rat).SetInt64(unit.Minor))
	minor := halfEven(exact)
	if !minor.IsInt64() {
		return clm.Money{}, false, fmt.Errorf("orders: %s times %d: %w", decimal, quantity, clm.ErrOverflow)
	}
	return clm.Money{Minor: minor.Int64(), Currency: currency}, !exact.IsInt(), nil
}

// isDecimal reports whether s is digits with at most one point and a sign, and
// short enough to be a price.
func isDecimal(s string) bool {
	const longest = 40
	whole, frac, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	return whole+frac != "" && strings.Trim(whole+frac, "0123456789") == "" && len(s) <= longest
}

// halfEven returns the whole number nearest to x, the even one of two.
func halfEven(x *big.Rat) *big.Int {
	floor, rest := new(big.Int).DivMod(x.Num(), x.Denom(), new(big.Int))
	switch rest.Lsh(rest, 1).Cmp(x.Denom()) {
	case 1:
		floor.Add(floor, big.NewInt(1))
	case 0:
		if floor.Bit(0) == 1 {
			floor.Add(floor, big.NewInt(1))
		}
	}
	return floor
}
