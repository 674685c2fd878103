package numeric

// dotTile calls put with the dot product, over the columns [k, kEnd), of each
// row in [i, iEnd) of a with each row in [j, jEnd) of b. Both have rows of n
// numbers.
func dotTile(a, b []float64, n, i, iEnd, j, jEnd, k, kEnd int, put func(row, col int, dot float64)) {
	if k >= kEnd {
		return
	}
	row := func(m []float64, r int) []float64 { return m[r*n+k : r*n+kEnd] }
	for ; i+1 < iEnd; i += 2 {
		x0, x1 := row(a, i), row(a, i+1)
		c := j
		for ; c+3 < jEnd; c += 4 {
			d := dot2x4(x0, x1, row(b, c), row(b, c+1), row(b, c+2), row(b, c+3))
			for v := range 4 {
				put(i, c+v, d[v])
				put(i+1, c+v, d[4+v])
			}
		}
		for ; c < jEnd; c++ {
			put(i, c, Dot(x0, row(b, c)))
			put(i+1, c, Dot(x1, row(b, c)))
		}
	}
	for ; i < iEnd; i++ {
		for c := j; c < jEnd; c++ {
			put(i, c, Dot(row(a, i), row(b, c)))
		}
	}
}

// Dot returns the dot product of two vectors of the same length, added from
// the first element to the last.
func Dot(x, y []float64) float64 {
	y = y[:len(x)]
	sum := 0.0
	for i, v := range x {
		sum += v * y[i]
	}
	return sum
}

// dot2x4 returns the dot products of two vectors with four, all of the same
// length. Eight sums at once keep the processor busy and read each number of x
// once for four products.
func dot2x4(x0, x1, y0, y1, y2, y3 []float64) (d [8]float64) {
	n := len(x0)
	x1, y0, y1, y2, y3 = x1[:n], y0[:n], y1[:n], y2[:n], y3[:n]
	var s00, s01, s02, s03, s10, s11, s12, s13 float64
	for i, p := range x0 {
		q, v0, v1, v2, v3 := x1[i], y0[i], y1[i], y2[i], y3[i]
		s00 += p * v0
		s01 += p * v1
		s02 += p * v2
		s03 += p * v3
		s10 += q * v0
		s11 += q * v1
		s12 += q * v2
		s13 += q * v3
	}
	return [8]float64{s00, s01, s02, s03, s10, s11, s12, s13}
}
