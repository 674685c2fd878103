package content

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clmkit/clmkit/clm"
)

// amount is a number with a currency.
type amount struct {
	number
	from, to   int      // with its currency
	currencies []string // that the sign can stand for; none when it is not known
	minor      bool     // the number counts minor units
}

// signs maps signs and names of currencies to their codes. A sign that several currencies share stands for each.
var signs = map[string]string{
	"€": "EUR", "£": "GBP", "$": "USD CAD AUD NZD SGD HKD MXN", "¥": "JPY CNY", "₹": "INR", "₺": "TRY", "₽": "RUB", "₩": "KRW", "₫": "VND", "₪": "ILS", "₴": "UAH",
	"us$": "USD", "c$": "CAD", "a$": "AUD", "nz$": "NZD", "hk$": "HKD", "s$": "SGD", "r$": "BRL", "rs": "INR", "zl": "PLN", "kr": "SEK NOK DKK", "fr": "CHF", "sfr": "CHF",
	"euro": "EUR", "euros": "EUR", "dollar": "USD CAD AUD NZD SGD HKD", "dollars": "USD CAD AUD NZD SGD HKD", "bucks": "USD CAD AUD", "pound": "GBP", "pounds": "GBP", "quid": "GBP",
	"yen": "JPY", "yuan": "CNY", "franken": "CHF", "franc": "CHF", "francs": "CHF", "rupees": "INR", "zloty": "PLN", "kronor": "SEK", "kroner": "NOK DKK",
	"cent": "EUR USD CAD AUD", "cents": "EUR USD CAD AUD", "ct": "EUR", "cts": "EUR", "¢": "USD CAD", "p": "GBP", "pence": "GBP", "penny": "GBP",
}

// minorSigns count minor units.
var minorSigns = set("cent cents ct cts ¢ p pence penny")

// signBefore and signAfter return the sign of a currency that touches an offset, or stands a space away, with its place.
func signBefore(text string, at, floor int) (int, string) {
	end := at
	if r, n := utf8.DecodeLastRuneInString(text[floor:end]); r == ' ' || r == '\u00a0' || r == '\u202f' {
		end -= n
	}
	start := end
	for start > floor {
		r, n := utf8.DecodeLastRuneInString(text[floor:start])
		if !signRune(r) {
			break
		}
		start -= n
	}
	return start, text[start:end]
}

func signAfter(text string, at int) (int, string) {
	start := at
	if r, n := utf8.DecodeRuneInString(text[start:]); r == ' ' || r == '\u00a0' || r == '\u202f' || r == '-' {
		start += n
	}
	end := start
	for end < len(text) {
		r, n := utf8.DecodeRuneInString(text[end:])
		if !signRune(r) {
			break
		}
		end += n
	}
	return end, text[start:end]
}

func signRune(r rune) bool { return unicode.IsLetter(r) || unicode.Is(unicode.Sc, r) }

// codesOf returns the currencies that a sign stands for, and whether it is one at all.
func codesOf(sign string) (codes []string, minor, ok bool) {
	folded := fold(sign)
	if found, known := signs[folded]; known {
		return strings.Fields(found), minorSigns[folded], true
	}
	if len(sign) == 3 && (clm.Money{Currency: strings.ToUpper(sign)}).Validate() == nil && !isWord(sign) {
		return []string{strings.ToUpper(sign)}, false, true
	}
	return nil, false, strings.IndexFunc(sign, func(r rune) bool { return unicode.Is(unicode.Sc, r) }) >= 0
}

// isWord reports whether three letters are a word and not a code, which has to be in capitals then: "all" is the lek.
func isWord(sign string) bool {
	return sign != strings.ToUpper(sign) && sign != "eur" && sign != "usd" && sign != "gbp" && sign != "chf"
}

// amounts finds the amounts of money in a text among its numbers.
func amounts(text string, ns []number) []amount {
	var out []amount
	floor := 0
	for _, n := range ns {
		a := amount{number: n, from: n.start, to: n.end}
		found := false
		start, sign := signBefore(text, n.start, min(floor, n.start))
		if a.currencies, a.minor, found = codesOf(sign); found && !a.minor {
			a.from = start
		} else {
			end, after := signAfter(text, n.end)
			if a.currencies, a.minor, found = codesOf(after); found {
				a.to = end
			}
		}
		if found {
			floor = a.to
			out = append(out, a)
		}
	}
	return out
}

// is reports whether the amount can be read as m.
func (a *amount) is(m clm.Money) bool {
	if m == (clm.Money{}) || !slices.Contains(a.currencies, m.Currency) {
		return false
	}
	if a.minor {
		return slices.Contains(a.readings, fmt.Sprint(m.Minor))
	}
	return a.number.is(m)
}
