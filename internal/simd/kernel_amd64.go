//go:build !purego

package simd

import (
	"unsafe"

	"golang.org/x/sys/cpu"
)

// wide reports whether the processor, and the system for its registers, know AVX2.
var wide = cpu.X86.HasAVX2

func dot(a, b []float32) float32 {
	if !wide {
		return dotPortable(a, b)
	}
	return dotAVX2(unsafe.SliceData(a), unsafe.SliceData(b), len(a))
}

func dotInt8(a, b []int8) int32 {
	if !wide {
		return dotInt8Portable(a, b)
	}
	return dotInt8AVX2(unsafe.SliceData(a), unsafe.SliceData(b), len(a))
}

// The length n is a multiple of 16.
//
//go:noescape
func dotAVX2(a, b *float32, n int) float32

//go:noescape
func dotInt8AVX2(a, b *int8, n int) int32
