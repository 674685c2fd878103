package vector

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/clmkit/clmkit/internal/simd"
)

// near is a row on the way to a vector.
type near struct {
	row   uint32
	score float32 // about the cosine
	done  bool    // its links were followed
}

// beam walks through a layer from near rows to nearer ones and remembers the best that it saw.
type beam struct {
	width int
	list  []near   // best first
	seen  []uint64 // a bit for each row
	fresh []uint32 // to be compared
	twins twins
}

// twins bounds the rows that are equal to the one that a beam looks for: crowds of them would leave no room in its links
// for ways out of the crowd. Those of the nearest numbers are kept, so that a crowd is joined as a chain.
type twins struct {
	row  uint32  // the row looked for
	same float32 // the score of a twin
	most int
}

// noTwins bounds nothing.
var noTwins = twins{same: float32(math.Inf(1))}

// start forgets an earlier walk and begins one at a row.
func (b *beam) start(rows, width int, at near) {
	words := (rows + 63) / 64
	if cap(b.seen) < words {
		b.seen = make([]uint64, words)
	}
	b.seen = b.seen[:words]
	clear(b.seen)
	b.width, b.twins = width, noTwins
	b.list = append(b.list[:0], near{row: at.row, score: at.score})
	b.see(at.row)
}

// see reports whether the row is seen for the first time.
func (b *beam) see(row uint32) bool {
	bit := uint64(1) << (row % 64)
	if b.seen[row/64]&bit != 0 {
		return false
	}
	b.seen[row/64] |= bit
	return true
}

// walk follows the links of the best rows that were not followed yet, until all rows of the list are: Algorithm 2 of
// Malkov and Yashunin, with one sorted list for both of its heaps.
func (b *beam) walk(ctx context.Context, l *layer, c *codes, to code) error {
	for i, steps := 0, 0; i < len(b.list); {
		if b.list[i].done {
			i++
			continue
		}
		if steps++; steps%1024 == 0 && ctx.Err() != nil {
			return fmt.Errorf("vector: search: %w", ctx.Err())
		}
		b.list[i].done = true
		i = min(i, b.follow(l.links(b.list[i].row), c, to))
	}
	return nil
}

// follow compares the rows that were not seen yet and returns the best place that one of them took.
func (b *beam) follow(links []uint32, c *codes, to code) int {
	b.fresh = b.fresh[:0]
	for _, row := range links {
		if b.see(row) {
			b.fresh = append(b.fresh, row)
		}
	}
	return b.compare(c, to)
}

// compare offers the fresh rows, and fetches each before it is needed. It returns the best place that one of them took.
func (b *beam) compare(c *codes, to code) int {
	for _, row := range b.fresh[:min(ahead, len(b.fresh))] {
		simd.Prefetch(c.row(row).values)
	}
	best := len(b.list)
	for i, row := range b.fresh {
		if i+ahead < len(b.fresh) {
			simd.Prefetch(c.row(b.fresh[i+ahead]).values)
		}
		best = min(best, b.offer(near{row: row, score: similarity(to, c.row(row))}))
	}
	return best
}

// offer puts a row at its place in the list, which it returns, or behind the list if there is none.
func (b *beam) offer(n near) int {
	if n.score >= b.twins.same {
		return b.offerTwin(n)
	}
	if len(b.list) == b.width && n.score <= b.list[len(b.list)-1].score {
		return len(b.list)
	}
	return b.insert(n, sort.Search(len(b.list), func(i int) bool { return b.list[i].score < n.score }))
}

// offerTwin keeps a twin if its number is among the nearest.
func (b *beam) offerTwin(n near) int {
	end := sort.Search(len(b.list), func(i int) bool { return b.list[i].score < b.twins.same })
	at := sort.Search(end, func(i int) bool { return b.twins.apart(b.list[i].row) > b.twins.apart(n.row) })
	switch {
	case at == min(b.twins.most, b.width):
		return len(b.list)
	case end == b.twins.most:
		b.list = slices.Delete(b.list, end-1, end)
	}
	return b.insert(n, at)
}

func (t *twins) apart(row uint32) uint32 { return max(row, t.row) - min(row, t.row) }

// insert makes room in the list, at the cost of its last where it is full.
func (b *beam) insert(n near, at int) int {
	if len(b.list) < b.width {
		b.list = append(b.list, near{})
	}
	copy(b.list[at+1:], b.list[at:])
	b.list[at] = n
	return at
}

// descend walks to ever nearer rows of a layer and returns the last.
func descend(l *layer, c *codes, to code, at near) near {
	for {
		better := at
		for _, row := range l.links(at.row) {
			if score := similarity(to, c.row(row)); score > better.score {
				better = near{row: row, score: score}
			}
		}
		if better == at {
			return at
		}
		at = better
	}
}
