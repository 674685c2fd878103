package tiny

import (
	"math"
	"math/rand/v2"
)

// matrix has its rows one after the other.
type matrix struct {
	rows, cols int
	data       []float32
}

// random draws from a normal distribution around mean.
func random(r *rand.Rand, rows, cols int, mean, deviation float64) matrix {
	m := matrix{rows, cols, make([]float32, rows*cols)}
	for i := range m.data {
		m.data[i] = float32(mean + deviation*r.NormFloat64())
	}
	return m
}

func (m matrix) row(i int) []float64 {
	row := make([]float64, m.cols)
	for j := range row {
		row[j] = float64(m.data[i*m.cols+j])
	}
	return row
}

// times is x·m, x being rows of m.rows numbers.
func (m matrix) times(x [][]float64) [][]float64 {
	out := make([][]float64, len(x))
	for i, row := range x {
		out[i] = make([]float64, m.cols)
		for k, v := range row {
			for j := range m.cols {
				out[i][j] += v * float64(m.data[k*m.cols+j])
			}
		}
	}
	return out
}

// plus adds a bias to each row of x, in place.
func (m matrix) plus(x [][]float64) [][]float64 {
	for _, row := range x {
		for j := range row {
			row[j] += float64(m.data[j])
		}
	}
	return x
}

func (m matrix) transposed() matrix {
	t := matrix{m.cols, m.rows, make([]float32, len(m.data))}
	for i := range m.rows {
		for j := range m.cols {
			t.data[j*m.rows+i] = m.data[i*m.cols+j]
		}
	}
	return t
}

func sum(a, b [][]float64) [][]float64 {
	out := make([][]float64, len(a))
	for i := range a {
		out[i] = make([]float64, len(a[i]))
		for j := range a[i] {
			out[i][j] = a[i][j] + b[i][j]
		}
	}
	return out
}

func each(x [][]float64, f func(float64) float64) [][]float64 {
	for _, row := range x {
		for j := range row {
			row[j] = f(row[j])
		}
	}
	return x
}

// norm is layer normalisation with its weight and bias.
type norm struct {
	weight, bias matrix
	epsilon      float64
}

func (n norm) of(x [][]float64) [][]float64 {
	out := make([][]float64, len(x))
	for i, row := range x {
		mean, square := 0.0, 0.0
		for _, v := range row {
			mean += v / float64(len(row))
		}
		for _, v := range row {
			square += (v - mean) * (v - mean) / float64(len(row))
		}
		out[i] = make([]float64, len(row))
		for j, v := range row {
			out[i][j] = (v-mean)/math.Sqrt(square+n.epsilon)*float64(n.weight.data[j]) + float64(n.bias.data[j])
		}
	}
	return out
}

// attention is softmax(q·kᵀ/√d)·v in each head, of a text without padding.
func attention(q, k, v [][]float64, heads int, causal bool) [][]float64 {
	size := len(q[0]) / heads
	out := make([][]float64, len(q))
	for i := range q {
		out[i] = make([]float64, len(q[i]))
		seen := len(k)
		if causal {
			seen = i + 1
		}
		for h := range heads {
			lo, hi := h*size, (h+1)*size
			weights := make([]float64, seen)
			for j := range weights {
				for c := lo; c < hi; c++ {
					weights[j] += q[i][c] * k[j][c] / math.Sqrt(float64(size))
				}
			}
			for j, w := range softmax(weights) {
				for c := lo; c < hi; c++ {
					out[i][c] += w * v[j][c]
				}
			}
		}
	}
	return out
}

func softmax(x []float64) []float64 {
	largest, total := math.Inf(-1), 0.0
	for _, v := range x {
		largest = max(largest, v)
	}
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = math.Exp(v - largest)
		total += out[i]
	}
	for i := range out {
		out[i] /= total
	}
	return out
}

// gelu is x·Φ(x).
func gelu(x float64) float64 { return x * 0.5 * (1 + math.Erf(x/math.Sqrt2)) }

// geluNew is GPT-2's approximation of it.
func geluNew(x float64) float64 {
	return 0.5 * x * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(x+0.044715*x*x*x)))
}
