package tree

import "fmt"

// Model is a sum of trees. It may be used by several goroutines at once.
type Model struct {
	// Quality is how good the model was on the validation data after each round,
	// the higher the better: the negative mean squared error or log loss, or the
	// NDCG at K. It has rounds whose trees were dropped, too. Empty without
	// validation data; MarshalBinary does not keep it.
	Quality []float64

	base  float64
	gains []float64 // of each feature: twice what its splits took off the training loss
	trees []tree
	batch *batch
}

// tree is a tree: nodes, and the outputs of its leaves.
type tree struct {
	nodes  []node
	leaves []float64
}

// node leads a value to its left child if it is at most the cut, else to its
// right one. A child is the index of a node, which is higher than its own, or
// that of a leaf after all nodes.
type node struct {
	feature     int32
	cut         float32
	left, right uint16
	missLeft    bool // where a missing value goes
}

// Trees returns how many trees there are.
func (m *Model) Trees() int { return len(m.trees) }

// Features returns how many numbers a row has.
func (m *Model) Features() int { return len(m.gains) }

// Importance returns how much of the training loss the splits by each feature
// took off, in [0, 1]: they add up to 1, or are all 0 without a split.
func (m *Model) Importance() []float64 {
	list, total := make([]float64, len(m.gains)), 0.0
	for _, g := range m.gains {
		total += g
	}
	for i, g := range m.gains {
		if total > 0 {
			list[i] = g / total
		}
	}
	return list
}

// Predict returns the score of a row: the expected label for [SquaredError], its
// log odds for [Logistic], a number for the order for the ranking objectives. It
// panics if the row is shorter than [Model.Features].
func (m *Model) Predict(row []float32) float64 {
	row = row[:len(m.gains)]
	score := m.base
	for i := range m.trees {
		score += m.trees[i].output(row)
	}
	return score
}

// output returns the output for a row.
func (t *tree) output(row []float32) float64 {
	at := 0
	for at < len(t.nodes) {
		n := &t.nodes[at]
		at = int(n.right)
		if v := row[n.feature]; v <= n.cut || n.missLeft && v != v {
			at = int(n.left)
		}
	}
	return t.leaves[at-len(t.nodes)]
}

// few is how many rows are walked down the trees one by one, because work on
// many at once would not pay.
const few = 6

// PredictAll writes the score of each row into out: the same that [Model.Predict]
// returns, at a fraction of the cost for tens of rows and more. values has
// len(out) rows one after the other. It panics if it has not.
//
// It allocates nothing but scratch space, which later calls use again.
func (m *Model) PredictAll(values []float32, out []float64) {
	features := len(m.gains)
	if len(values) != len(out)*features {
		panic(fmt.Sprintf("tree: %d values for %d rows of %d features", len(values), len(out), features))
	}
	if len(out) <= few || len(m.trees) == 0 {
		for i := range out {
			out[i] = m.Predict(values[i*features:])
		}
		return
	}
	m.batch.predict(values, out)
}

// newTree returns the tree that was grown, with the outputs of its leaves.
func newTree(g *grower, outputs []float64) tree {
	t := tree{nodes: make([]node, len(g.branches)), leaves: outputs}
	child := func(c int) uint16 {
		if c < 0 {
			c = len(g.branches) + ^c
		}
		return uint16(c)
	}
	for i, b := range g.branches {
		t.nodes[i] = node{
			feature: int32(b.feature), cut: g.cut(b.feature, b.bin),
			left: child(b.left), right: child(b.right), missLeft: b.missLeft,
		}
	}
	return t
}
