package pii

// issuer is a range of first digits (ISO/IEC 7812-1 issuer identification numbers) and the lengths in it.
type issuer struct {
	low, high int // of as many digits as the numbers have
	lengths   []int
}

// issuers are those that the networks publish.
var issuers = []issuer{
	{4, 4, []int{13, 16, 19}},                                // Visa
	{51, 55, []int{16}},                                      // Mastercard
	{2221, 2720, []int{16}},                                  // Mastercard
	{34, 34, []int{15}},                                      // American Express
	{37, 37, []int{15}},                                      // American Express
	{300, 305, []int{14, 16, 17, 18, 19}},                    // Diners Club
	{3095, 3095, []int{14, 16, 17, 18, 19}},                  // Diners Club
	{36, 36, []int{14, 15, 16, 17, 18, 19}},                  // Diners Club
	{38, 39, []int{14, 16, 17, 18, 19}},                      // Diners Club
	{6011, 6011, []int{16, 17, 18, 19}},                      // Discover
	{644, 649, []int{16, 17, 18, 19}},                        // Discover
	{65, 65, []int{16, 17, 18, 19}},                          // Discover, RuPay
	{60, 60, []int{16}},                                      // RuPay
	{81, 82, []int{16}},                                      // RuPay, UnionPay
	{3528, 3589, []int{16, 17, 18, 19}},                      // JCB
	{1800, 1800, []int{15}},                                  // JCB
	{2131, 2131, []int{15}},                                  // JCB
	{62, 62, []int{16, 17, 18, 19}},                          // UnionPay
	{50, 50, []int{12, 13, 14, 15, 16, 17, 18, 19}},          // Maestro
	{56, 58, []int{12, 13, 14, 15, 16, 17, 18, 19}},          // Maestro
	{63, 63, []int{12, 13, 14, 15, 16, 17, 18, 19}},          // Maestro
	{67, 67, []int{12, 13, 14, 15, 16, 17, 18, 19}},          // Maestro
	{2200, 2204, []int{16, 17, 18, 19}},                      // Mir
	{9792, 9792, []int{16}},                                  // Troy
	{636368, 636368, []int{16}}, {438935, 438935, []int{16}}, // Elo
}

// issued reports whether a network issues numbers that begin so and are so long.
func issued(s string) bool {
	for _, r := range issuers {
		n := digitsOf(r.low)
		if p := number(s[:n]); p < r.low || p > r.high {
			continue
		}
		for _, l := range r.lengths {
			if l == len(s) {
				return true
			}
		}
	}
	return false
}

func digitsOf(n int) int {
	count := 1
	for ; n >= 10; n /= 10 {
		count++
	}
	return count
}

// isLuhn decides where the text speaks of a card: networks open new ranges, and test numbers keep to none.
func isLuhn(s string) bool { return allDigits(s) && luhn(s) && !sameDigits(s) }

func isCard(s string) bool { return isLuhn(s) && issued(s) }
