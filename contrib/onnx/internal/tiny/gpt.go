package tiny

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// GPT is a causal language model of GPT-2's kind.
type GPT struct {
	Shape
	words, places matrix
	layers        []gptLayer
	norm          norm
}

type gptLayer struct {
	first, second                      norm
	qkv, out, up, down                 matrix
	qkvBias, outBias, upBias, downBias matrix
}

func newGPT(s Shape, vocabulary int) *GPT {
	r := rand.New(rand.NewPCG(s.Seed, 2))
	w := func(rows, cols int) matrix { return random(r, rows, cols, 0, 1.2/math.Sqrt(float64(rows))) }
	bias := func(n int) matrix { return random(r, 1, n, 0, 0.1) }
	layerNorm := func() norm { return norm{random(r, 1, s.Width, 1, 0.1), bias(s.Width), 1e-5} }
	m := &GPT{Shape: s, words: random(r, vocabulary, s.Width, 0, 0.5), places: random(r, s.Positions, s.Width, 0, 0.2), norm: layerNorm()}
	for range s.Layers {
		m.layers = append(m.layers, gptLayer{
			layerNorm(), layerNorm(), w(s.Width, 3*s.Width), w(s.Width, s.Width), w(s.Width, s.Inner), w(s.Inner, s.Width),
			bias(3 * s.Width), bias(s.Width), bias(s.Inner), bias(s.Width),
		})
	}
	return m
}

// Logits are those of the token after each token.
func (m *GPT) Logits(ids []int) [][]float64 {
	x := make([][]float64, len(ids))
	for i, id := range ids {
		x[i] = sum([][]float64{m.words.row(id)}, [][]float64{m.places.row(i)})[0]
	}
	for _, l := range m.layers {
		qkv := l.qkvBias.plus(l.qkv.times(l.first.of(x)))
		part := func(n int) [][]float64 {
			out := make([][]float64, len(qkv))
			for i := range qkv {
				out[i] = qkv[i][n*m.Width : (n+1)*m.Width]
			}
			return out
		}
		x = sum(l.outBias.plus(l.out.times(attention(part(0), part(1), part(2), m.Heads, true))), x)
		inner := each(l.upBias.plus(l.up.times(l.second.of(x))), geluNew)
		x = sum(x, l.downBias.plus(l.down.times(inner)))
	}
	return m.words.transposed().times(m.norm.of(x))
}

// export is the ModelProto.
func (m *GPT) export() []byte {
	g := &graph{}
	mask := g.additive(g.reshape("attention_mask", g.dim("input_ids", 0), -1))
	causal := m.exportCausal(g)
	places := g.unsqueeze(g.op("Range", g.int(0), g.dim("input_ids", 1), g.int(1)), 0)
	x := g.op("Add", g.op("Gather", g.weights("transformer.wte.weight", m.words), "input_ids"),
		g.op("Gather", g.weights("transformer.wpe.weight", m.places), places))
	for i, l := range m.layers {
		name := fmt.Sprintf("transformer.h.%d.", i)
		qkv := m.conv(g, exportNorm(g, name+"ln_1", l.first, x), name+"attn.c_attn", l.qkv, l.qkvBias)
		parts := g.node("Split", []string{qkv, g.ints(int64(m.Width), int64(m.Width), int64(m.Width))}, map[string]any{"axis": 2}, 3)
		context := m.exportAttention(g, x, mask, causal, parts)
		x = g.op("Add", m.conv(g, context, name+"attn.c_proj", l.out, l.outBias), x)
		up := m.conv(g, exportNorm(g, name+"ln_2", l.second, x), name+"mlp.c_fc", l.up, l.upBias)
		x = g.op("Add", x, m.conv(g, exportGeluNew(g, up), name+"mlp.c_proj", l.down, l.downBias))
	}
	x = exportNorm(g, "transformer.ln_f", m.norm, x)
	g.rename("Identity", g.op("MatMul", x, g.opWith("Transpose", map[string]any{"perm": []int{1, 0}}, "transformer.wte.weight")), "logits")
	return g.model([]message{
		valueInfo("input_ids", typeInt64, "batch_size", "sequence_length"),
		valueInfo("attention_mask", typeInt64, "batch_size", "sequence_length"),
	}, []message{valueInfo("logits", typeFloat, "batch_size", "sequence_length", m.words.rows)})
}

// exportCausal cuts the mask of the text's length out of that of all positions.
func (m *GPT) exportCausal(g *graph) string {
	lower := make([]byte, m.Positions*m.Positions)
	for i := range m.Positions {
		for j := range i + 1 {
			lower[i*m.Positions+j] = 1
		}
	}
	g.body.bytes(5, tensor("transformer.h.0.attn.bias", typeBool, []int{1, 1, m.Positions, m.Positions}, lower))
	n := g.unsqueeze(g.dim("input_ids", 1), 0)
	rows := g.op("Slice", "transformer.h.0.attn.bias", g.ints(0), n, g.ints(2), g.ints(1))
	return g.op("Slice", rows, g.ints(0), n, g.ints(3), g.ints(1))
}

func (m *GPT) exportAttention(g *graph, x, mask, causal string, qkv []string) string {
	size := m.Width / m.Heads
	split := func(y string) string { return g.reshape(y, g.dim(x, 0), g.dim(x, 1), m.Heads, size) }
	q, k, v := g.transpose(split(qkv[0]), 0, 2, 1, 3), g.transpose(split(qkv[1]), 0, 2, 3, 1), g.transpose(split(qkv[2]), 0, 2, 1, 3)
	scores := g.op("Div", g.op("MatMul", q, k), g.float(float32(math.Sqrt(float64(size)))))
	scores = g.op("Where", causal, scores, g.float(-math.MaxFloat32))
	weights := g.opWith("Softmax", map[string]any{"axis": -1}, g.op("Add", scores, mask))
	return g.reshape(g.transpose(g.op("MatMul", weights, v), 0, 2, 1, 3), g.dim(x, 0), g.dim(x, 1), m.Width)
}

// conv is GPT-2's Conv1D: a Gemm between two reshapes.
func (m *GPT) conv(g *graph, x, name string, w, bias matrix) string {
	attrs := map[string]any{"alpha": float32(1), "beta": float32(1)}
	flat := g.op("Reshape", x, g.ints(-1, int64(w.rows)))
	y := g.opWith("Gemm", attrs, flat, g.weights(name+".weight", w), g.vector(name+".bias", bias))
	return g.reshape(y, g.dim(x, 0), g.dim(x, 1), w.cols)
}

func exportGeluNew(g *graph, x string) string {
	cube := g.op("Mul", g.op("Pow", x, g.float(3)), g.float(0.044715))
	inner := g.op("Mul", g.op("Add", x, cube), g.float(float32(math.Sqrt(2/math.Pi))))
	return g.op("Mul", g.op("Mul", x, g.float(0.5)), g.op("Add", g.op("Tanh", inner), g.float(1)))
}
