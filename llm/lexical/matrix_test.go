package lexical

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// randomSparse returns a matrix of the given rank, with singular values that fall like those of texts, in both forms.
func randomSparse(random *rand.Rand, rows, columns, rank int) (sparse, *mat.Dense) {
	dense := mat.NewDense(rows, columns, nil)
	for r := range rank {
		for i := range rows {
			x := random.NormFloat64() / math.Sqrt(float64(1+r))
			for j := range columns {
				if (i+j+r)%3 == 0 || r > 0 {
					dense.Set(i, j, dense.At(i, j)+x*math.Sin(float64((r+1)*(j+1))))
				}
			}
		}
	}
	a := sparse{rows: make([][]element, rows), columns: columns}
	for i := range rows {
		for j := range columns {
			if v := dense.At(i, j); v != 0 {
				a.rows[i] = append(a.rows[i], element{j, v})
			}
		}
	}
	return a, dense
}

// TestRightSingularVectorsAgreeWithTheFullDecomposition takes gonum's full SVD for reference: the length of a·v is the
// singular value, and the vectors are orthonormal.
func TestRightSingularVectorsAgreeWithTheFullDecomposition(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, k := range []int{1, 3, 8} {
		a, dense := randomSparse(random, 60, 40, 20)
		v, err := rightSingularVectors(a, k, random)
		require.NoError(t, err)
		var full mat.SVD
		require.True(t, full.Factorize(dense, mat.SVDThin))
		values := full.Values(nil)
		image := a.times(v)
		for j := range k {
			assert.InEpsilon(t, values[j], mat.Norm(image.ColView(j), 2), 1e-3, "singular value %d of %d", j, k)
		}
		var gram mat.Dense
		gram.Mul(v.T(), v)
		identity := mat.NewDiagDense(k, nil)
		for j := range k {
			identity.SetDiag(j, 1)
		}
		assert.True(t, mat.EqualApprox(&gram, identity, 1e-9))
	}
}

func TestRightSingularVectorsStopAtTheRank(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for _, rank := range []int{1, 2, 5} {
		a, dense := randomSparse(random, 30, 25, rank)
		var full mat.SVD
		require.True(t, full.Factorize(dense, mat.SVDThin))
		v, err := rightSingularVectors(a, 16, random)
		require.NoError(t, err)
		_, columns := v.Dims()
		assert.Equal(t, full.Rank(1e-9), columns)
	}
}

func TestTransposedTimesIsTheTranspose(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	a, dense := randomSparse(random, 12, 9, 4)
	_, x := randomSparse(random, 12, 3, 3)
	var want mat.Dense
	want.Mul(dense.T(), x)
	assert.True(t, mat.EqualApprox(&want, a.transposedTimes(x), 1e-12))
}
