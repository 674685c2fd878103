package tiny

import (
	"fmt"
	"math"
)

// graph is a GraphProto being written. Its methods add a node and give the name of what the node makes.
type graph struct {
	body  message
	count int
	fused bool
	opset int64   // 0: 14, or 17 when fused
	file  *[]byte // of the weights; nil: they are in the graph
}

func (g *graph) node(op string, inputs []string, attrs map[string]any, outputs int) []string {
	var m message
	for _, in := range inputs {
		m.string(1, in)
	}
	g.count++
	names := make([]string, outputs)
	for i := range names {
		names[i] = fmt.Sprintf("/%s_%d_output_%d", op, g.count, i)
		m.string(2, names[i])
	}
	m.string(3, fmt.Sprintf("/%s_%d", op, g.count))
	m.string(4, op)
	for _, name := range []string{"axis", "axes", "keepdims", "perm", "to", "alpha", "beta", "epsilon", "transB", "value", "then_branch", "else_branch"} {
		if v, ok := attrs[name]; ok {
			m.bytes(5, attribute(name, v))
		}
	}
	g.body.bytes(1, m)
	return names
}

func (g *graph) op(op string, inputs ...string) string { return g.node(op, inputs, nil, 1)[0] }

func (g *graph) opWith(op string, attrs map[string]any, inputs ...string) string {
	return g.node(op, inputs, attrs, 1)[0]
}

func (g *graph) constant(t message) string { return g.opWith("Constant", map[string]any{"value": t}) }

func (g *graph) float(v float32) string {
	return g.constant(tensor("", typeFloat, nil, rawFloats([]float32{v})))
}

func (g *graph) int(v int64) string {
	return g.constant(tensor("", typeInt64, nil, rawInts([]int64{v})))
}

func (g *graph) ints(v ...int64) string {
	return g.constant(tensor("", typeInt64, []int{len(v)}, rawInts(v)))
}

// weights adds an initializer.
func (g *graph) weights(name string, w matrix) string {
	raw := rawFloats(w.data)
	if g.file == nil {
		g.body.bytes(5, tensor(name, typeFloat, []int{w.rows, w.cols}, raw))
		return name
	}
	g.body.bytes(5, outside(name, []int{w.rows, w.cols}, dataFile, len(*g.file), len(raw)))
	*g.file = append(*g.file, raw...)
	return name
}

// vector adds an initializer of one dimension.
func (g *graph) vector(name string, w matrix) string {
	g.body.bytes(5, tensor(name, typeFloat, []int{w.cols}, rawFloats(w.data)))
	return name
}

// dim is Shape followed by Gather: one dimension of x, a scalar.
func (g *graph) dim(x string, axis int64) string {
	return g.opWith("Gather", map[string]any{"axis": 0}, g.op("Shape", x), g.int(axis))
}

func (g *graph) unsqueeze(x string, axis int64) string { return g.op("Unsqueeze", x, g.ints(axis)) }

func (g *graph) transpose(x string, perm ...int) string {
	return g.opWith("Transpose", map[string]any{"perm": perm}, x)
}

// reshape gives x a shape whose parts are dimensions of other tensors, scalars, or constants.
func (g *graph) reshape(x string, dims ...any) string {
	var parts []string
	for _, d := range dims {
		switch d := d.(type) {
		case string:
			parts = append(parts, g.unsqueeze(d, 0))
		case int:
			parts = append(parts, g.ints(int64(d)))
		}
	}
	return g.op("Reshape", x, g.opWith("Concat", map[string]any{"axis": 0}, parts...))
}

// layerNorm is the chain that layer normalisation becomes below opset 17, and one node from there on.
func (g *graph) layerNorm(x, weight, bias string, epsilon float32) string {
	if g.fused {
		return g.opWith("LayerNormalization", map[string]any{"axis": -1, "epsilon": epsilon}, x, weight, bias)
	}
	mean := map[string]any{"axes": []int{-1}}
	centred := g.op("Sub", x, g.opWith("ReduceMean", mean, x))
	variance := g.opWith("ReduceMean", mean, g.op("Pow", centred, g.float(2)))
	scaled := g.op("Div", centred, g.op("Sqrt", g.op("Add", variance, g.float(epsilon))))
	return g.op("Add", g.op("Mul", scaled, weight), bias)
}

// additive turns a mask of ones and zeros into zeros and the least float, [batch, 1, 1, sequence].
func (g *graph) additive(mask string) string {
	wide := g.unsqueeze(g.unsqueeze(mask, 1), 2)
	floats := g.opWith("Cast", map[string]any{"to": typeFloat}, wide)
	return g.op("Mul", g.op("Sub", g.float(1), floats), g.float(-math.MaxFloat32))
}

// expanded is [batch, 1, 1, n] spread to [batch, 1, n, n] the way torch's expand is exported, with -1 in the wanted shape
// replaced by way of ConstantOfShape, Mul, Equal and Where.
func (g *graph) expanded(mask, x string) string {
	batch, n := g.unsqueeze(g.dim(x, 0), 0), g.unsqueeze(g.dim(x, 1), 0)
	want := g.opWith("Concat", map[string]any{"axis": 0}, batch, g.ints(1), n, g.ints(-1))
	one := tensor("", typeInt64, []int{1}, rawInts([]int64{1}))
	ones := g.opWith("ConstantOfShape", map[string]any{"value": one}, g.ints(4))
	minus := g.op("Mul", ones, g.int(-1))
	return g.op("Expand", mask, g.op("Where", g.op("Equal", want, minus), ones, want))
}

// model is the whole ModelProto.
func (g *graph) model(inputs, outputs []message) []byte {
	g.body.string(2, "main_graph")
	for _, in := range inputs {
		g.body.bytes(11, in)
	}
	for _, out := range outputs {
		g.body.bytes(12, out)
	}
	var opset, m message
	opset.string(1, "")
	if g.opset == 0 {
		g.opset = 14
		if g.fused {
			g.opset = 17
		}
	}
	opset.int(2, g.opset)
	m.int(1, 7)
	m.string(2, "clmkit")
	m.bytes(7, g.body)
	m.bytes(8, opset)
	return m
}
