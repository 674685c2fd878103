package content

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/clmkit/clmkit/clm"
)

// number is a figure in a text, by byte offsets, with the ways in which it can be read: "1.299" is 1.299 or 1299.
type number struct {
	start, end int
	readings   []string // canonical decimals, such as "1299" or "19.9"
}

// figure is a number in the spellings of English and German: groups of three digits parted by point, comma, apostrophe
// or space, then a decimal part, or dashes in its place.
var figure = regexp.MustCompile(`\d{1,3}(?:[.,'’ \x{a0}\x{202f}]\d{3}\b)+(?:[.,](?:\d+|--?|–|—))?|\d+(?:[.,]\d+)?(?:[.,](?:--?|–|—))?`)

// numbers finds the numbers of a text.
func numbers(text string) []number {
	var out []number
	for _, at := range figure.FindAllStringIndex(text, -1) {
		out = append(out, number{at[0], at[1], readings(text[at[0]:at[1]])})
	}
	return out
}

// readings returns the decimals that a figure can stand for, the likelier first.
func readings(s string) []string {
	s = strings.TrimRight(s, ".,-–—")
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune("'’ \u00a0\u202f", r) {
			return -1
		}
		return r
	}, s)
	last := strings.LastIndexAny(s, ".,")
	if last < 0 {
		return []string{canonical(s, "")}
	}
	whole, frac := digits(s[:last]), s[last+1:]
	decimal, grouped := canonical(whole, frac), canonical(whole+frac, "")
	switch {
	case len(frac) != 3 || s[:last] == "0":
		return []string{decimal}
	case strings.Count(s, s[last:last+1]) > 1:
		return []string{grouped}
	case strings.ContainsAny(s[:last], ".,"): // both signs: the last is the decimal one
		return []string{decimal}
	}
	return []string{grouped, decimal}
}

func digits(s string) string {
	return strings.NewReplacer(".", "", ",", "").Replace(s)
}

// canonical writes a decimal without needless zeros.
func canonical(whole, frac string) string {
	whole = strings.TrimLeft(whole, "0")
	if whole == "" {
		whole = "0"
	}
	if frac = strings.TrimRight(frac, "0"); frac != "" {
		return whole + "." + frac
	}
	return whole
}

// same reports whether two numbers have a reading in common.
func (n number) same(m number) bool {
	return slices.ContainsFunc(n.readings, func(r string) bool { return slices.Contains(m.readings, r) })
}

// is reports whether the number is an amount of money in major units.
func (n number) is(m clm.Money) bool {
	for _, r := range n.readings {
		if got, err := clm.ParseMoney(r, m.Currency); err == nil && got == m {
			return true
		}
	}
	return false
}

// units maps spellings of units to one name each. Units are not converted into one another.
var units = func() map[string]string {
	m := map[string]string{}
	for _, line := range []string{
		"ml millilitre millilitres milliliter milliliters", "cl centilitre centilitres centiliter centiliters", "l litre litres liter liters",
		"mg milligram milligrams milligramm", "g gram grams gramm gr", "kg kilo kilos kilogram kilograms kilogramm", "oz ounce ounces", "lb lbs pound pounds pfund",
		"mm millimetre millimetres millimeter millimeters", "cm centimetre centimetres centimeter centimeters", "m metre metres meter meters", "km kilometre kilometres kilometer kilometers",
		"inch inches in zoll", "ft foot feet", "w watt watts", "kw kilowatt", "v volt volts", "mah", "gb", "tb", "mb", "hz", "ghz", "mp", "lm lumen", "bar", "rpm",
		"h hour hours hrs stunde stunden", "min minute minutes minuten", "s second seconds sekunde sekunden", "day days tag tage tagen", "week weeks woche wochen", "month months monat monate monaten", "year years jahr jahre jahren",
		"piece pieces pcs pc stuck teile teilig", "pack packs packung", "set sets", "person persons people personen", "c", "f",
	} {
		names := strings.Fields(line)
		for _, name := range names {
			m[name] = names[0]
		}
	}
	return m
}()

// unitAfter returns the unit that follows a number that ends at i, or "".
func unitAfter(text string, i int) string {
	rest := text[i:]
	for _, glue := range []string{" ", "\u00a0", "\u202f", "-", "°", "°"} {
		rest = strings.TrimPrefix(rest, glue)
	}
	switch r, _ := utf8.DecodeRuneInString(rest); r {
	case '"', '”', '″':
		return "inch"
	}
	if classOf(firstRune(rest)) != 1 {
		return ""
	}
	ws := words(rest[:min(len(rest), 24)])
	if len(ws) == 0 || ws[0].start != 0 {
		return ""
	}
	return units[ws[0].fold]
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}
