package onnx

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/gomlx/gomlx/backends"
	"github.com/gomlx/gomlx/backends/simplego"
	"github.com/gomlx/gomlx/pkg/core/graph"
	mlcontext "github.com/gomlx/gomlx/pkg/ml/context"
	"github.com/gomlx/onnx-gomlx/onnx"

	"github.com/clmkit/clmkit/contrib/onnx/internal/tokenizer"
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
	// memory and gain little, 10 to 30 % measured. Default: 8; models that are quantised dynamically read one at a time.
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

	buckets  []int // lengths in tokens, ascending
	batch    int   // a power of two
	ready    bool  // has run once
	integers bool  // multiplies matrices of integers

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
	if n.backend, err = simplego.New(n.settings()); err != nil {
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

// settings of the backend: one operator after the other in the caller's goroutine. Two at once gain little where each is
// parallel itself, and a panic of an operator stays where guard sees it.
//
// Products of integers take the way for small matrices: on that for large ones gomlx v0.26.0 panics, in a goroutine where
// nobody can recover it. Products of floats are twice as fast there.
func (n *network) settings() string {
	for _, node := range n.onnx.Proto.Graph.Node {
		switch node.OpType {
		case "MatMulInteger", "QLinearMatMul":
			n.integers = true
		case "DynamicQuantizeLinear":
			n.batch = 1 // it scales by the whole batch: a text would depend on its neighbours
		}
	}
	if n.integers {
		return "ops_sequential,dotgeneral_small"
	}
	return "ops_sequential"
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

// build is called by the library once for each shape. It may panic; see guard.
func (n *network) build(weights *mlcontext.Context, inputs []*graph.Node) []*graph.Node {
	n.compiled.Add(1)
	named := map[string]*graph.Node{}
	for i, name := range n.onnx.InputsNames {
		named[name] = inputs[i]
	}
	outputs := n.onnx.CallGraph(weights, inputs[0].Graph(), named, n.output)
	for _, node := range inputs[0].Graph().Nodes() {
		product := node.Type() == graph.NodeTypeDot || node.Type() == graph.NodeTypeDotGeneral
		if product && !node.DType().IsFloat() && !n.integers {
			panic(errors.New("MatMul, Gemm and Einsum of integers are not supported"))
		}
	}
	return outputs
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
