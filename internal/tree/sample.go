package tree

import (
	"math"
	"math/rand/v2"
)

// sampler draws rows and features for the trees of a fit.
type sampler struct {
	sizes    []int // of the units, nil for one row each
	units    int
	rows     int
	share    float64
	features int
	columns  float64
	seed     uint64
}

// sample is what one tree is grown on.
type sample struct {
	units    []int
	rows     []int32 // of the units, ascending
	others   []int32 // ascending
	features []bool
}

// draw returns the sample of a round. A round's does not depend on the rounds
// before.
func (s *sampler) draw(round int) sample {
	rng := rand.New(rand.NewPCG(s.seed, uint64(round)))
	var d sample
	d.features = choose(rng, s.features, s.columns)
	start := 0
	for unit, in := range choose(rng, s.units, s.share) {
		size := 1
		if s.sizes != nil {
			size = s.sizes[unit]
		}
		list := &d.others
		if in {
			d.units = append(d.units, unit)
			list = &d.rows
		}
		for r := start; r < start+size; r++ {
			*list = append(*list, int32(r))
		}
		start += size
	}
	for r := start; r < s.rows; r++ { // that are there to validate on
		d.others = append(d.others, int32(r))
	}
	return d
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
