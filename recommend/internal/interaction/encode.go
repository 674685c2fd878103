package interaction

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/recommend/internal/wire"
)

// pastVersion is the first byte of an encoded past. What it means never changes;
// another layout gets another number.
const pastVersion = 1

// AppendBinary appends the past: 30 bytes for each signal, and the ids. What the
// catalogue says of the items is not part of it. It never fails.
func (p *Past) AppendBinary(b []byte) ([]byte, error) {
	b = append(b, pastVersion)
	b = wire.AppendNumber(b, Nano(p.At))
	b = wire.AppendStrings(b, p.Items)
	b = wire.AppendStrings(b, p.Customers)
	b = wire.AppendStrings(b, p.Channels)
	b = appendSignals(b, p.histories)
	for _, touches := range []func(*History) []Touch{touchesOf, returnedOf} {
		b = appendTouches(b, p.histories, touches)
	}
	return appendShown(b, p.histories), nil
}

// appendSignals appends the signals of all histories, field by field.
func appendSignals(b []byte, all []History) []byte {
	b = appendCounts(b, all, func(h *History) int { return len(h.Signals) })
	b = appendField(b, all, func(s *Signal) int64 { return s.Time })
	b = appendField(b, all, func(s *Signal) int32 { return s.Item })
	b = appendField(b, all, func(s *Signal) int32 { return s.Order })
	b = appendField(b, all, func(s *Signal) float32 { return s.Weight })
	b = appendField(b, all, func(s *Signal) float32 { return s.Quantity })
	b = appendField(b, all, func(s *Signal) float32 { return s.Price })
	b = appendField(b, all, func(s *Signal) uint8 { return s.Channel })
	return appendField(b, all, func(s *Signal) uint8 {
		if s.Bought {
			return 1
		}
		return 0
	})
}

func appendCounts(b []byte, all []History, count func(*History) int) []byte {
	for i := range all {
		b = wire.AppendUint(b, uint64(count(&all[i])))
	}
	return b
}

func appendField[T wire.Number](b []byte, all []History, field func(*Signal) T) []byte {
	var column []T
	for h := range all {
		for i := range all[h].Signals {
			column = append(column, field(&all[h].Signals[i]))
		}
	}
	return wire.AppendNumbers(b, column)
}

// DecodePast reads what [Past.AppendBinary] wrote, of a shop with that
// catalogue. It keeps nothing of the bytes. The error wraps [wire.ErrCorrupt],
// or is that of ctx.
func DecodePast(ctx context.Context, b []byte, catalogue *clm.Catalogue) (*Past, error) {
	c := wire.NewCursor(b)
	if version := wire.One[uint8](c); version != pastVersion {
		c.Fail("version %d is not %d", version, pastVersion)
	}
	now := wire.One[int64](c)
	v := readVocabulary(c, catalogue)
	histories := make([]History, len(v.Customers))
	for i := range histories {
		histories[i] = History{Customer: int32(i), Now: now}
	}
	readSignals(c, histories, v)
	readTouches(c, histories, v, func(h *History, t []Touch) { h.Touches = t })
	readTouches(c, histories, v, func(h *History, t []Touch) { h.Returned = t })
	readShown(c, histories, v)
	if err := c.End(); err != nil {
		return nil, fmt.Errorf("recommend: decode past: %w", err)
	}
	return newPast(ctx, v, Time(now), histories)
}

func readVocabulary(c *wire.Cursor, catalogue *clm.Catalogue) *Vocabulary {
	v := &Vocabulary{Items: wire.Strings[clm.ItemID](c), Customers: wire.Strings[clm.CustomerID](c), Channels: wire.Strings[string](c)}
	if !increasing(v.Items) || !increasing(v.Customers) {
		c.Fail("ids are not in order")
	}
	if len(v.Items) > math.MaxInt32 || len(v.Customers) > math.MaxInt32 || len(v.Channels) > math.MaxUint8+1 {
		c.Fail("too many ids")
	}
	v.number(catalogue)
	return v
}

func increasing[T ~string](ids []T) bool {
	for i := 1; i < len(ids); i++ {
		if ids[i] <= ids[i-1] {
			return false
		}
	}
	return true
}

// number fills the maps and what the catalogue says.
func (v *Vocabulary) number(catalogue *clm.Catalogue) {
	v.Index, v.Number = make(map[clm.ItemID]int32, len(v.Items)), make(map[clm.CustomerID]int32, len(v.Customers))
	v.Catalogue = make([]*clm.Item, len(v.Items))
	for n, id := range v.Items {
		v.Index[id] = int32(n)
		v.Catalogue[n] = catalogue.Item(id)
	}
	for n, id := range v.Customers {
		v.Number[id] = int32(n)
	}
}

func readSignals(c *wire.Cursor, all []History, v *Vocabulary) {
	counts := readCounts(c, len(all))
	times, items, orders := wire.Numbers[int64](c), wire.Numbers[int32](c), wire.Numbers[int32](c)
	weights, quantities, prices := wire.Numbers[float32](c), wire.Numbers[float32](c), wire.Numbers[float32](c)
	channels, bought := wire.Numbers[uint8](c), wire.Numbers[uint8](c)
	n := 0
	for _, count := range counts {
		n += count
	}
	for _, length := range []int{len(times), len(items), len(orders), len(weights), len(quantities), len(prices), len(channels), len(bought)} {
		if length != n {
			c.Fail("%d fields of %d signals", length, n)
			return
		}
	}
	signals := make([]Signal, n)
	for i := range signals {
		signals[i] = Signal{times[i], items[i], orders[i], weights[i], quantities[i], prices[i], bought[i] == 1, channels[i]}
	}
	for h, count := range counts {
		all[h].Signals, signals = signals[:count:count], signals[count:]
		if !valid(all[h].Signals, v) {
			c.Fail("signals of %s", v.Customers[h])
			return
		}
	}
}

// readCounts reads a count for each history. Their sum fits into an int, because
// each thing that is counted has bytes of its own.
func readCounts(c *wire.Cursor, n int) []int {
	counts := make([]int, n)
	for i := range counts {
		counts[i] = c.Count(1)
	}
	return counts
}

// valid reports whether signals are as histories have them: in time, those of an
// event together and in the order of their items.
func valid(signals []Signal, v *Vocabulary) bool {
	return slices.IsSortedFunc(signals, func(a, b Signal) int {
		if a.Time < b.Time || a.Time == b.Time && (a.Order < b.Order || a.Order == b.Order && a.Item < b.Item) {
			return -1
		}
		return 1
	}) && !slices.ContainsFunc(signals, func(s Signal) bool {
		return s.Item < 0 || int(s.Item) >= len(v.Items) || !positive(s.Weight) || s.Weight == 0 ||
			!positive(s.Quantity) || !positive(s.Price) || int(s.Channel) >= len(v.Channels) && s.Channel != math.MaxUint8
	})
}

func positive(x float32) bool { return x >= 0 && x <= math.MaxFloat32 }
