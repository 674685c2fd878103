package onnx

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/gomlx/gomlx/pkg/core/tensors"

	"github.com/clmkit/clmkit/contrib/onnx/internal/tokenizer"
	"github.com/clmkit/clmkit/llm"
)

// feeds are what the inputs of a graph are filled with, by name: for the token at place i of a text, or behind its end.
var feeds = map[string]func(in tokenizer.Input, i, pad int) int64{
	"input_ids": func(in tokenizer.Input, i, pad int) int64 {
		if i < len(in.IDs) {
			return int64(in.IDs[i])
		}
		return int64(pad)
	},
	"attention_mask": func(in tokenizer.Input, i, _ int) int64 {
		if i < len(in.IDs) {
			return 1
		}
		return 0
	},
	"token_type_ids": func(in tokenizer.Input, i, _ int) int64 {
		if i < len(in.Types) {
			return int64(in.Types[i])
		}
		return 0
	},
	"position_ids": func(_ tokenizer.Input, i, _ int) int64 { return int64(i) },
}

// run puts inputs, each of at most length tokens, through the model and gives the numbers of each to read. They are read
// only, and only until read returns.
func (n *network) run(ctx context.Context, inputs []tokenizer.Input, length int, read func(i int, values []float32, dims []int) error) error {
	select {
	case n.slots <- struct{}{}:
		defer func() { <-n.slots }()
	case <-ctx.Done():
	}
	if err := ctx.Err(); err != nil {
		return &llm.Error{Kind: llm.ErrCanceled, Provider: provider, Err: context.Cause(ctx)}
	}
	n.mu.RLock()
	defer n.mu.RUnlock()
	if n.closed {
		return n.invalid("the model is closed")
	}
	var mistake error
	err := n.guard(func() error {
		outputs, err := n.exec.Exec(n.feed(inputs, length)...)
		if err != nil {
			return err
		}
		defer outputs[0].FinalizeAll()
		mistake = n.rows(outputs[0], len(inputs), read)
		return nil
	})
	if err != nil {
		if n.ready { // what lies around the innermost may show the input
			err = innermost(err)
		}
		return n.invalid("running the graph: %w", err)
	}
	return mistake
}

func (n *network) feed(inputs []tokenizer.Input, length int) []any {
	all := make([]any, len(n.onnx.InputsNames))
	for i, name := range n.onnx.InputsNames {
		flat := make([]int64, 0, len(inputs)*length)
		for _, in := range inputs {
			for at := range length {
				flat = append(flat, feeds[name](in, at, n.pad))
			}
		}
		all[i] = tensors.FromFlatDataAndDimensions(flat, len(inputs), length)
	}
	return all
}

// rows gives the numbers of each input to read.
func (n *network) rows(output *tensors.Tensor, count int, read func(int, []float32, []int) error) (mistake error) {
	dims := output.Shape().Dimensions
	if len(dims) < 2 || dims[0] != count {
		return n.invalid("output %s has the shape %v for %d texts", n.output, dims, count)
	}
	err := tensors.ConstFlatData(output, func(flat []float32) {
		size := len(flat) / count
		for i := 0; i < count && mistake == nil; i++ {
			mistake = read(i, flat[i*size:(i+1)*size], dims[1:])
		}
	})
	if err != nil {
		return n.invalid("output %s: %w", n.output, err)
	}
	return mistake
}

func (n *network) invalid(format string, args ...any) error {
	return &llm.Error{Kind: llm.ErrInvalid, Provider: provider, Err: fmt.Errorf("%s: %w", n.path, fmt.Errorf(format, args...))}
}

func innermost(err error) error {
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next
	}
	return err
}

// finite reports numbers that are none as an error.
func (n *network) finite(values []float64) error {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return n.invalid("output %s has numbers that are not finite", n.output)
		}
	}
	return nil
}
