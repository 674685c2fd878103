package tree

import (
	"math/bits"
	"slices"
	"sync"
)

// wide is how many rows are scored at once: one for each bit of a word.
const wide = 64

// mostSets is the highest index of a set: one for each node and leaf of a tree.
const mostSets = 2*maxLeaves - 1

// batch scores many rows at once, as QuickScorer does (Lucchese et al. 2015,
// "QuickScorer: a fast algorithm to rank documents with additive ensembles of
// regression trees"; block-wise in their 2016 article) with rows and nodes
// changed over. QuickScorer has a word for a row, with a bit for each leaf that
// it may still reach. Here a word is for a node, with a bit for each row that
// reaches it: all rows are compared with a cut by one instruction, and no jump
// depends on data.
//
//  1. For each feature and each cut of any tree, a mask says which rows are above
//     it. A row is put at its place among the cuts, and sums from the highest one
//     down do the rest.
//  2. The set of rows at a child is that at its parent with or without the mask.
//  3. The bits of the number of the leaf that each row reaches are gathered from
//     the sets of the leaves, eight rows at once, and its output is added.
type batch struct {
	features int
	base     float64
	columns  []column
	masks    int
	trees    []flat
	scratch  sync.Pool
}

// column is a feature with the cuts that the trees make of it.
type column struct {
	feature int
	cuts    []uint32 // keys, ascending, each once
	start   int      // of the masks: one for each cut and one more that is not used
	right   int      // of the masks for nodes whose missing values go right; 0 without
}

// flat is a tree by the numbers of its masks.
type flat struct {
	nodes  []flatNode
	leaves []float64 // as many as a power of two
	planes int       // bits of a leaf's number
}

type flatNode struct {
	mask        uint32
	left, right uint16
}

// scratch is the room for one block of rows.
type scratch struct {
	masks  []uint64
	sets   [mostSets + 1]uint64 // of nodes and then leaves
	scores [wide]float64
}

func newBatch(m *Model) *batch {
	b := &batch{features: len(m.gains), base: m.base, columns: make([]column, len(m.gains))}
	for _, t := range m.trees {
		for _, n := range t.nodes {
			c := &b.columns[n.feature]
			c.cuts = append(c.cuts, key(n.cut))
			if !n.missLeft {
				c.right = 1
			}
		}
	}
	for f := range b.columns {
		b.place(f)
	}
	for i := range m.trees {
		b.trees = append(b.trees, b.flatten(&m.trees[i]))
	}
	b.columns = slices.DeleteFunc(b.columns, func(c column) bool { return len(c.cuts) == 0 })
	b.scratch.New = func() any { return &scratch{masks: make([]uint64, b.masks)} }
	return b
}

// place sorts the cuts of a feature and gives them masks.
func (b *batch) place(f int) {
	c := &b.columns[f]
	slices.Sort(c.cuts)
	c.cuts = slices.Clip(slices.Compact(c.cuts))
	c.feature, c.start = f, b.masks
	b.masks += len(c.cuts) + 1
	if c.right > 0 {
		c.right = b.masks
		b.masks += len(c.cuts) + 1
	}
}

func (b *batch) flatten(t *tree) flat {
	f := flat{nodes: make([]flatNode, len(t.nodes)), planes: bits.Len(uint(len(t.leaves) - 1))}
	f.leaves = make([]float64, 1<<f.planes)
	copy(f.leaves, t.leaves)
	for i, n := range t.nodes {
		c := &b.columns[n.feature]
		at, _ := slices.BinarySearch(c.cuts, key(n.cut))
		mask := c.start + at
		if !n.missLeft {
			mask = c.right + at
		}
		f.nodes[i] = flatNode{mask: uint32(mask), left: n.left, right: n.right}
	}
	return f
}

// predict writes the score of each row into out.
func (b *batch) predict(values []float32, out []float64) {
	s := b.scratch.Get().(*scratch)
	for len(out) > 0 {
		n := min(len(out), wide)
		b.block(s, values[:n*b.features], out[:n])
		values, out = values[n*b.features:], out[n:]
	}
	b.scratch.Put(s)
}

// block scores at most a word of rows.
func (b *batch) block(s *scratch, values []float32, out []float64) {
	clear(s.masks)
	for i := range b.columns {
		b.columns[i].compare(s.masks, values, b.features)
	}
	for i := range s.scores {
		s.scores[i] = b.base
	}
	for i := range b.trees {
		s.add(&b.trees[i])
	}
	copy(out, s.scores[:])
}

// compare fills the masks of a column.
func (c *column) compare(masks []uint64, values []float32, features int) {
	above := masks[c.start : c.start+len(c.cuts)+1]
	missing := uint64(0)
	bit := uint64(1)
	for at := c.feature; at < len(values); at += features {
		k := key(values[at])
		if k == missingKey {
			missing |= bit
		}
		above[below(c.cuts, k)] |= bit
		bit <<= 1
	}
	rows := uint64(0)
	for i := len(above) - 1; i >= 0; i-- {
		rows, above[i] = rows|above[i], rows
	}
	if c.right > 0 {
		right := masks[c.right : c.right+len(above)]
		for i, rows := range above {
			right[i] = rows | missing
		}
	}
}

// add adds the outputs of a tree to the scores.
func (s *scratch) add(t *flat) {
	s.sets[0] = ^uint64(0)
	for i, n := range t.nodes {
		rows, above := s.sets[i&mostSets], s.masks[n.mask]
		s.sets[n.left&mostSets] = rows &^ above
		s.sets[n.right&mostSets] = rows & above
	}
	leaves := s.sets[len(t.nodes):][:len(t.leaves)]
	clear(leaves[len(t.nodes)+1:])
	planes := gather(leaves)
	for r := 0; r < wide; r += 8 {
		ids := uint64(0)
		for p, plane := range planes[:t.planes] {
			ids |= spread[uint8(plane>>r)] << p
		}
		scores := s.scores[r : r+8]
		for i := range scores {
			scores[i] += t.leaves[uint8(ids>>(8*i))]
		}
	}
}

// gather returns bit p of the number of the leaf of each row as a word, for each
// p.
func gather(leaves []uint64) (planes [8]uint64) {
	for p := 0; len(leaves) > 1; p++ {
		half := leaves[:len(leaves)/2]
		for i := range half {
			even, odd := leaves[2*i], leaves[2*i+1]
			planes[p%8] |= odd
			half[i] = even | odd
		}
		leaves = half
	}
	return planes
}

// spread has bit i of its index as bit 8·i.
var spread = func() (table [256]uint64) {
	for i := range table {
		for bit := range 8 {
			table[i] |= uint64(i>>bit&1) << (8 * bit)
		}
	}
	return table
}()
