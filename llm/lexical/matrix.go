package lexical

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// sparse is a matrix by rows, of which only the entries other than zero are kept.
type sparse struct {
	rows    [][]element
	columns int
}

type element struct {
	column int
	value  float64
}

// times returns a·x.
func (a sparse) times(x *mat.Dense) *mat.Dense {
	_, width := x.Dims()
	y := mat.NewDense(len(a.rows), width, nil)
	for i, row := range a.rows {
		for _, e := range row {
			addScaled(y.RawRowView(i), e.value, x.RawRowView(e.column))
		}
	}
	return y
}

// transposedTimes returns aᵀ·x.
func (a sparse) transposedTimes(x *mat.Dense) *mat.Dense {
	_, width := x.Dims()
	y := mat.NewDense(a.columns, width, nil)
	for i, row := range a.rows {
		for _, e := range row {
			addScaled(y.RawRowView(e.column), e.value, x.RawRowView(i))
		}
	}
	return y
}

func addScaled(y []float64, scale float64, x []float64) {
	for i, v := range x {
		y[i] += float64(scale * v)
	}
}

const (
	// oversampling is how many directions more than wanted are followed: 5 or 10 suffice (Halko et al., section 4.2).
	oversampling = 10
	// powerIterations sharpen the spectrum of a matrix whose singular values fall slowly, as those of texts do: one or
	// two suffice (Halko et al., section 4.5).
	powerIterations = 2
	// negligible is the share of the largest singular value below which a direction is rounding error. The Gram matrix
	// of orthonormal squares the condition, so that it resolves half of the 16 digits of a float64.
	negligible = 1e-6
)

// rightSingularVectors returns the right singular vectors of the k largest singular values of a, as columns in falling
// order of value: fewer when the rank of a is lower. It is the randomised method of Halko, Martinsson and Tropp, Finding
// Structure with Randomness (2011): algorithm 4.4 for the range, algorithm 5.1 for the factors. The bases are made by
// orthonormal instead of a QR factorisation, which for rank-deficient matrices has columns that mean nothing.
func rightSingularVectors(a sparse, k int, random *rand.Rand) (*mat.Dense, error) {
	sample := mat.NewDense(a.columns, min(k+oversampling, a.columns, len(a.rows)), nil)
	for i := range a.columns {
		row := sample.RawRowView(i)
		for j := range row {
			row[j] = random.NormFloat64()
		}
	}
	basis, err := orthonormal(a.times(sample))
	for range powerIterations {
		if err == nil {
			basis, err = orthonormal(a.transposedTimes(basis))
		}
		if err == nil {
			basis, err = orthonormal(a.times(basis))
		}
	}
	if err != nil {
		return nil, err
	}
	vectors, err := orthonormal(a.transposedTimes(basis)) // of B = Qᵀa, whose right singular vectors they are
	if err != nil {
		return nil, err
	}
	rows, rank := vectors.Dims()
	vectors = mat.DenseCopyOf(vectors.Slice(0, rows, 0, min(k, rank)))
	fixSigns(vectors)
	return vectors, nil
}

// orthonormal returns the left singular vectors of y, which are an orthonormal basis of its range, in falling order of
// their singular values and without those that are negligible: from the eigenvectors of yᵀy as in Stathopoulos and Wu, A
// Block Orthogonalization Procedure with Constant Synchronization Requirements (2002). The cost is O(n·d²) for n·d numbers.
func orthonormal(y *mat.Dense) (*mat.Dense, error) {
	var gram mat.Dense
	gram.Mul(y.T(), y)
	width, _ := gram.Dims()
	var eigen mat.EigenSym
	if !eigen.Factorize(mat.NewSymDense(width, gram.RawMatrix().Data), true) {
		return nil, errors.New("the eigenvalues do not converge")
	}
	values := eigen.Values(nil) // in rising order
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	largest := values[width-1]
	smallest := slices.IndexFunc(values, func(v float64) bool { return v >= negligible*negligible*largest })
	scaled := mat.NewDense(width, width-smallest, nil)
	for j := range width - smallest {
		from := width - 1 - j
		for i := range width {
			scaled.Set(i, j, vectors.At(i, from)/math.Sqrt(values[from]))
		}
	}
	var basis mat.Dense
	basis.Mul(y, scaled)
	return &basis, nil
}

// fixSigns turns each column so that its largest number is positive; a singular vector has no sign of its own.
func fixSigns(m *mat.Dense) {
	rows, columns := m.Dims()
	for j := range columns {
		largest := 0.0
		for i := range rows {
			if v := m.At(i, j); math.Abs(v) > math.Abs(largest) {
				largest = v
			}
		}
		if largest < 0 {
			for i := range rows {
				m.Set(i, j, -m.At(i, j))
			}
		}
	}
}
