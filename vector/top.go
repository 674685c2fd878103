package vector

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// top keeps the k best candidates. Once it is full they form a heap whose root is the worst of them.
type top struct {
	k     int
	floor float32 // no candidate below it is among the best
	ids   []string
	items []candidate
}

type candidate struct {
	row   uint32
	score float32
}

// newTop expects the ids by row.
func newTop(k int, ids []string) top {
	return top{k: k, floor: float32(math.Inf(-1)), ids: ids, items: make([]candidate, 0, k)}
}

// better orders candidates: the highest score first, then by id.
func (t *top) better(a, b candidate) int {
	if a.score != b.score {
		return cmp.Compare(b.score, a.score)
	}
	return strings.Compare(t.ids[a.row], t.ids[b.row])
}

// offer keeps the candidate if it is among the k best so far. It expects k > 0.
func (t *top) offer(row uint32, score float32) {
	if score >= t.floor {
		t.take(candidate{row, score})
	}
}

func (t *top) take(c candidate) {
	if len(t.items) < t.k {
		t.items = append(t.items, c)
		if len(t.items) < t.k {
			return
		}
		for i := t.k/2 - 1; i >= 0; i-- {
			t.sink(i)
		}
	} else if t.better(c, t.items[0]) < 0 {
		t.items[0] = c
		t.sink(0)
	}
	t.floor = t.items[0].score
}

// sink moves the candidate at place i down until no candidate below it is worse.
func (t *top) sink(i int) {
	for {
		child := 2*i + 1
		if child >= t.k {
			return
		}
		if child+1 < t.k && t.better(t.items[child+1], t.items[child]) > 0 {
			child++
		}
		if t.better(t.items[child], t.items[i]) <= 0 {
			return
		}
		t.items[i], t.items[child] = t.items[child], t.items[i]
		i = child
	}
}

// matches returns the candidates, best first, with scores held to [-1, 1] against rounding.
func (t *top) matches() []Match {
	slices.SortFunc(t.items, t.better)
	matches := make([]Match, len(t.items))
	for i, c := range t.items {
		matches[i] = Match{ID: t.ids[c.row], Score: min(1, max(-1, float64(c.score)))}
	}
	return matches
}
