package vector

import (
	"cmp"
	"slices"
)

// top keeps the k best candidates. Once it is full they form a heap whose root is the worst of them.
type top struct {
	k     int
	items []candidate
}

type candidate struct {
	id    string
	score float32
}

func newTop(k int) top { return top{k: k, items: make([]candidate, 0, k)} }

// better orders candidates: the highest score first, then by id.
func better(a, b candidate) int {
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.id, b.id))
}

// offer keeps the candidate if it is among the k best so far. It expects k > 0.
func (t *top) offer(c candidate) {
	if len(t.items) == t.k {
		if better(c, t.items[0]) < 0 {
			t.items[0] = c
			t.sink(0)
		}
		return
	}
	t.items = append(t.items, c)
	if len(t.items) == t.k {
		for i := t.k/2 - 1; i >= 0; i-- {
			t.sink(i)
		}
	}
}

// sink moves the candidate at place i down until no candidate below it is worse.
func (t *top) sink(i int) {
	for {
		child := 2*i + 1
		if child >= t.k {
			return
		}
		if child+1 < t.k && better(t.items[child+1], t.items[child]) > 0 {
			child++
		}
		if better(t.items[child], t.items[i]) <= 0 {
			return
		}
		t.items[i], t.items[child] = t.items[child], t.items[i]
		i = child
	}
}

// matches returns the candidates, best first, with scores held to [-1, 1] against rounding.
func (t *top) matches() []Match {
	slices.SortFunc(t.items, better)
	matches := make([]Match, len(t.items))
	for i, c := range t.items {
		matches[i] = Match{ID: c.id, Score: min(1, max(-1, float64(c.score)))}
	}
	return matches
}
