package tiny

import (
	"fmt"
	"os"
	"path/filepath"
)

// The faults that WriteFault makes.
const (
	UnknownOp      = "unknown operator"
	NegativeGather = "gather with a negative index"
	ScaledGemm     = "gemm whose alpha and beta differ"
	OldSoftmax     = "softmax of opset 11 without axis"
	WrongShape     = "shapes that do not fit"
	MissingNode    = "a node that nobody makes"
	PastInput      = "past key values"
	OutsideWeights = "weights in a file that is missing"
	FarWeights     = "weights in another folder"
	HalfWeights    = "weights of 16 bits"
	Circle         = "a node that needs itself"
	HugeWeights    = "weights of a shape without end"
	Branch         = "a branch"
	IntegerMatMul  = "a product of integers"
)

// WriteFault writes a graph of a few nodes with a fault in it over model.onnx.
func WriteFault(dir, fault string) error {
	g := &graph{}
	inputs := []message{valueInfo("input_ids", typeInt64, "batch_size", "sequence_length")}
	g.weights("table", matrix{4, 2, make([]float32, 8)})
	hidden := g.op("Gather", "table", "input_ids")
	switch fault {
	case UnknownOp:
		hidden = g.op("Celu", hidden)
	case NegativeGather:
		hidden = g.opWith("Gather", map[string]any{"axis": 1}, hidden, g.int(-1))
	case ScaledGemm:
		hidden = g.opWith("Gemm", map[string]any{"alpha": float32(1), "beta": float32(2)}, hidden, "table")
	case OldSoftmax:
		g.opset = 11
		hidden = g.op("Softmax", hidden)
	case WrongShape:
		hidden = g.op("MatMul", hidden, g.weights("odd", matrix{3, 3, make([]float32, 9)}))
	case MissingNode:
		hidden = "nobody"
	case PastInput:
		inputs = append(inputs, valueInfo("past_key_values.0.key", typeFloat, "batch_size", 4, "past", 8))
	case OutsideWeights, FarWeights:
		place := "model.onnx_data"
		if fault == FarWeights {
			place = "../" + place
		}
		g.body.bytes(5, outside("far", []int{2}, place, 0, 8))
		hidden = g.op("Add", hidden, "far")
	case HalfWeights:
		g.body.bytes(5, tensor("half", 10, []int{2}, make([]byte, 4)))
		hidden = g.op("Add", hidden, "half")
	case Circle:
		g.rename("Neg", "round", "about")
		g.rename("Neg", "about", "round")
		hidden = g.op("Add", hidden, "round")
	case HugeWeights:
		g.body.bytes(5, tensor("huge", typeFloat, []int{1 << 31, 1 << 31, 1 << 31}, make([]byte, 8)))
		hidden = g.op("Add", hidden, "huge")
	case Branch:
		hidden = g.opWith("If", map[string]any{"then_branch": branch{}, "else_branch": branch{}}, hidden)
	case IntegerMatMul:
		pair := func() string { return g.opWith("Cast", map[string]any{"to": typeInt64}, hidden) }
		product := g.op("MatMul", pair(), g.transpose(pair(), 0, 2, 1))
		hidden = g.opWith("Cast", map[string]any{"to": typeFloat}, product)
	default:
		return fmt.Errorf("tiny: unknown fault %q", fault)
	}
	g.rename("Identity", hidden, "last_hidden_state")
	output := valueInfo("last_hidden_state", typeFloat, "batch_size", "sequence_length", 2)
	return os.WriteFile(filepath.Join(dir, "model.onnx"), g.model(inputs, []message{output}), 0o644)
}
