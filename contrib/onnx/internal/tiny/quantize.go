package tiny

import "math"

// quantized is x·w with 8-bit weights, and x made 8-bit on the way.
func (g *graph) quantized(x, name string, w matrix) string {
	scale := 0.0
	for _, v := range w.data {
		scale = max(scale, math.Abs(float64(v))/127)
	}
	raw := make([]byte, len(w.data))
	for i, v := range w.data {
		raw[i] = byte(int8(math.Round(float64(v) / scale)))
	}
	g.body.bytes(5, tensor(name+"_quantized", typeInt8, []int{w.rows, w.cols}, raw))
	g.body.bytes(5, tensor(name+"_zero_point", typeInt8, nil, []byte{0}))
	g.body.bytes(5, tensor(name+"_scale", typeFloat, nil, rawFloats([]float32{float32(scale)})))
	parts := g.node("DynamicQuantizeLinear", []string{x}, nil, 3)
	product := g.op("MatMulInteger", parts[0], name+"_quantized", parts[2], name+"_zero_point")
	floats := g.opWith("Cast", map[string]any{"to": typeFloat}, product)
	return g.op("Mul", floats, g.op("Mul", parts[1], name+"_scale"))
}
