package candidate

import "sync"

// sized pools what is made for a number of items.
type sized[T any] struct {
	pools sync.Map // of *sync.Pool by number
	make  func(n int) T
}

func (s *sized[T]) pool(n int) *sync.Pool {
	p, ok := s.pools.Load(n)
	if !ok {
		p, _ = s.pools.LoadOrStore(n, &sync.Pool{New: func() any { return s.make(n) }})
	}
	return p.(*sync.Pool)
}

func (s *sized[T]) get(n int) T { return s.pool(n).Get().(T) }

func (s *sized[T]) put(n int, x T) { s.pool(n).Put(x) }

var scratches = sized[*Scores]{make: NewScores}

// Scratch returns empty scores for n items, which [Release] takes back.
func Scratch(n int) *Scores { return scratches.get(n) }

// Release takes scores back: they must not be used any more.
func Release(s *Scores) {
	s.Reset()
	scratches.put(s.Len(), s)
}
