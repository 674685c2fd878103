package onnx

import (
	"errors"
	"fmt"

	"github.com/gomlx/onnx-gomlx/onnx"
)

// sound finds what would end the program instead of being an error: a circle of nodes, which the library follows until the
// stack is full, and weights of which the file has less than their shape says, for which it would ask for memory first.
func sound(m *onnx.Model) error {
	if m.Proto.Graph == nil || len(m.Proto.Graph.Node) == 0 {
		return errors.New("no graph in it")
	}
	for _, t := range m.Proto.Graph.Initializer {
		values := max(len(t.RawData), len(t.FloatData), len(t.Int32Data), len(t.Int64Data), len(t.Uint64Data), len(t.DoubleData))
		if !atMost(t.Dims, values) {
			return fmt.Errorf("weights %q: fewer than their shape %v says", t.Name, t.Dims)
		}
	}
	inputs := map[string][]string{}
	for _, node := range m.Proto.Graph.Node {
		for _, a := range node.Attribute {
			if a.T != nil && !atMost(a.T.Dims, max(len(a.T.RawData), len(a.T.FloatData), len(a.T.Int32Data), len(a.T.Int64Data), len(a.T.Uint64Data), len(a.T.DoubleData))) {
				return fmt.Errorf("node %s: a constant of fewer values than its shape %v says", node.Name, a.T.Dims)
			}
			if a.G != nil {
				return fmt.Errorf("node %s: %s, with a graph in it, is not supported", node.Name, node.OpType)
			}
		}
		for _, out := range node.Output {
			inputs[out] = node.Input
		}
	}
	return circle(inputs)
}

// atMost says whether a shape has no more than n elements.
func atMost(dims []int64, n int) bool {
	elements := int64(1)
	for _, d := range dims {
		if d < 0 || d > 0 && elements > int64(n)/d {
			return false
		}
		elements *= d
	}
	return elements <= int64(n)
}

// circle looks for a value that needs itself. It keeps its own stack, since graphs may be deep.
func circle(inputs map[string][]string) error {
	const open, done = 1, 2
	state := map[string]int{}
	for name := range inputs {
		stack := []string{name}
		for len(stack) > 0 {
			top := stack[len(stack)-1]
			if state[top] != 0 {
				state[top] = done
				stack = stack[:len(stack)-1]
				continue
			}
			state[top] = open
			for _, in := range inputs[top] {
				switch state[in] {
				case open:
					return fmt.Errorf("value %q needs itself", in)
				case 0:
					stack = append(stack, in)
				}
			}
		}
	}
	return nil
}
