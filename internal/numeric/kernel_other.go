//go:build !amd64 || purego

package numeric

func dot2x4Fours(x0, x1, y0, y1, y2, y3 []float64, d *[8]float64) {
	dot2x4Portable(x0, x1, y0, y1, y2, y3, d)
}
