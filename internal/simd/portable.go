package simd

// dotPortable is the kernel of Dot in Go. The length is a multiple of 16.
func dotPortable(a, b []float32) float32 {
	if len(a) == 0 {
		return 0
	}
	low, high := eightSums(a, b), eightSums(a[lanes/2:], b[lanes/2:])
	for j := range low {
		low[j] += high[j]
	}
	return ((low[0] + low[4]) + (low[2] + low[6])) + ((low[1] + low[5]) + (low[3] + low[7]))
}

// eightSums adds up the first eight products of each sixteen, as many sums as
// fit the registers. The conversions keep a compiler from fusing a product with
// its addition.
func eightSums(a, b []float32) [lanes / 2]float32 {
	var s0, s1, s2, s3, s4, s5, s6, s7 float32
	b = b[:len(a)]
	for i := 0; i < len(a)-7; i += lanes {
		s0 += float32(a[i] * b[i])
		s1 += float32(a[i+1] * b[i+1])
		s2 += float32(a[i+2] * b[i+2])
		s3 += float32(a[i+3] * b[i+3])
		s4 += float32(a[i+4] * b[i+4])
		s5 += float32(a[i+5] * b[i+5])
		s6 += float32(a[i+6] * b[i+6])
		s7 += float32(a[i+7] * b[i+7])
	}
	return [...]float32{s0, s1, s2, s3, s4, s5, s6, s7}
}

func dotInt8Portable(a, b []int8) int32 {
	b = b[:len(a)]
	var even, odd int32
	for i := 0; i+1 < len(a); i += 2 {
		even += int32(a[i]) * int32(b[i])
		odd += int32(a[i+1]) * int32(b[i+1])
	}
	return even + odd
}
