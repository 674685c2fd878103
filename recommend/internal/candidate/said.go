package candidate

import (
	"context"
	"slices"
	"sync"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// A Vector holds scores that were moved out of [Scores], in as much room as they
// need.
type Vector struct {
	items  []int32
	scores []float64
	scale  float64 // the largest score, or 1 where none is above 0
}

// said is the key of what a source says of a history.
type said struct{ source Source }

// Say returns what a source says of a history about n items. A history that
// remembers is asked about once; then the vector is its, until [Forget].
func Say(ctx context.Context, source Source, h *interaction.History, n int) (*Vector, error) {
	if v, ok := interaction.Remembered[*Vector](h, said{source}); ok {
		return v, nil
	}
	scores := Scratch(n)
	defer Release(scores)
	if err := source.Score(ctx, h, scores); err != nil {
		return nil, err
	}
	v := vectors.Get().(*Vector)
	scores.move(v)
	return interaction.Remember(h, said{source}, func() *Vector { return v }), nil
}

// vectors are a pool.
var vectors = sync.Pool{New: func() any { return new(Vector) }}

// Forget ends the memory of a history, and takes the room of what was said of it
// for others: no vector of it must be used any more.
func Forget(h *interaction.History) {
	h.Forget(func(value any) {
		if v, ok := value.(*Vector); ok {
			vectors.Put(v)
		}
	})
}

// move moves the scores into a vector, in place of what it held.
func (s *Scores) move(to *Vector) {
	n := len(s.items)
	to.items, to.scores = append(to.items[:0], s.items...), slices.Grow(to.scores[:0], n)[:n]
	largest := 0.0
	for i, item := range to.items {
		x := s.values[item]
		s.values[item], s.named[uint(item)/64] = 0, 0
		if to.scores[i] = x; x > largest {
			largest = x
		}
	}
	s.items = s.items[:0]
	if to.scale = largest; largest == 0 {
		to.scale = 1
	}
}

// AddVector adds the scores of a vector, divided by the largest if that is above
// 0, so that those of different sources can be added up, times a weight.
func (s *Scores) AddVector(v *Vector, weight float64) {
	values, named, items, count := s.room(len(v.items))
	for i, item := range v.items {
		count += name(named, items, count, item)
		values[item] += weight * (v.scores[i] / v.scale)
	}
	s.items = items[:count]
}

// Named calls f for the items of the vector that have a name among others: with
// what [Scores.AddVector] adds for a weight of 1, and the score there.
func (v *Vector) Named(others *Scores, f func(score, other float64)) {
	for i, item := range v.items {
		if others.named[uint(item)/64]>>(uint(item)%64)&1 != 0 {
			f(v.scores[i]/v.scale, others.values[item])
		}
	}
}

// Score adds what a source says of the items of a focus. What it has said of the
// history before, of all items, is not asked for again.
func (f *Focus) Score(ctx context.Context, source Source, h *interaction.History) (*Scores, error) {
	s := f.Scores()
	v, ok := interaction.Remembered[*Vector](h, said{source})
	if !ok {
		return s, source.Score(ctx, h, s)
	}
	for i, item := range v.items {
		if slot, ok := f.Slot(item); ok {
			s.values[slot] = v.scores[i]
		}
	}
	return s, nil
}
