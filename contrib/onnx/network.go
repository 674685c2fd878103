package onnx

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/gomlx/gomlx/backends"
	"github.com/gomlx/gomlx/backends/simplego"
	"github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/core/tensors"
	mlcontext "github.com/gomlx/gomlx/pkg/ml/context"
	"github.com/gomlx/onnx-gomlx/onnx"

	"github.com/clmkit/clmkit/contrib/onnx/internal/tokenizer"
	"github.com/clmkit/clmkit/llm"
)

const provider = "onnx"

// Options are the settings that all models share. The zero value is the default.
type Options struct {
	// File of the graph in the folder, such as "onnx/model_quantized.onnx". Default: model.onnx, else onnx/model.onnx.
	File string
	// MaxTokens is how many tokens of a text, or of a pair of texts, the model reads, special tokens included. Default:
	// what sentence_bert_config.json, tokenizer_config.json and config.json say, the least of them; else 512.
	MaxTokens int
	// BatchSize is how many texts go through the model at once, rounded down to a power of two. Larger batches cost
	// memory and, without an accelerator, gain little. Default: 8.
	BatchSize int
	// Strict makes a text of more than MaxTokens an error, llm.ErrTooLong. Default: its end is cut off, and counted.
	Strict bool
}

// network is a graph ready to run. Graphs are compiled for a shape; shapes are bucketed, so that there are few.
type network struct {
	id     string // name of the model
	path   string // of the graph
	tokens *tokenizer.Tokenizer
	limit  int
	strict bool
	pad    int

	buckets []int // lengths in tokens, ascending
	batch   int   // a power of two
	ready   bool  // has run once

	onnx    *onnx.Model
	output  string
	backend backends.Backend
	weights *mlcontext.Context
	exec    *mlcontext.Exec

	slots    chan struct{} // one for each run at a time
	mu       sync.RWMutex  // held for reading by runs
	closed   bool
	compiled atomic.Int64
	cut      atomic.Int64
}

// newNetwork loads the graph and runs it once on the smallest shape, so that an operator that is missing is an error now.
// The output is the first of the wanted ones that the graph has.
func newNetwork(f *folder, o *Options, outputs ...string) (*network, error) {
	n := &network{path: f.graph, tokens: f.tokens, strict: o.Strict, batch: 8, slots: make(chan struct{}, runtime.GOMAXPROCS(0))}
	if o.BatchSize < 0 || o.MaxTokens < 0 {
		return nil, errors.New("onnx: a negative BatchSize or MaxTokens")
	}
	if o.BatchSize > 0 {
		n.batch = powerOfTwo(o.BatchSize)
	}
	var err error
	if n.limit, err = f.limit(o.MaxTokens); err != nil {
		return nil, err
	}
	if n.limit <= f.tokens.Specials(false) {
		return nil, fmt.Errorf("onnx: %s: MaxTokens %d leaves no room beside the special tokens", f.dir, n.limit)
	}
	n.buckets = buckets(n.limit)
	if f.config.Pad != nil {
		n.pad = *f.config.Pad
	}
	if err := n.guard(func() error { return n.load(f, outputs) }); err != nil {
		return nil, fmt.Errorf("onnx: %s: %w", n.path, err)
	}
	f.data = nil
	return n, nil
}

// guard turns the panics of the library, its way to report a broken graph, into errors.
func (n *network) guard(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			cause, ok := r.(error)
			if !ok {
				cause = fmt.Errorf("%v", r)
			}
			err = cause
		}
	}()
	return f()
}

func (n *network) load(f *folder, outputs []string) (err error) {
	if len(f.data) == 0 {
		return errors.New("the file is empty")
	}
	if n.onnx, err = onnx.Parse(f.data); err != nil {
		return err
	}
	if err := n.choose(outputs); err != nil {
		return err
	}
	if err := f.readWeights(n.onnx); err != nil {
		return err
	}
	for _, check := range []func(*onnx.Model) error{sound, refuse} {
		if err := check(n.onnx); err != nil {
			return err
		}
	}
	// One operator after the other in the caller's goroutine: two at once gain little where each is parallel itself, and
	// a panic of an operator stays where guard sees it.
	if n.backend, err = simplego.New("ops_sequential"); err != nil {
		return err
	}
	n.weights = mlcontext.New().Reuse()
	if err := n.onnx.VariablesToContext(n.weights); err != nil {
		return err
	}
	forgetWeights(n.onnx)
	if n.exec, err = mlcontext.NewExec(n.backend, n.weights, n.build); err != nil {
		return err
	}
	n.exec.SetMaxCache(len(n.buckets) * batches(n.batch))
	return nil
}

// choose finds the output, and the inputs that are known here.
func (n *network) choose(outputs []string) error {
	for _, name := range n.onnx.InputsNames {
		if _, ok := feeds[name]; !ok {
			return fmt.Errorf("input %q is not supported (a model exported with past key values? export it without)", name)
		}
	}
	for _, want := range outputs {
		for _, have := range n.onnx.OutputsNames {
			if want == have {
				n.output = want
				return nil
			}
		}
	}
	return fmt.Errorf("it has the outputs %q, none of %q", n.onnx.OutputsNames, outputs)
}

// build is called by the library once for each shape.
func (n *network) build(weights *mlcontext.Context, inputs []*graph.Node) []*graph.Node {
	n.compiled.Add(1)
	named := map[string]*graph.Node{}
	for i, name := range n.onnx.InputsNames {
		named[name] = inputs[i]
	}
	return n.onnx.CallGraph(weights, inputs[0].Graph(), named, n.output)
}

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

// Close waits for running calls and frees the model. Calls after it are llm.ErrInvalid. It may be called again.
func (n *network) Close() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return nil
	}
	n.closed = true
	return n.guard(func() error {
		n.exec.Finalize()
		n.weights.Finalize()
		n.backend.Finalize()
		n.exec, n.weights, n.backend, n.onnx = nil, nil, nil, nil
		return nil
	})
}
