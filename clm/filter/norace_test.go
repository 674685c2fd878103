//go:build !race

package filter

// slowness is 1 where all expressions are tried.
const slowness = 1
