package simd

// lanes is how many sums a kernel keeps: two registers of AVX2, or four of 16 bytes.
const lanes = 16

// Dot returns the inner product of two vectors; b has at least the length of a.
//
// Product i is added to sum i%16, in order. The sums are added in halves: sum j
// and sum j+8, then j+4, j+2, j+1, where what is behind the last whole sixteen
// is added in order at the end. Every rounding is that of float32.
func Dot(a, b []float32) float32 {
	b = b[:len(a)]
	whole := len(a) &^ (lanes - 1)
	sum := dot(a[:whole], b[:whole])
	for i := whole; i < len(a); i++ {
		sum += float32(a[i] * b[i])
	}
	return sum
}

// DotInt8 returns the inner product of two vectors of small integers; b has at
// least the length of a. The sum must fit an int32: it does up to 131,071 numbers.
func DotInt8(a, b []int8) int32 {
	b = b[:len(a)]
	whole := len(a) &^ (lanes - 1)
	sum := dotInt8(a[:whole], b[:whole])
	for i := whole; i < len(a); i++ {
		sum += int32(a[i]) * int32(b[i])
	}
	return sum
}
