// Package simd multiplies vectors with the wide instructions of the processor:
// AVX2 on amd64, NEON on arm64, and portable Go where there is neither. All of
// them give the same bits, because the order of the additions is part of what
// [Dot] promises, and no product is fused with an addition; the sums of [DotInt8]
// are integers.
//
// Rejected: gonum's blas32, as fast over rows that come from memory, but without
// int8, with assembly for amd64 only, and in another order on each processor;
// viterin/vek, the same and one more module; the standard library's simd package,
// which needs an experiment to be switched on by whoever builds. BenchmarkDot
// compares the kernels.
package simd
