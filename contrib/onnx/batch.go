package onnx

import (
	"cmp"
	"context"
	"fmt"
	"math/bits"
	"slices"

	"github.com/clmkit/clmkit/contrib/onnx/internal/tokenizer"
	"github.com/clmkit/clmkit/llm"
)

// shortest is the smallest length that a graph is compiled for, in tokens.
const shortest = 16

// buckets are the lengths that texts are padded to: powers of two, and at last the limit.
func buckets(limit int) []int {
	var all []int
	for n := shortest; n < limit; n *= 2 {
		all = append(all, n)
	}
	return append(all, limit)
}

// powerOfTwo is the largest that is at most n.
func powerOfTwo(n int) int { return 1 << (bits.Len(uint(n)) - 1) }

// batches is how many sizes of batches there are up to the largest.
func batches(largest int) int { return bits.Len(uint(largest)) }

// bucket is the length that a text of n tokens is padded to.
func (n *network) bucket(tokens int) int {
	i, _ := slices.BinarySearch(n.buckets, tokens)
	return n.buckets[i]
}

// all runs the model over all inputs, in batches of texts that are padded to the same length. The sizes of batches are
// powers of two; no row is padding. Between batches it looks whether ctx has ended.
func (n *network) all(ctx context.Context, inputs []tokenizer.Input, batch int, read func(i int, values []float32, dims []int) error) (llm.Usage, error) {
	if err := n.checkCut(inputs); err != nil {
		return llm.Usage{}, err
	}
	order := make([]int, len(inputs))
	var usage llm.Usage
	for i := range order {
		order[i] = i
		usage.Input += len(inputs[i].IDs)
	}
	length := func(i int) int { return n.bucket(len(inputs[i].IDs)) }
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(length(a), length(b)) })
	for len(order) > 0 {
		same := 1
		for same < len(order) && length(order[same]) == length(order[0]) {
			same++
		}
		take := min(batch, powerOfTwo(same))
		if err := n.part(ctx, inputs, order[:take], length(order[0]), read); err != nil {
			return llm.Usage{}, err
		}
		order = order[take:]
	}
	n.countCut(inputs)
	return usage, nil
}

func (n *network) part(ctx context.Context, inputs []tokenizer.Input, which []int, length int, read func(int, []float32, []int) error) error {
	part := make([]tokenizer.Input, len(which))
	for i, w := range which {
		part[i] = inputs[w]
	}
	return n.run(ctx, part, length, func(i int, values []float32, dims []int) error { return read(which[i], values, dims) })
}

// checkCut refuses texts that were cut, where the caller wants that.
func (n *network) checkCut(inputs []tokenizer.Input) error {
	for i, in := range inputs {
		if in.Cut && n.strict {
			return n.tooLong("text %d has more than %d tokens", i, n.limit)
		}
	}
	return nil
}

func (n *network) countCut(inputs []tokenizer.Input) {
	for _, in := range inputs {
		if in.Cut {
			n.cut.Add(1)
		}
	}
}

// Cut is how many texts were longer than MaxTokens and lost their end, since the model was loaded.
func (n *network) Cut() int { return int(n.cut.Load()) }

// warm runs the model over nothing but special tokens and padding, and so compiles the first graph.
func (n *network) warm(read func(values []float32, dims []int) error) error {
	in := n.single("")
	err := n.run(context.Background(), []tokenizer.Input{in}, n.bucket(len(in.IDs)), func(_ int, values []float32, dims []int) error {
		return read(values, dims)
	})
	n.ready = err == nil
	return err
}

func (n *network) tooLong(format string, args ...any) error {
	return &llm.Error{Kind: llm.ErrTooLong, Provider: provider, Err: fmt.Errorf("%s: %w", n.path, fmt.Errorf(format, args...))}
}

// single is one text as the model reads it; nothing at all is one token of padding.
func (n *network) single(text string) tokenizer.Input {
	in := n.tokens.Single(n.tokens.Encode(text), n.limit)
	if len(in.IDs) == 0 {
		in.IDs, in.Types = []int{n.pad}, []int{0}
	}
	return in
}
