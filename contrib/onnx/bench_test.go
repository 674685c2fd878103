package onnx

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/contrib/onnx/internal/tiny"
	"github.com/clmkit/clmkit/contrib/onnx/internal/tokenizer"
)

// mini is the size of BERT-mini: 4 layers of 256.
func mini() tiny.Shape {
	return tiny.Shape{Layers: 4, Width: 256, Heads: 4, Inner: 1024, Positions: 128, Seed: 1}
}

// BenchmarkEmbed embeds texts of 128 tokens, the graphs being compiled.
func BenchmarkEmbed(b *testing.B) {
	for name, c := range map[string]struct {
		shape tiny.Shape
		texts int
	}{
		"tiny-2x32/1":   {tiny.Shape{Layers: 2, Width: 32, Heads: 4, Inner: 64, Positions: 128, Seed: 1}, 1},
		"tiny-2x32/8":   {tiny.Shape{Layers: 2, Width: 32, Heads: 4, Inner: 64, Positions: 128, Seed: 1}, 8},
		"mini-4x256/1":  {mini(), 1},
		"mini-4x256/8":  {mini(), 8},
		"small-6x384/1": {tiny.Shape{Layers: 6, Width: 384, Heads: 12, Inner: 1536, Positions: 128, Seed: 1}, 1},
	} {
		b.Run(name, func(b *testing.B) {
			dir, _ := bert(b, c.shape)
			e := embedder(b, dir, nil)
			texts := make([]string, c.texts)
			for i := range texts {
				texts[i] = strings.TrimSpace(strings.Repeat("a ", 126))
			}
			tokens := 0
			embed := func() {
				got, err := e.Embed(b.Context(), texts)
				require.NoError(b, err)
				tokens = got.Usage.Input
			}
			embed()
			for b.Loop() {
				embed()
			}
			b.ReportMetric(float64(tokens*b.N)/b.Elapsed().Seconds(), "tokens/s")
		})
	}
}

// BenchmarkLoad reads the folder of BERT-mini, 13 MB, and compiles the first graph.
func BenchmarkLoad(b *testing.B) {
	dir, _ := bert(b, mini())
	for b.Loop() {
		e, err := NewEmbedder(dir, nil)
		require.NoError(b, err)
		require.NoError(b, e.Close())
	}
}

// BenchmarkCompile compiles the graph of BERT-mini for one more shape.
func BenchmarkCompile(b *testing.B) {
	dir, _ := bert(b, mini())
	e := embedder(b, dir, nil)
	inputs := make([]tokenizer.Input, 1)
	e.n.exec.SetMaxCache(-1)
	run := func(length int) time.Duration {
		start := time.Now()
		require.NoError(b, e.n.run(b.Context(), inputs, length, func(int, []float32, []int) error { return nil }))
		return time.Since(start)
	}
	var compiling time.Duration
	for length := 1; b.Loop(); length++ { // a length of its own for each run
		first, again := run(1+length%100), run(1+length%100)
		compiling += first - again
	}
	b.ReportMetric(compiling.Seconds()*1e3/float64(b.N), "ms/graph")
}

// BenchmarkTokenize encodes 126 words.
func BenchmarkTokenize(b *testing.B) {
	dir, _ := bert(b, tiny.Shape{Layers: 1, Width: 8, Heads: 1, Inner: 8, Positions: 512, Seed: 1})
	e := embedder(b, dir, nil)
	text := strings.Repeat("where is my parcel ", 25)
	for b.Loop() {
		e.n.single(text)
	}
}
