package onnx_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/clmkit/clmkit/contrib/onnx"
	"github.com/clmkit/clmkit/contrib/onnx/internal/tiny"
)

// folder makes a model of random weights, where a program has the folder of a trained one.
func folder(write func(dir string) error) (dir string, remove func()) {
	dir, err := os.MkdirTemp("", "model")
	if err == nil {
		err = write(dir)
	}
	if err != nil {
		log.Fatal(err)
	}
	return dir, func() { os.RemoveAll(dir) }
}

func bert(labels int) (dir string, remove func()) {
	return folder(func(dir string) error {
		_, err := tiny.WriteBert(dir, tiny.Shape{Layers: 2, Width: 16, Heads: 2, Inner: 32, Positions: 32, Labels: labels, Seed: 3})
		return err
	})
}

func ExampleNewEmbedder() {
	dir, remove := bert(0)
	defer remove()
	unit := true
	e, err := onnx.NewEmbedder(dir, &onnx.EmbedderOptions{Normalize: &unit})
	if err != nil {
		log.Fatal(err)
	}
	defer e.Close()

	got, err := e.Embed(context.Background(), []string{"where is my parcel", "where is my parcel?", "a red dress"})
	if err != nil {
		log.Fatal(err)
	}
	dot := func(a, b []float32) (sum float32) {
		for i := range a {
			sum += a[i] * b[i]
		}
		return sum
	}
	v := got.Vectors
	fmt.Println(len(v), "vectors of", e.Dimension(), "numbers, tokens read:", got.Usage.Input)
	fmt.Println("the question is nearer to itself than to a dress:", dot(v[0], v[1]) > dot(v[0], v[2]))
	// Output:
	// 3 vectors of 16 numbers, tokens read: 24
	// the question is nearer to itself than to a dress: true
}

func ExampleNewClassifier() {
	dir, remove := bert(3)
	defer remove()
	c, err := onnx.NewClassifier(dir, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()

	got, err := c.Classify(context.Background(), []string{"the parcel is lost"})
	if err != nil {
		log.Fatal(err)
	}
	for _, score := range got.Scores[0] {
		fmt.Printf("%s %.2f\n", score.Label, score.Value)
	}
	// Output:
	// LABEL_1 0.52
	// LABEL_0 0.26
	// LABEL_2 0.22
}

func ExampleNewReranker() {
	dir, remove := bert(1)
	defer remove()
	r, err := onnx.NewReranker(dir, &onnx.RerankerOptions{Activation: onnx.Sigmoid})
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()

	got, err := r.Rerank(context.Background(), "where is my parcel", []string{"refunds", "parcels"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.2f\n", got.Values)
	// Output:
	// [0.41 0.33]
}

func ExampleNewScorer() {
	dir, remove := folder(func(dir string) error {
		_, err := tiny.WriteGPT(dir, tiny.Shape{Layers: 2, Width: 16, Heads: 2, Inner: 32, Positions: 32, Seed: 3})
		return err
	})
	defer remove()
	s, err := onnx.NewScorer(dir, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer s.Close()

	got, err := s.LogLikelihood(context.Background(), "She bought a dress. Next she buys", []string{" the red", " a"})
	if err != nil {
		log.Fatal(err)
	}
	for _, l := range got.Values {
		fmt.Printf("%d tokens, %.2f each\n", l.Tokens, l.PerToken())
	}
	// Output:
	// 2 tokens, -7.67 each
	// 1 tokens, -9.49 each
}
