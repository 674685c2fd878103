package tree

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// magic begins the bytes of a model; its last byte is the version.
const magic = "clmtree\x01"

// AppendBinary appends the model to b: all but Quality. It never fails. All
// numbers are little endian:
//
//	8 bytes    magic, the last one the version
//	float64    score of a row before any tree
//	uint32     number of features, then for each one float64, its gain
//	uint32     number of trees, then for each one
//	uint16     number of leaves, then the nodes, each before those below it, left before right:
//	uint32     0 for a leaf, else 1 + 2·feature + 1 if missing values go left
//	float64    output of a leaf, or
//	float32    cut of another node
func (m *Model) AppendBinary(b []byte) ([]byte, error) {
	b = append(b, magic...)
	b = appendFloat(b, m.base)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(m.gains)))
	for _, g := range m.gains {
		b = appendFloat(b, g)
	}
	b = binary.LittleEndian.AppendUint32(b, uint32(len(m.trees)))
	for i := range m.trees {
		b = binary.LittleEndian.AppendUint16(b, uint16(len(m.trees[i].leaves)))
		b = m.trees[i].append(b, 0)
	}
	return b, nil
}

// MarshalBinary returns what [Model.AppendBinary] appends.
func (m *Model) MarshalBinary() ([]byte, error) { return m.AppendBinary(nil) }

func appendFloat(b []byte, x float64) []byte {
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
}

// append appends the node or leaf and all below it.
func (t *tree) append(b []byte, at int) []byte {
	if leaf := at - len(t.nodes); leaf >= 0 {
		return appendFloat(binary.LittleEndian.AppendUint32(b, 0), t.leaves[leaf])
	}
	n := t.nodes[at]
	tag := 1 + 2*uint32(n.feature)
	if n.missLeft {
		tag++
	}
	b = binary.LittleEndian.AppendUint32(b, tag)
	b = binary.LittleEndian.AppendUint32(b, math.Float32bits(n.cut))
	return t.append(t.append(b, int(n.left)), int(n.right))
}

// UnmarshalBinary makes the model the one whose bytes are given, which scores
// bit for bit as that did. It keeps nothing of data. On an error the model is as
// it was.
func (m *Model) UnmarshalBinary(data []byte) error {
	r := reader{data: data}
	read := r.model()
	if len(r.data) > 0 {
		r.fail("%d bytes are too many", len(r.data))
	}
	if r.err != nil {
		return fmt.Errorf("tree: read model: %w", r.err)
	}
	read.batch = newBatch(&read)
	*m = read
	return nil
}

// reader reads a model. What it allocates is in proportion to what it has read.
// After an error there is nothing left to read, and all it returns is 0.
type reader struct {
	data []byte
	err  error
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf(format, args...)
	}
	r.data = nil
}

// take returns the next n bytes.
func (r *reader) take(n int) []byte {
	if n > len(r.data) {
		r.fail("it ends too early")
		return make([]byte, n)
	}
	b := r.data[:n]
	r.data = r.data[n:]
	return b
}

func (r *reader) uint16() int    { return int(binary.LittleEndian.Uint16(r.take(2))) }
func (r *reader) uint32() uint32 { return binary.LittleEndian.Uint32(r.take(4)) }

// float returns the next number, which has to be finite.
func (r *reader) float() float64 {
	x := math.Float64frombits(binary.LittleEndian.Uint64(r.take(8)))
	if math.IsNaN(x) || math.IsInf(x, 0) {
		r.fail("a number is %v", x)
	}
	return x
}

func (r *reader) model() (m Model) {
	if string(r.take(len(magic))) != magic {
		r.err = errors.New("it is no model of version 1")
		r.data = nil
	}
	m.base = r.float()
	m.gains = r.gains(int(r.uint32()))
	for n := r.uint32(); n > 0 && r.err == nil; n-- {
		m.trees = append(m.trees, r.tree(len(m.gains)))
	}
	return m
}

func (r *reader) gains(n int) []float64 {
	if n > len(r.data)/8 {
		r.fail("%d features need more bytes", n)
		return nil
	}
	gains := make([]float64, n)
	for i := range gains {
		if gains[i] = r.float(); gains[i] < 0 {
			r.fail("feature %d has a gain of %v", i, gains[i])
		}
	}
	return gains
}

func (r *reader) tree(features int) (t tree) {
	n := r.uint16()
	if n < 2 || n > maxLeaves {
		r.fail("a tree has %d leaves", n)
		return tree{}
	}
	t.nodes, t.leaves = make([]node, 0, n-1), make([]float64, 0, n)
	r.node(&t, features)
	if len(t.leaves) != n {
		r.fail("a tree of %d leaves has %d", n, len(t.leaves))
	}
	return t
}

// node reads a node or leaf and all below it, and returns its index.
func (r *reader) node(t *tree, features int) uint16 {
	tag := r.uint32()
	if tag == 0 {
		return r.leaf(t)
	}
	at := len(t.nodes)
	n := node{feature: int32((tag - 1) / 2), cut: math.Float32frombits(r.uint32()), missLeft: tag%2 == 0}
	if at == cap(t.nodes) || int(n.feature) >= features || n.cut != n.cut {
		r.fail("node %d is one too many, or of feature %d of %d, or cut at %v", at, n.feature, features, n.cut)
		return 0
	}
	t.nodes = append(t.nodes, n)
	left := r.node(t, features)
	right := r.node(t, features)
	t.nodes[at].left, t.nodes[at].right = left, right
	return uint16(at)
}

func (r *reader) leaf(t *tree) uint16 {
	if len(t.leaves) == cap(t.leaves) {
		r.fail("leaf %d is one too many", len(t.leaves))
		return 0
	}
	t.leaves = append(t.leaves, r.float())
	return uint16(cap(t.nodes) + len(t.leaves) - 1)
}
