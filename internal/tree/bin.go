package tree

import (
	"math"
	"slices"
	"sort"
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
	cuts  [][]float32 // per feature
	words [][]uint64
}

// newMatrix bins the rows of train, at most bins to a feature, and those of
// valid after them in the same bins. valid may be nil.
func newMatrix(train, valid *Data, bins int) *matrix {
	n := len(train.Labels)
	m := &matrix{rows: n, cuts: make([][]float32, train.Features), words: make([][]uint64, (train.Features+lane-1)/lane)}
	if valid != nil {
		m.rows += len(valid.Labels)
	}
	each(len(m.words), func(w int) {
		m.words[w] = make([]uint64, m.rows)
		for f := w * lane; f < min((w+1)*lane, train.Features); f++ {
			m.cuts[f] = cuts(present(train, f), bins)
			m.fill(f, 0, train)
			if valid != nil {
				m.fill(f, n, valid)
			}
		}
	})
	return m
}

// fill writes feature f of data into the rows from start on.
func (m *matrix) fill(f, start int, data *Data) {
	words, shift := m.words[f/lane][start:], f%lane*8
	for r := range data.Labels {
		words[r] |= uint64(bin(m.cuts[f], data.Values[r*data.Features+f])) << shift
	}
}

// bin returns the bin of a value.
func bin(cuts []float32, v float32) uint8 {
	if v != v {
		return missing
	}
	return uint8(1 + sort.Search(len(cuts)-1, func(i int) bool { return v <= cuts[i] }))
}

// present returns the values of feature f that are not missing, ascending.
func present(d *Data, f int) []float32 {
	values := make([]float32, 0, len(d.Labels))
	for i := f; i < len(d.Values); i += d.Features {
		if v := d.Values[i]; v == v {
			values = append(values, v)
		}
	}
	slices.Sort(values)
	return values
}

// cuts divides ascending values into at most bins parts of about the same size.
// A value that would fill a part alone has one of its own; so do all values when
// there are few of them.
func cuts(values []float32, bins int) []float32 {
	var list []float32
	left := distinct(values)
	rows := len(values) // that are not in a closed part
	size := 0           // rows in the open part
	for start := 0; start < len(values); {
		end := start + 1
		for end < len(values) && values[end] == values[start] {
			end++
		}
		parts := bins - len(list) // that may still be closed
		if size > 0 && parts > 1 && (left < parts || (size+end-start)*parts > rows && end-start >= rows/parts || size*parts >= rows) {
			list = append(list, between(values[start-1], values[start]))
			rows -= size
			size = 0
		}
		size += end - start
		left--
		start = end
	}
	return append(list, float32(math.Inf(1)))
}

func distinct(values []float32) int {
	n := 0
	for i, v := range values {
		if i == 0 || v != values[i-1] {
			n++
		}
	}
	return n
}

// between returns a number from a up to but not including b: the middle where it
// can be had.
func between(a, b float32) float32 {
	if middle := a + (b-a)/2; middle >= a && middle < b {
		return middle
	}
	return a
}
