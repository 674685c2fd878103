//go:build (amd64 || arm64) && !purego

package simd

import "unsafe"

// Prefetch asks the processor to bring v near, for a computation that starts
// when other work is done. It changes nothing but time.
func Prefetch[T int8 | float32](v []T) {
	prefetch(unsafe.Pointer(unsafe.SliceData(v)), len(v)*int(unsafe.Sizeof(*new(T))))
}

//go:noescape
func prefetch(p unsafe.Pointer, bytes int)
