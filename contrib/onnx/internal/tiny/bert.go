package tiny

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Shape is the size of a model.
type Shape struct {
	Layers, Width, Heads, Inner int
	// Positions is the longest text in tokens.
	Positions int
	// Labels of the classifier; 0: an encoder.
	Labels int
	// SDPA writes attention as newer exports do, with scaled queries and keys and an expanded mask.
	SDPA bool
	// Fused writes opset 17, in which layer normalisation is one node.
	Fused bool
	// Outside keeps the matrices in a file beside the graph, as exports of more than 2 GB do.
	Outside bool
	// Quantized keeps the matrices of the layers as 8-bit integers, as optimum's dynamic quantisation does.
	Quantized bool
	Seed      uint64
}

// Bert is an encoder, or with labels a classifier or a cross-encoder.
type Bert struct {
	Shape
	words, places, kinds matrix
	norm                 norm
	layers               []bertLayer
	pool, poolBias       matrix
	head, headBias       matrix
}

type bertLayer struct {
	q, k, v, out, up, down                         matrix
	qBias, kBias, vBias, outBias, upBias, downBias matrix
	attended, fed                                  norm
}

func newBert(s Shape, vocabulary int) *Bert {
	r := rand.New(rand.NewPCG(s.Seed, 1))
	w := func(rows, cols int) matrix { return random(r, rows, cols, 0, 1.2/math.Sqrt(float64(rows))) }
	bias := func(n int) matrix { return random(r, 1, n, 0, 0.1) }
	layerNorm := func() norm { return norm{random(r, 1, s.Width, 1, 0.1), bias(s.Width), 1e-12} }
	b := &Bert{
		Shape: s, words: random(r, vocabulary, s.Width, 0, 1), places: random(r, s.Positions, s.Width, 0, 0.5),
		kinds: random(r, 2, s.Width, 0, 0.5), norm: layerNorm(),
	}
	for range s.Layers {
		b.layers = append(b.layers, bertLayer{
			w(s.Width, s.Width), w(s.Width, s.Width), w(s.Width, s.Width), w(s.Width, s.Width), w(s.Width, s.Inner), w(s.Inner, s.Width),
			bias(s.Width), bias(s.Width), bias(s.Width), bias(s.Width), bias(s.Inner), bias(s.Width), layerNorm(), layerNorm(),
		})
	}
	if s.Labels > 0 {
		b.pool, b.poolBias, b.head, b.headBias = w(s.Width, s.Width), bias(s.Width), w(s.Width, s.Labels), bias(s.Labels)
	}
	return b
}

// Hidden is the last hidden state of each token.
func (b *Bert) Hidden(ids, kinds []int) [][]float64 {
	x := make([][]float64, len(ids))
	for i, id := range ids {
		x[i] = sum(sum([][]float64{b.words.row(id)}, [][]float64{b.places.row(i)}), [][]float64{b.kinds.row(kinds[i])})[0]
	}
	x = b.norm.of(x)
	for _, l := range b.layers {
		q, k, v := l.qBias.plus(l.q.times(x)), l.kBias.plus(l.k.times(x)), l.vBias.plus(l.v.times(x))
		x = l.attended.of(sum(l.outBias.plus(l.out.times(attention(q, k, v, b.Heads, false))), x))
		inner := each(l.upBias.plus(l.up.times(x)), gelu)
		x = l.fed.of(sum(l.downBias.plus(l.down.times(inner)), x))
	}
	return x
}

// Logits are those of the classifier.
func (b *Bert) Logits(ids, kinds []int) []float64 {
	first := b.Hidden(ids, kinds)[:1]
	pooled := each(b.poolBias.plus(b.pool.times(first)), math.Tanh)
	return b.headBias.plus(b.head.times(pooled))[0]
}

// export is the ModelProto.
func (b *Bert) export() (model, data []byte) {
	g := &graph{fused: b.Fused}
	if b.Outside {
		g.file = &data
	}
	mask := g.additive("attention_mask")
	if b.SDPA {
		mask = g.expanded(mask, "input_ids")
	}
	x := b.exportEmbeddings(g)
	for i, l := range b.layers {
		name := fmt.Sprintf("bert.encoder.layer.%d.", i)
		dense := func(x, part string, w, bias matrix) string {
			return g.op("Add", g.vector(name+part+".bias", bias), b.exportMatrix(g, x, "onnx::MatMul_"+name+part, w))
		}
		context := b.exportAttention(g, x, mask, dense(x, "query", l.q, l.qBias), dense(x, "key", l.k, l.kBias), dense(x, "value", l.v, l.vBias))
		x = exportNorm(g, name+"attention.LayerNorm", l.attended, g.op("Add", dense(context, "output", l.out, l.outBias), x))
		up := dense(x, "intermediate", l.up, l.upBias)
		erf := g.op("Add", g.op("Erf", g.op("Div", up, g.float(math.Sqrt2))), g.float(1))
		inner := g.op("Mul", g.op("Mul", up, erf), g.float(0.5))
		x = exportNorm(g, name+"output.LayerNorm", l.fed, g.op("Add", dense(inner, "down", l.down, l.downBias), x))
	}
	return b.exportOutput(g, x), data
}

