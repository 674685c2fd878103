//go:build !purego

package simd

import "unsafe"

func dot(a, b []float32) float32 {
	return dotNEON(unsafe.SliceData(a), unsafe.SliceData(b), len(a))
}

func dotInt8(a, b []int8) int32 {
	return dotInt8NEON(unsafe.SliceData(a), unsafe.SliceData(b), len(a))
}

// The length n is a multiple of 16.
//
//go:noescape
func dotNEON(a, b *float32, n int) float32

//go:noescape
func dotInt8NEON(a, b *int8, n int) int32
