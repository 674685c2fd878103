package tree

import "math"

// Model is a sum of trees. It may be used by several goroutines at once.
type Model struct {
	// Quality is how good the model was on the validation data after each tree,
	// the higher the better: the negative mean squared error or log loss, or the
	// NDCG at K. Empty without such data, and not kept by MarshalBinary.
	Quality []float64

	features int
	base     float64
	nodes    []node
	values   []float64 // of nodes that are leaves
	roots    []int32
	gains    []float64
}

// node leads a row to one of two nodes that stand side by side: to the second
// one if its value, with its sign changed if flip says so, is at least the cut.
// A missing value is not, and goes to the first; so flip is set where missing
// values go right, and the first is then the right one.
type node struct {
	cut     float32
	flip    uint32
	feature uint32
	next    uint32
}

// Trees returns how many trees there are.
func (m *Model) Trees() int { return len(m.roots) }

// Features returns how many numbers a row has.
func (m *Model) Features() int { return m.features }

// Importance returns how much of the training loss each feature took off, by
// the splits that use it, in [0, 1]; they add up to 1, or are all 0 without a
// split.
func (m *Model) Importance() []float64 {
	total := 0.0
	for _, g := range m.gains {
		total += g
	}
	list := make([]float64, len(m.gains))
	for i, g := range m.gains {
		if total > 0 {
			list[i] = g / total
		}
	}
	return list
}

// add appends a grown tree.
func (m *Model) add(branches []branch, outputs []float64, g *grower) {
	m.roots = append(m.roots, int32(len(m.nodes)))
	m.push(1)
	m.place(len(m.nodes)-1, 0, branches, outputs, g)
}

func (m *Model) push(n int) {
	m.nodes = append(m.nodes, make([]node, n)...)
	m.values = append(m.values, make([]float64, n)...)
}

// place writes the branch or leaf into a node, and what is below it.
func (m *Model) place(at, child int, branches []branch, outputs []float64, g *grower) {
	if child < 0 {
		m.values[at] = outputs[^child]
		m.nodes[at] = node{cut: float32(math.NaN()), next: uint32(at)}
		return
	}
	b := branches[child]
	first, second := b.left, b.right
	n := node{feature: uint32(b.feature), next: uint32(len(m.nodes))}
	cut := g.cuts[b.feature][b.bin-1]
	if b.missLeft {
		n.cut = math.Nextafter32(cut, float32(math.Inf(1)))
	} else {
		n.cut, n.flip = -cut, 1<<31
		first, second = second, first
	}
	m.gains[b.feature] += b.gain * g.slope * g.slope / g.limits.scale.curvature
	m.nodes[at] = n
	m.push(2)
	m.place(int(n.next), first, branches, outputs, g)
	m.place(int(n.next)+1, second, branches, outputs, g)
}

// cut keeps the first trees.
func (m *Model) cut(trees int) {
	if trees < len(m.roots) {
		m.nodes, m.values = m.nodes[:m.roots[trees]], m.values[:m.roots[trees]]
		m.roots = m.roots[:trees]
	}
}

// Predict returns the score of a row: the mean for [SquaredError], log odds for
// [Logistic].
func (m *Model) Predict(row []float32) float64 {
	row = row[:m.features]
	score := m.base
	for _, root := range m.roots {
		at := uint32(root)
		for {
			n := &m.nodes[at]
			if n.next == at {
				break
			}
			at = n.next
			if math.Float32frombits(math.Float32bits(row[n.feature])^n.flip) >= n.cut {
				at++
			}
		}
		score += m.values[at]
	}
	return score
}

// PredictAll writes the score of each row into out.
func (m *Model) PredictAll(values []float32, out []float64) {
	for i := range out {
		out[i] = m.Predict(values[i*m.features : (i+1)*m.features])
	}
}
