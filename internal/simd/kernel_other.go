//go:build (!amd64 && !arm64) || purego

package simd

func dot(a, b []float32) float32 { return dotPortable(a, b) }

func dotInt8(a, b []int8) int32 { return dotInt8Portable(a, b) }

// Prefetch does nothing here.
func Prefetch[T int8 | float32]([]T) {}
