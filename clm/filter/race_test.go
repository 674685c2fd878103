//go:build race

package filter

// slowness is how many times fewer expressions are tried: the race detector is
// about that much slower, and what they try does not depend on it.
const slowness = 10
