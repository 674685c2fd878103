package tree

import (
	"math"
	"math/rand/v2"
)

// sampler draws rows and features for the trees of a fit.
type sampler struct {
	units    []unit
	rows     int // of units or not
	share    float64
	features int
	columns  float64
	seed     uint64
}

// sample is what one tree is grown on.
type sample struct {
	units    []int   // their indices
	rows     []int32 // of the units, ascending
	others   []int32 // ascending
	features []bool
}

// draw returns the sample of a round. A round's does not depend on the rounds
// before.
func (s *sampler) draw(round int) sample {
	rng := rand.New(rand.NewPCG(s.seed, uint64(round)))
	d := sample{features: choose(rng, s.features, s.columns)}
	next := 0 // row
	for i, in := range choose(rng, len(s.units), s.share) {
		if u := s.units[i]; in {
			d.units = append(d.units, u.index)
			d.others = stretch(d.others, next, u.from)
			d.rows = stretch(d.rows, u.from, u.to)
			next = u.to
		}
	}
	d.others = stretch(d.others, next, s.rows)
	return d
}

// stretch appends the rows [from, to).
func stretch(rows []int32, from, to int) []int32 {
	for r := from; r < to; r++ {
		rows = append(rows, int32(r))
	}
	return rows
}

// choose marks a share of n things, at least one, each as likely (Knuth, The
// Art of Computer Programming, vol. 2, 3rd ed., §3.4.2, algorithm S).
func choose(rng *rand.Rand, n int, share float64) []bool {
	chosen := make([]bool, n)
	wanted := max(1, int(math.Round(share*float64(n))))
	for i := range chosen {
		if wanted == n-i || float64(n-i)*rng.Float64() < float64(wanted) {
			chosen[i] = true
			wanted--
		}
	}
	return chosen
}
