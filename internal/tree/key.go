package tree

import "math"

// missingKey is the key of a missing value.
const missingKey = 0

// key returns an integer that orders values as they are: from 1 on, and 0 for a
// missing one.
func key(v float32) uint32 {
	if v != v {
		return missingKey
	}
	b := math.Float32bits(v + 0) // which has no negative zero
	return b ^ (uint32(int32(b)>>31) | 1<<31)
}

// value returns the value of a key that is not missing.
func value(key uint32) float32 {
	return math.Float32frombits(key ^ (uint32(int32(^key)>>31) | 1<<31))
}

// below returns how many ascending cuts are less than k: a binary search whose
// steps are sums, because a jump would be guessed wrongly half of the time.
// There is at least one cut.
func below(cuts []uint32, k uint32) int {
	at := 0
	for n := len(cuts); n > 1; {
		half := n / 2
		at += half & less(cuts[at+half-1], k)
		n -= half
	}
	return at + 1&less(cuts[at], k)
}

// less returns -1, which has all bits, if a is less than b, else 0.
func less(a, b uint32) int { return int((int64(a) - int64(b)) >> 63) }
