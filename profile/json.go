package profile

import (
	"encoding/json"
	"slices"
	"strconv"
)

// The counts of a profile have a JSON form of their own: they are most of its
// text, and as structures they take twice the room. The text is put together by
// hand because a store that folds events spends a good part of its time on it.

// HourCounts counts by hour of the day.
type HourCounts [24]uint32

// DayCounts counts by day of the week; Sunday is 0.
type DayCounts [7]uint32

// MarshalJSON writes an array of 24 numbers.
func (c HourCounts) MarshalJSON() ([]byte, error) { return appendCounts(nil, c[:]), nil }

// UnmarshalJSON reads an array of 24 numbers.
func (c *HourCounts) UnmarshalJSON(text []byte) error { return unmarshalCounts(text, c[:]) }

// MarshalJSON writes an array of 7 numbers.
func (c DayCounts) MarshalJSON() ([]byte, error) { return appendCounts(nil, c[:]), nil }

// UnmarshalJSON reads an array of 7 numbers.
func (c *DayCounts) UnmarshalJSON(text []byte) error { return unmarshalCounts(text, c[:]) }

func appendCounts(text []byte, counts []uint32) []byte {
	text = append(text, '[')
	for i, n := range counts {
		if i > 0 {
			text = append(text, ',')
		}
		text = strconv.AppendUint(text, uint64(n), 10)
	}
	return append(text, ']')
}

func unmarshalCounts(text []byte, counts []uint32) error {
	c := cursor{rest: string(text)}
	c.take('[')
	for i := range counts {
		if i > 0 {
			c.take(',')
		}
		counts[i] = uint32(c.integer(0, 1<<32-1))
	}
	c.take(']')
	return c.end()
}

// MarshalJSON writes an object with an array for each label: a week, the sum of
// that week, the next week, its sum, and so on.
func (w Weekly) MarshalJSON() ([]byte, error) { return w.append(nil), nil }

func (w Weekly) append(text []byte) []byte {
	text = append(text, '{')
	for i, s := range w {
		if i > 0 && w[i-1].Label == s.Label {
			text = append(text, ',')
		} else {
			if i > 0 {
				text = append(text, ']', ',')
			}
			text = append(appendString(text, s.Label), ':', '[')
		}
		text = append(strconv.AppendInt(text, int64(s.Week), 10), ',')
		text = strconv.AppendInt(text, s.Sum, 10)
	}
	if len(w) > 0 {
		text = append(text, ']')
	}
	return append(text, '}')
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (w *Weekly) UnmarshalJSON(text []byte) error {
	c := cursor{rest: string(text)} // the labels are parts of it
	read := make(Weekly, 0, len(text)/24+1)
	c.list('{', '}', func() {
		label := c.text()
		c.take(':')
		c.list('[', ']', func() {
			at := int32(c.integer(-1<<31, 1<<31-1))
			c.take(',')
			read = append(read, WeekSum{label, at, c.integer(-1<<63, 1<<63-1)})
		})
	})
	if err := c.end(); err != nil {
		return err
	}
	if !slices.IsSortedFunc(read, compareWeeks) {
		slices.SortStableFunc(read, compareWeeks)
	}
	*w = read
	return nil
}

// appendString writes a JSON string. Labels are nearly always plain.
func appendString(text []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			quoted, _ := json.Marshal(s) // a string always has a text
			return append(text, quoted...)
		}
	}
	text = append(append(text, '"'), s...)
	return append(text, '"')
}