func (b *Bert) exportMatrix(g *graph, x, name string, w matrix) string {
	if b.Quantized {
		return g.quantized(x, name, w)
	}
	return g.op("MatMul", x, g.weights(name, w))
}

func (b *Bert) exportEmbeddings(g *graph) string {
	places := make([]int64, b.Positions)
	for i := range places {
		places[i] = int64(i)
	}
	g.body.bytes(5, tensor("bert.embeddings.position_ids", typeInt64, []int{1, b.Positions}, rawInts(places)))
	n := g.unsqueeze(g.dim("input_ids", 1), 0)
	ids := g.op("Slice", "bert.embeddings.position_ids", g.ints(0), n, g.ints(1), g.ints(1))
	words := g.op("Gather", g.weights("bert.embeddings.word_embeddings.weight", b.words), "input_ids")
	kinds := g.op("Gather", g.weights("bert.embeddings.token_type_embeddings.weight", b.kinds), "token_type_ids")
	spots := g.op("Gather", g.weights("bert.embeddings.position_embeddings.weight", b.places), ids)
	return exportNorm(g, "bert.embeddings.LayerNorm", b.norm, g.op("Add", g.op("Add", words, kinds), spots))
}

func exportNorm(g *graph, name string, n norm, x string) string {
	return g.layerNorm(x, g.vector(name+".weight", n.weight), g.vector(name+".bias", n.bias), float32(n.epsilon))
}

func (b *Bert) exportAttention(g *graph, x, mask, q, k, v string) string {
	size := b.Width / b.Heads
	split := func(y string) string { return g.reshape(y, g.dim(x, 0), g.dim(x, 1), b.Heads, size) }
	q, k, v = g.transpose(split(q), 0, 2, 1, 3), g.transpose(split(k), 0, 2, 3, 1), g.transpose(split(v), 0, 2, 1, 3)
	var scores string
	if b.SDPA {
		scale := b.exportScale(g, q)
		scores = g.op("MatMul", g.op("Mul", q, scale), g.op("Mul", k, scale))
	} else {
		scores = g.op("Div", g.op("MatMul", q, k), g.float(float32(math.Sqrt(float64(size)))))
	}
	weights := g.opWith("Softmax", map[string]any{"axis": -1}, g.op("Add", scores, mask))
	return g.reshape(g.transpose(g.op("MatMul", weights, v), 0, 2, 1, 3), g.dim(x, 0), g.dim(x, 1), b.Width)
}

// exportScale is the root of 1/√d, computed from the shape of q as torch's scaled_dot_product_attention is exported.
func (b *Bert) exportScale(g *graph, q string) string {
	last := g.op("Slice", g.op("Shape", q), g.ints(-1), g.ints(math.MaxInt64))
	d := g.op("Sqrt", g.opWith("Cast", map[string]any{"to": typeFloat}, last))
	return g.op("Sqrt", g.op("Div", g.constant(tensor("", typeFloat, []int{1}, rawFloats([]float32{1}))), d))
}

func (b *Bert) exportOutput(g *graph, x string) []byte {
	output := valueInfo("last_hidden_state", typeFloat, "batch_size", "sequence_length", b.Width)
	if b.Labels == 0 {
		g.rename("Identity", x, "last_hidden_state")
	} else {
		first := g.opWith("Gather", map[string]any{"axis": 1}, x, g.int(0))
		pooled := g.op("Tanh", g.gemm(first, "bert.pooler.dense", b.pool, b.poolBias))
		g.rename("Identity", g.gemm(pooled, "classifier", b.head, b.headBias), "logits")
		output = valueInfo("logits", typeFloat, "batch_size", b.Labels)
	}
	var inputs []message
	for _, name := range []string{"input_ids", "attention_mask", "token_type_ids"} {
		inputs = append(inputs, valueInfo(name, typeInt64, "batch_size", "sequence_length"))
	}
	return g.model(inputs, []message{output})
}

// gemm is a dense layer as torch.nn.Linear is exported for two dimensions, with transposed weights.
func (g *graph) gemm(x, name string, w, bias matrix) string {
	attrs := map[string]any{"alpha": float32(1), "beta": float32(1), "transB": 1}
	return g.opWith("Gemm", attrs, x, g.weights(name+".weight", w.transposed()), g.vector(name+".bias", bias))
}

// rename adds a node whose output has the given name.
func (g *graph) rename(op, input, output string) {
	var m message
	m.string(1, input)
	m.string(2, output)
	m.string(4, op)
	g.body.bytes(1, m)
}
