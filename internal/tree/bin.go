package tree

import (
	"context"
	"math"
	"slices"
)

// Values are counted in bins: 0 holds the missing ones, and bin b those up to
// cuts[b-1] and above the cut before. The last cut is +Inf.
const (
	missing = 0
	maxBins = 255 // without the one for missing values: a bin is a byte
)

// lane is how many features share a word of the matrix: one byte each.
const lane = 8

// matrix holds rows of bins: feature f of row r is byte f%lane of
// words[f/lane][r].
type matrix struct {
	rows  int
	cuts  [][]uint32 // per feature, as keys
	words [][]uint64
}

// newMatrix bins the rows of train, at most bins to a feature, and those of
// valid after them in the same bins. valid may be nil.
func newMatrix(ctx context.Context, train, valid *Data, bins int) (*matrix, error) {
	n := len(train.Labels)
	m := &matrix{rows: n, cuts: make([][]uint32, train.Features), words: make([][]uint64, (train.Features+lane-1)/lane)}
	if valid != nil {
		m.rows += len(valid.Labels)
	}
	each(len(m.words), func(w int) {
		m.words[w] = make([]uint64, m.rows)
		keys, spare := make([]uint32, n), make([]uint32, n)
		for f := w * lane; f < min((w+1)*lane, train.Features) && ctx.Err() == nil; f++ {
			m.cuts[f] = cuts(train.sorted(f, keys, spare), bins)
			m.fill(f, 0, train)
			if valid != nil {
				m.fill(f, n, valid)
			}
		}
	})
	return m, ctx.Err()
}

// fill writes feature f of data into the rows from start on.
func (m *matrix) fill(f, start int, data *Data) {
	words, shift := m.words[f/lane][start:], f%lane*8
	at := f
	for r := range data.Labels {
		if k := key(data.Values[at]); k != missingKey {
			words[r] |= uint64(1+below(m.cuts[f], k)) << shift
		}
		at += data.Features
	}
}

// cut returns the highest value of a bin.
func (m *matrix) cut(feature int, bin uint8) float32 { return value(m.cuts[feature][bin-1]) }

// sorted returns the keys of the values of feature f that are not missing,
// ascending, in one of two slices with room for all rows.
func (d *Data) sorted(f int, keys, spare []uint32) []uint32 {
	n := 0
	for i := f; i < len(d.Values); i += d.Features {
		if k := key(d.Values[i]); k != missingKey {
			keys[n] = k
			n++
		}
	}
	keys, spare = keys[:n], spare[:n]
	for shift := 0; shift < 32; shift += digit {
		if sortDigit(spare, keys, shift) {
			keys, spare = spare, keys
		}
	}
	return keys
}

// digit is how many bits of the keys are sorted by at once.
const digit = 11

// sortDigit writes keys into out by a digit of theirs and else in their order
// (Knuth, The Art of Computer Programming, vol. 3, 2nd ed., §5.2.5, algorithm R).
// It reports false, and has written nothing, if all have the same.
func sortDigit(out, keys []uint32, shift int) bool {
	var places [1 << digit]int
	for _, k := range keys {
		places[k>>shift%(1<<digit)]++
	}
	sum := 0
	for i, n := range places {
		if n == len(keys) {
			return false
		}
		places[i] = sum
		sum += n
	}
	for _, k := range keys {
		d := k >> shift % (1 << digit)
		out[places[d]] = k
		places[d]++
	}
	return true
}

// cuts divides ascending keys into at most bins parts of about the same size. A
// value that would fill a part alone begins one; when there are few values, each
// has its own.
func cuts(keys []uint32, bins int) []uint32 {
	var list []uint32
	values := slices.Compact(slices.Clone(keys))
	left := len(values)
	rows := len(keys) // that are not in a closed part
	size := 0         // rows in the open part
	for start := 0; start < len(keys); {
		end := start + 1
		for end < len(keys) && keys[end] == keys[start] {
			end++
		}
		parts := bins - len(list) // that may still be closed
		n := end - start
		if size > 0 && parts > 1 && (left < parts || n*parts >= rows || size*parts >= rows) {
			list = append(list, between(keys[start-1], keys[start]))
			rows -= size
			size = 0
		}
		size += n
		left--
		start = end
	}
	return append(list, key(float32(math.Inf(1))))
}

// between returns the key of a value from that of a up to but not including that
// of b: the middle where it can be had.
func between(a, b uint32) uint32 {
	low, high := value(a), value(b)
	if middle := low + (high-low)/2; middle >= low && middle < high {
		return key(middle)
	}
	return a
}
