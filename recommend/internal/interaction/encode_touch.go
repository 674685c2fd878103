package interaction

import (
	"math"

	"github.com/clmkit/clmkit/recommend/internal/wire"
)

func touchesOf(h *History) []Touch  { return h.Touches }
func returnedOf(h *History) []Touch { return h.Returned }

func appendTouches(b []byte, all []History, of func(*History) []Touch) []byte {
	b = appendCounts(b, all, func(h *History) int { return len(of(h)) })
	for i := range all {
		for _, t := range of(&all[i]) {
			b = wire.AppendNumber(b, t.Time)
			b = wire.AppendNumber(b, t.Item)
			b = wire.AppendNumber(b, uint8(t.Kind))
			b = wire.AppendString(b, t.Query)
		}
	}
	return b
}

func readTouches(c *wire.Cursor, all []History, v *Vocabulary, put func(*History, []Touch)) {
	for h, count := range readCounts(c, len(all)) {
		touches := make([]Touch, 0, min(count, maxTouches))
		for range count {
			t := Touch{Time: wire.One[int64](c), Item: wire.One[int32](c), Kind: Kind(wire.One[uint8](c)), Query: wire.String[string](c)}
			if t.Item < -1 || int(t.Item) >= len(v.Items) || len(touches) > 0 && t.Time < touches[len(touches)-1].Time {
				c.Fail("touch %d of %s", len(touches), v.Customers[h])
			}
			if c.Err() != nil {
				return
			}
			touches = append(touches, t)
		}
		if count > 0 {
			put(&all[h], touches)
		}
	}
}

func appendShown(b []byte, all []History) []byte {
	b = appendCounts(b, all, func(h *History) int { return len(h.Shown) })
	for i := range all {
		for _, s := range all[i].Shown {
			b = wire.AppendNumber(b, s.Time)
			b = wire.AppendNumber(b, s.Item)
			b = wire.AppendNumber(b, s.Taken)
		}
	}
	return b
}

func readShown(c *wire.Cursor, all []History, v *Vocabulary) {
	for h, count := range readCounts(c, len(all)) {
		last := int64(math.MinInt64)
		for range count {
			s := Impression{Time: wire.One[int64](c), Item: wire.One[int32](c), Taken: wire.One[int64](c)}
			if s.Item < 0 || int(s.Item) >= len(v.Items) || s.Time < last {
				c.Fail("impression %d of %s", len(all[h].Shown), v.Customers[h])
			}
			if c.Err() != nil {
				return
			}
			all[h].Shown, last = append(all[h].Shown, s), s.Time
		}
	}
}
