package candidate

import "sync"

// pools has a pool of scores for each number of items.
var pools sync.Map

func poolOf(n int) *sync.Pool {
	if p, ok := pools.Load(n); ok {
		return p.(*sync.Pool)
	}
	p, _ := pools.LoadOrStore(n, &sync.Pool{New: func() any { return NewScores(n) }})
	return p.(*sync.Pool)
}

// Scratch returns empty scores for n items, which [Release] takes back.
func Scratch(n int) *Scores { return poolOf(n).Get().(*Scores) }

// Release takes scores back: they must not be used any more.
func Release(s *Scores) {
	s.Reset()
	poolOf(s.Len()).Put(s)
}
