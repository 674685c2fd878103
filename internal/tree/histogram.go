package tree

import (
	"math"
	"math/bits"
)

// sum adds up rows in fixed point: their slopes, and in one word their
// curvatures above their number. Integers add up to the same in any order, so
// neither the order of the rows nor the number of processors changes a tree, and
// the difference of two sums is exact.
type sum struct {
	slope int64
	rest  int64
}

func (s sum) plus(t sum) sum  { return sum{s.slope + t.slope, s.rest + t.rest} }
func (s sum) minus(t sum) sum { return sum{s.slope - t.slope, s.rest - t.rest} }

// scale says what the integers of sums stand for. Units are powers of two, so
// that applying them does not round.
type scale struct {
	slope, curvature float64 // units
	bits             int     // of the number of rows
}

// newScale returns the finest scale on which the sums over n rows fit into
// words, given the largest slope and curvature of one row. With 180,000 rows a
// slope has 40 bits and a curvature 27.
func newScale(n int, slope, curvature float64) scale {
	count := bits.Len(uint(n))
	return scale{slope: finest(slope, min(40, 62-count)), curvature: finest(curvature, min(40, 63-2*count)), bits: count}
}

// finest returns a power of two that x is less than 2^bits of.
func finest(x float64, bits int) float64 {
	_, exponent := math.Frexp(x)
	return math.Ldexp(1, max(exponent-bits, -1000))
}

func (s scale) row(slope, curvature float64) sum {
	return sum{int64(math.Round(slope / s.slope)), int64(curvature/s.curvature+0.5)<<s.bits | 1}
}

// rows returns how many rows were added up.
func (s scale) rows(t sum) int { return int(t.rest & (1<<s.bits - 1)) }

// block is the histogram of the features that share a word: the sum of the rows
// in each bin.
type block [lane][maxBins + 1]sum

// add adds rows up.
func (b *block) add(words []uint64, rows []int32, sums []sum) {
	for _, r := range rows {
		w, s := words[r], sums[r]
		add(&b[0][uint8(w)], s)
		add(&b[1][uint8(w>>8)], s)
		add(&b[2][uint8(w>>16)], s)
		add(&b[3][uint8(w>>24)], s)
		add(&b[4][uint8(w>>32)], s)
		add(&b[5][uint8(w>>40)], s)
		add(&b[6][uint8(w>>48)], s)
		add(&b[7][uint8(w>>56)], s)
	}
}

func add(to *sum, s sum) {
	to.slope += s.slope
	to.rest += s.rest
}

// subtract leaves the histogram of the rows that are not in part.
func (b *block) subtract(part *block) {
	for f := range b {
		for i := range b[f] {
			b[f][i] = b[f][i].minus(part[f][i])
		}
	}
}
