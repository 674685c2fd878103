package filter

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// A Type is what kind of value a field has.
type Type uint8

// The types of values. Missing is the type of the zero [Value].
const (
	Missing  Type = iota
	String        // a text, compared by its bytes
	Number        // a float64
	Money         // an amount in minor units of a currency
	Time          // a moment, to the nanosecond
	Bool          // true or false
	Set           // a set of strings
	Duration      // a length of time, to the nanosecond
)

// String returns the name of the type with its article, for messages.
func (t Type) String() string {
	names := [...]string{"nothing", "a string", "a number", "an amount of money", "a time", "a boolean", "a set of strings", "a duration"}
	if int(t) >= len(names) {
		return "an unknown type"
	}
	return names[t]
}

// ordered reports whether values of the type have an order.
func (t Type) ordered() bool {
	return t == String || t == Number || t == Money || t == Time || t == Duration
}

// A Value is one value of a field. The zero Value is a missing one. Values are
// immutable.
type Value struct {
	kind Type
	nano int32  // nanoseconds of a time
	n    int64  // minor units, Unix seconds, 0 or 1, nanoseconds of a duration, bits of a number
	s    string // a string, or a currency
	set  []string
}

// StringOf returns a text. It is not missing when it is empty.
func StringOf(s string) Value { return Value{kind: String, s: s} }

// NumberOf returns a number. NaN and the infinities are missing.
func NumberOf(f float64) Value {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Value{}
	}
	return Value{kind: Number, n: int64(math.Float64bits(f))}
}

// MoneyOf returns an amount. The zero Money is missing, because that is what an
// unknown price is.
func MoneyOf(m clm.Money) Value {
	if m.Currency == "" {
		return Value{}
	}
	return Value{kind: Money, n: m.Minor, s: m.Currency}
}

// TimeOf returns a moment; its time zone does not matter. The zero Time is
// missing.
func TimeOf(t time.Time) Value {
	if t.IsZero() {
		return Value{}
	}
	return Value{kind: Time, n: t.Unix(), nano: int32(t.Nanosecond())}
}

// BoolOf returns a boolean.
func BoolOf(b bool) Value {
	if b {
		return Value{kind: Bool, n: 1}
	}
	return Value{kind: Bool}
}

// SetOf returns a set of strings, which it keeps: the caller must not change
// them after. Their order does not matter to any condition. An empty set is
// missing.
func SetOf(members ...string) Value {
	if len(members) == 0 {
		return Value{}
	}
	return Value{kind: Set, set: members}
}

// DurationOf returns a length of time.
func DurationOf(d time.Duration) Value { return Value{kind: Duration, n: int64(d)} }

// Type returns the type of the value.
func (v Value) Type() Type { return v.kind }

func (v *Value) number() float64 { return math.Float64frombits(uint64(v.n)) }

// moment returns a time in UTC.
func (v *Value) moment() time.Time { return time.Unix(v.n, int64(v.nano)).UTC() }

func (v *Value) money() clm.Money { return clm.Money{Minor: v.n, Currency: v.s} }

// order compares two values of one type that has an order. It returns false
// where they cannot be compared: other types, other currencies, a missing one.
func order(a, b *Value) (int, bool) {
	if a.kind != b.kind {
		return 0, false
	}
	switch a.kind {
	case String:
		return cmp.Compare(a.s, b.s), true
	case Number:
		return cmp.Compare(a.number(), b.number()), true
	case Money:
		return cmp.Compare(a.n, b.n), a.s == b.s
	case Time:
		return cmp.Or(cmp.Compare(a.n, b.n), cmp.Compare(a.nano, b.nano)), true
	case Bool, Duration:
		return cmp.Compare(a.n, b.n), true
	}
	return 0, false
}

// equal reports whether two values are there and the same.
func equal(a, b *Value) bool {
	if a.kind == Set && b.kind == Set {
		return sameMembers(a.set, b.set)
	}
	c, ok := order(a, b)
	return ok && c == 0
}

func sameMembers(a, b []string) bool {
	within := func(a, b []string) bool {
		return !slices.ContainsFunc(a, func(s string) bool { return !slices.Contains(b, s) })
	}
	return within(a, b) && within(b, a)
}

// overlaps reports whether a string is, or a set has, one of the members of b,
// which is a string or a set too.
func overlaps(a, b *Value) bool {
	switch {
	case a.kind == Set && b.kind == Set:
		return slices.ContainsFunc(a.set, func(s string) bool { return slices.Contains(b.set, s) })
	case a.kind == Set && b.kind == String:
		return slices.Contains(a.set, b.s)
	case a.kind == String && b.kind == Set:
		return slices.Contains(b.set, a.s)
	}
	return equal(a, b)
}
