package filter

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// String returns the value as the language writes it: "a", 1.5, 19.99 EUR,
// time("2026-01-02T00:00:00Z"), true, 1d12h. A set is its members in order in
// brackets, and a missing value is null; both are for people, and have no literal.
func (v Value) String() string {
	switch v.kind {
	case String:
		return quote(v.s)
	case Number:
		return formatNumber(v.number())
	case Money:
		return v.money().String()
	case Time:
		return "time(" + quote(v.moment().Format(time.RFC3339Nano)) + ")"
	case Bool:
		return strconv.FormatBool(v.n != 0)
	case Set:
		members := slices.Compact(slices.Sorted(slices.Values(v.set)))
		for i, m := range members {
			members[i] = quote(m)
		}
		return "[" + strings.Join(members, ", ") + "]"
	case Duration:
		return formatDuration(time.Duration(v.n))
	}
	return "null"
}

// literal reports whether the language can write the value.
func (v *Value) literal() bool {
	switch v.kind {
	case String:
		return utf8.ValidString(v.s) && !strings.ContainsRune(v.s, 0)
	case Money:
		return v.money().Validate() == nil
	case Time:
		year := v.moment().Year()
		return year >= 0 && year <= 9999
	}
	return v.kind == Number || v.kind == Bool || v.kind == Duration
}

func formatNumber(f float64) string {
	if a := math.Abs(f); a != 0 && (a < 1e-6 || a >= 1e21) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// A unit is a unit of durations. The language reads weeks and writes days.
type unit struct {
	name string
	size uint64 // nanoseconds
}

var units = []unit{
	{"d", 24 * uint64(time.Hour)}, {"h", uint64(time.Hour)}, {"m", uint64(time.Minute)}, {"s", uint64(time.Second)},
	{"ms", uint64(time.Millisecond)}, {"us", uint64(time.Microsecond)}, {"ns", 1},
	{"w", 7 * 24 * uint64(time.Hour)},
}

func formatDuration(d time.Duration) string {
	if d == 0 {
		return "0s"
	}
	out, rest := "", uint64(d)
	if d < 0 {
		out, rest = "-", -rest // two's complement: right for the smallest too
	}
	for _, u := range units {
		if n := rest / u.size; n > 0 {
			out += strconv.FormatUint(n, 10) + u.name
			rest %= u.size
		}
	}
	return out
}

// parseDuration reads a duration without its sign, such as 1d12h.
func parseDuration(text string, negative bool) (time.Duration, bool) {
	limit := uint64(math.MaxInt64)
	if negative {
		limit++
	}
	total := uint64(0)
	for text != "" {
		digits := strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' })
		if digits <= 0 {
			return 0, false
		}
		n, err := strconv.ParseUint(text[:digits], 10, 64)
		text = text[digits:]
		letters := strings.IndexFunc(text, func(r rune) bool { return r >= '0' && r <= '9' })
		if letters < 0 {
			letters = len(text)
		}
		i := slices.IndexFunc(units, func(u unit) bool { return u.name == text[:letters] })
		if err != nil || i < 0 || n > (limit-total)/units[i].size {
			return 0, false
		}
		total += n * units[i].size
		text = text[letters:]
	}
	if negative {
		total = -total
	}
	return time.Duration(total), true
}

// quote writes a string as JSON does, with nothing escaped that need not be.
func quote(s string) string {
	out := append(make([]byte, 0, len(s)+2), '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		case c < ' ' || c == 0x7f:
			const hex = "0123456789abcdef"
			out = append(out, `\u00`...)
			out = append(out, hex[c>>4], hex[c&15])
		default:
			out = append(out, c)
		}
	}
	return string(append(out, '"'))
}
