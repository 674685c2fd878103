package candidate

import "github.com/clmkit/clmkit/internal/simd"

// system is the linear system of one customer or item of [ALS]:
// (YᵀY + λI + Σ α·w·yyᵀ)·x = Σ (1 + α·w)·y over the y that it wants with weights
// w. The matrix is never made: a product with it costs d² + 2d for each y.
type system struct {
	o      *ALSOptions
	others *factors
	gram   []float32
	cells  []confidence
	target []float32 // the right-hand side

	residual, direction, product []float32
}

// confidence is what a wanted y has above that of nothing.
type confidence struct {
	other int32
	extra float32
}

func newSystem(o *ALSOptions, others *factors, gram []float32) *system {
	s := &system{o: o, others: others, gram: gram}
	buffer := make([]float32, 4*o.Factors)
	for i, v := range []*[]float32{&s.target, &s.residual, &s.direction, &s.product} {
		*v = buffer[i*o.Factors : (i+1)*o.Factors]
	}
	return s
}

func (s *system) clear() {
	s.cells = s.cells[:0]
	clear(s.target)
}

func (s *system) add(other int32, weight float64) {
	extra := float32(s.o.Alpha * weight)
	s.cells = append(s.cells, confidence{other, extra})
	addScaled(s.target, 1+extra, s.others.row(int(other)))
}

// solve improves x by steps of conjugate gradients (Golub and Van Loan, Matrix
// Computations, 4th ed., algorithm 11.3.3).
func (s *system) solve(x []float32, steps int) {
	if len(s.cells) == 0 {
		clear(x)
		return
	}
	s.multiply(x)
	for i := range x {
		s.residual[i] = s.target[i] - s.product[i]
	}
	copy(s.direction, s.residual)
	length := simd.Dot(s.residual, s.residual)
	enough := 1e-10 * simd.Dot(s.target, s.target)
	for range steps {
		if !(length > enough) {
			return
		}
		s.multiply(s.direction)
		step := length / simd.Dot(s.direction, s.product)
		addScaled(x, step, s.direction)
		addScaled(s.residual, -step, s.product)
		next := simd.Dot(s.residual, s.residual)
		for i, r := range s.residual {
			s.direction[i] = r + float32(next/length*s.direction[i])
		}
		length = next
	}
}

// multiply leaves the product of the matrix with v in product.
func (s *system) multiply(v []float32) {
	d := len(v)
	for r := range d {
		s.product[r] = simd.Dot(s.gram[r*d:(r+1)*d], v) + float32(float32(s.o.Lambda)*v[r])
	}
	for _, c := range s.cells {
		y := s.others.row(int(c.other))
		addScaled(s.product, c.extra*simd.Dot(y, v), y)
	}
}

// addScaled adds a multiple of v. The conversion keeps compilers from fusing
// product and sum, so that every processor gives the same bits.
func addScaled(sum []float32, factor float32, v []float32) {
	v = v[:len(sum)]
	for i, x := range v {
		sum[i] += float32(factor * x)
	}
}
