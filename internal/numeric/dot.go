package numeric

// dotTile calls put with the parts, of at most depth columns each, of the dot
// product over the columns [k, kEnd) of each row in [i, iEnd) of a with each row
// in [j, jEnd) of b. Both have rows of n numbers.
func dotTile(a, b []float64, n, i, iEnd, j, jEnd, k, kEnd int, put func(row, col int, dot float64)) {
	for ; k < kEnd; k += depth {
		dotPart(a, b, n, i, iEnd, j, jEnd, k, min(k+depth, kEnd), put)
	}
}

func dotPart(a, b []float64, n, i, iEnd, j, jEnd, k, kEnd int, put func(row, col int, dot float64)) {
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
// length. Eight at once keep the processor busy and read each number of x once
// for four products.
//
// Of each, product i is added to sum i%4, in order; then sums 0 and 2, 1 and 3,
// and those two are added, and what is behind the last whole four in order. No
// product is fused with an addition. So all processors give the same bits, those
// with AVX2 in a quarter of the time.
func dot2x4(x0, x1, y0, y1, y2, y3 []float64) (d [8]float64) {
	n := len(x0)
	x1, y0, y1, y2, y3 = x1[:n], y0[:n], y1[:n], y2[:n], y3[:n]
	whole := n &^ 3
	dot2x4Fours(x0[:whole], x1[:whole], y0[:whole], y1[:whole], y2[:whole], y3[:whole], &d)
	for i := whole; i < n; i++ {
		for v, y := range [4]float64{y0[i], y1[i], y2[i], y3[i]} {
			d[v] += float64(x0[i] * y)
			d[4+v] += float64(x1[i] * y)
		}
	}
	return d
}

// dot2x4Portable is the kernel of dot2x4 in Go.
func dot2x4Portable(x0, x1, y0, y1, y2, y3 []float64, d *[8]float64) {
	for v, y := range [4][]float64{y0, y1, y2, y3} {
		d[v], d[4+v] = dotFours(x0, y), dotFours(x1, y)
	}
}

// dotFours returns the dot product of two vectors whose length is a multiple of
// four. The conversions keep a compiler from fusing products and sums.
func dotFours(x, y []float64) float64 {
	var s0, s1, s2, s3 float64
	for i := 0; i+4 <= len(x); i += 4 {
		a, b := (*[4]float64)(x[i:]), (*[4]float64)(y[i:])
		s0 += float64(a[0] * b[0])
		s1 += float64(a[1] * b[1])
		s2 += float64(a[2] * b[2])
		s3 += float64(a[3] * b[3])
	}
	return (s0 + s2) + (s1 + s3)
}
