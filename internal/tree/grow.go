package tree

import "context"

// grower grows trees on a matrix.
type grower struct {
	*matrix
	options *Options
	limits
	sums  []sum // per row, of this tree
	spare []int32
	free  [][]block
	found [2][]split // per word, for the two sides of a split

	features []bool // that this tree may use
	branches []branch
	leaves   []leaf
}

// branch is a node of a tree that is being grown. A child from 0 on is a branch,
// a negative one the complement of a leaf.
type branch struct {
	split
	left, right int
}

// leaf is a leaf of a tree that is being grown.
type leaf struct {
	rows   []int32 // that the tree is grown on
	others []int32 // that are led here
	sum    sum
	bins   []block // nil if it is not to be divided
	best   split
	depth  int
	link   *int // from its parent
}

// grow grows a tree: the leaf that gains most is divided next (Shi 2007,
// "Best-first decision tree learning"). What it leaves in branches and leaves is
// there until the next call.
func (g *grower) grow(ctx context.Context, d sample) error {
	g.features = d.features
	g.branches = make([]branch, 0, g.options.Leaves) // never moved: leaves have links into it
	g.leaves = append(g.leaves[:0], g.root(d))
	for len(g.leaves) < g.options.Leaves {
		if err := ctx.Err(); err != nil {
			return err
		}
		next := g.next()
		if next < 0 {
			break
		}
		g.split(next)
	}
	for i := range g.leaves {
		g.give(g.leaves[i].bins)
	}
	return nil
}

// root returns a leaf of all rows.
func (g *grower) root(d sample) leaf {
	root := leaf{rows: d.rows, others: d.others, link: new(int), bins: g.take()}
	for _, r := range d.rows {
		root.sum = root.sum.plus(g.sums[r])
	}
	each(len(g.words), func(w int) {
		root.bins[w] = block{}
		root.bins[w].add(g.words[w], root.rows, g.sums)
		g.found[0][w] = g.best(w, &root)
	})
	root.best = best(g.found[0])
	return root
}

// split divides a leaf: its left side takes its place.
func (g *grower) split(at int) {
	old := g.leaves[at]
	*old.link = len(g.branches)
	g.branches = append(g.branches, branch{old.best, ^at, ^len(g.leaves)})
	b := &g.branches[len(g.branches)-1]
	left, right := g.divide(&old)
	left.link, right.link = &b.left, &b.right
	if len(g.leaves)+1 < g.options.Leaves && (g.divisible(&left) || g.divisible(&right)) {
		g.measure(&left, &right, old.bins)
	} else {
		g.give(old.bins)
	}
	g.leaves[at] = left
	g.leaves = append(g.leaves, right)
}

// next returns the leaf that gains most, or -1 if none gains enough.
func (g *grower) next() int {
	next := -1
	for i := range g.leaves {
		if l := &g.leaves[i]; g.worthwhile(l) && (next < 0 || l.best.better(g.leaves[next].best)) {
			next = i
		}
	}
	return next
}

// rounding is how small a gain may be before it is the rounding of the losses
// that it is the difference of.
const rounding = 1e-12

// worthwhile reports whether a leaf gains enough by its best split.
func (g *grower) worthwhile(l *leaf) bool {
	return l.best.gain > g.minGain && l.best.gain > rounding*g.loss(l.best.left)
}

// divide leads the rows of a leaf to its two sides.
func (g *grower) divide(old *leaf) (left, right leaf) {
	s := old.best
	left = leaf{sum: s.left, depth: old.depth + 1}
	right = leaf{sum: old.sum.minus(s.left), depth: old.depth + 1}
	left.rows, right.rows = g.partition(old.rows, s)
	left.others, right.others = g.partition(old.others, s)
	return left, right
}

// partition puts the rows that go left before those that go right and keeps the
// order of both.
func (g *grower) partition(rows []int32, s split) (left, right []int32) {
	words, shift := g.words[s.feature/lane], s.feature%lane*8
	low, high := uint8(missing+1), s.bin // bins that go left
	if s.missLeft {
		low = missing
	}
	spare := g.spare[:len(rows)]
	l, r := 0, 0
	for _, row := range rows {
		rows[l], spare[r] = row, row
		in := 0
		if uint8(words[row]>>shift)-low <= high-low {
			in = 1
		}
		l += in
		r += 1 - in
	}
	copy(rows[l:], spare[:r])
	return rows[:l:l], rows[l:]
}

// measure fills the histograms of two new leaves, whose parent's is given, and
// finds their best splits. The smaller one is counted; the other is the
// difference (Ke et al. 2017, §2.1).
func (g *grower) measure(left, right *leaf, parent []block) {
	small, large := left, right
	if len(small.rows) > len(large.rows) {
		small, large = large, small
	}
	small.bins, large.bins = g.take(), parent
	each(len(g.words), func(w int) {
		small.bins[w] = block{}
		small.bins[w].add(g.words[w], small.rows, g.sums)
		large.bins[w].subtract(&small.bins[w])
		g.found[0][w], g.found[1][w] = g.best(w, small), g.best(w, large)
	})
	small.best, large.best = best(g.found[0]), best(g.found[1])
}

// divisible reports whether a leaf may be divided.
func (g *grower) divisible(l *leaf) bool {
	return len(l.rows) >= 2*g.minRows && (g.options.Depth == 0 || l.depth < g.options.Depth)
}

// best returns the best split of a leaf by the features of a word.
func (g *grower) best(w int, l *leaf) split {
	var found split
	if !g.divisible(l) {
		return found
	}
	for f := w * lane; f < min((w+1)*lane, len(g.cuts)); f++ {
		if !g.features[f] {
			continue
		}
		if s := g.search(f, l.bins[w][f%lane][:len(g.cuts[f])+1], l.sum); s.better(found) {
			found = s
		}
	}
	return found
}

func best(splits []split) split {
	found := splits[0]
	for _, s := range splits[1:] {
		if s.better(found) {
			found = s
		}
	}
	return found
}

// take returns a histogram with anything in it.
func (g *grower) take() []block {
	if n := len(g.free); n > 0 {
		bins := g.free[n-1]
		g.free = g.free[:n-1]
		return bins
	}
	return make([]block, len(g.words))
}

func (g *grower) give(bins []block) {
	if bins != nil {
		g.free = append(g.free, bins)
	}
}
