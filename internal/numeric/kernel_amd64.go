//go:build !purego

package numeric

import (
	"unsafe"

	"golang.org/x/sys/cpu"
)

// wide reports whether the processor, and the system for its registers, know AVX2.
var wide = cpu.X86.HasAVX2

// dot2x4Fours is dot2x4 for vectors whose length is a multiple of four.
func dot2x4Fours(x0, x1, y0, y1, y2, y3 []float64, d *[8]float64) {
	if !wide {
		dot2x4Portable(x0, x1, y0, y1, y2, y3, d)
		return
	}
	dot2x4AVX2(
		unsafe.SliceData(x0), unsafe.SliceData(x1),
		unsafe.SliceData(y0), unsafe.SliceData(y1), unsafe.SliceData(y2), unsafe.SliceData(y3), len(x0), d,
	)
}

// The length n is a multiple of 4.
//
//go:noescape
func dot2x4AVX2(x0, x1, y0, y1, y2, y3 *float64, n int, d *[8]float64)
