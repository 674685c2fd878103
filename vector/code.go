package vector

import (
	"math"

	"github.com/clmkit/clmkit/internal/simd"
)

// codes are the rows of a table in one byte for each number, for comparisons that need not be exact: a quarter of the
// memory to read. A row is rounded to whole multiples of its own step, so its error does not depend on other rows.
type codes struct {
	dimension int
	stride    int       // bytes of a row: the dimension and zeros up to a whole number of sixteens
	values    []int8    // one row after the other
	steps     []float32 // by row
}

// A code is one row of codes.
type code struct {
	values []int8
	step   float32
}

func newCodes(dimension int) codes {
	return codes{dimension: dimension, stride: (dimension + 15) &^ 15}
}

func (c *codes) add(unit []float32) {
	c.values, c.steps = append(c.values, make([]int8, c.stride)...), append(c.steps, 0)
	c.set(len(c.steps)-1, unit)
}

// set rounds a vector of unit length.
func (c *codes) set(row int, unit []float32) {
	c.steps[row] = encode(c.row(uint32(row)).values, unit)
}

// encode writes a vector of unit length in whole steps to dst, and returns the step.
func encode(dst []int8, unit []float32) float32 {
	largest := float32(0)
	for _, x := range unit {
		largest = max(largest, x, -x)
	}
	step := largest / steps(len(unit))
	for i, x := range unit {
		dst[i] = int8(math.RoundToEven(float64(x) / float64(step)))
	}
	return step
}

// encode returns the code of a vector of unit length.
func (c *codes) encode(unit []float32) code {
	values := make([]int8, c.stride)
	return code{values: values, step: encode(values, unit)}
}

// steps returns into how many steps the largest number of a row is divided: as many as a byte holds, or fewer where
// the inner product of two rows would not fit 32 bits.
func steps(dimension int) float32 {
	return float32(math.Floor(min(math.MaxInt8, math.Sqrt(math.MaxInt32/float64(dimension)))))
}

func (c *codes) row(i uint32) code {
	at := int(i) * c.stride
	return code{values: c.values[at : at+c.stride], step: c.steps[i]}
}

// similarity returns about the cosine: the same bits on every processor.
func similarity(a, b code) float32 {
	return float32(simd.DotInt8(a.values, b.values)) * a.step * b.step
}

func (c *codes) move(from, to uint32) {
	copy(c.row(to).values, c.row(from).values)
	c.steps[to] = c.steps[from]
}

func (c *codes) truncate(n int) {
	clear(c.values[n*c.stride:])
	c.values, c.steps = c.values[:n*c.stride], c.steps[:n]
}
