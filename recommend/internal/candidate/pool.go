package candidate

import "sync"

var pool sync.Pool

// Scratch returns empty scores for n items, which [Release] takes back.
func Scratch(n int) *Scores {
	if s, ok := pool.Get().(*Scores); ok && s.Len() == n {
		return s
	}
	return NewScores(n)
}

// Release takes scores back: they must not be used any more.
func Release(s *Scores) {
	s.Reset()
	pool.Put(s)
}
