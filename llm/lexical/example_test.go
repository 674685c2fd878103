package lexical_test

import (
	"context"
	"fmt"

	"github.com/clmkit/clmkit/llm/lexical"
)

func Example() {
	index, err := lexical.NewIndex([]lexical.Document{
		{ID: "returns", Title: "Returns", Text: "You can send back any item within 30 days."},
		{ID: "delivery", Title: "Delivery", Text: "Orders leave our warehouse the next working day."},
	}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, hit := range index.Search("when is my order delivred?", 1) {
		fmt.Println(hit.ID, hit.Matched)
	}
	// Output: delivery [order]
}

func ExampleIndex_Search() {
	index, err := lexical.NewIndex([]lexical.Document{
		{ID: "mug", Title: "Blue mug", Text: "Stoneware, holds a third of a litre."},
		{ID: "plate", Title: "Plate", Text: "Blue stoneware, dishwasher safe."},
	}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, h := range index.Search("blue mugs", 5) {
		fmt.Printf("%s %.2f = (%.2f words + %.2f n-grams) / 2 %q\n", h.ID, h.Score, h.Words, h.Grams, h.Matched)
	}
	// Output:
	// mug 0.36 = (0.57 words + 0.16 n-grams) / 2 ["blue" "mugs"]
	// plate 0.08 = (0.11 words + 0.05 n-grams) / 2 ["blue"]
}

func ExampleNewIndex_german() {
	index, err := lexical.NewIndex([]lexical.Document{{ID: "a", Text: "Häuser aus Holz"}},
		&lexical.IndexOptions{Language: "de"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(index.Search("ein Haus", 1)[0].Matched)
	// Output: [haus]
}

func ExampleFit() {
	embedder, err := lexical.Fit([]string{
		"coffee mug", "tea mug", "coffee cup", "tea cup", // mug and cup never meet, but keep the same company
		"garden hose", "garden spade",
	}, &lexical.FitOptions{Dimensions: 2, Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := embedder.Embed(context.Background(), []string{"mugs", "a cup", "spade", "zebra"})
	if err != nil {
		fmt.Println(err)
		return
	}
	mugs, cup, spade, zebra := e.Vectors[0], e.Vectors[1], e.Vectors[2], e.Vectors[3]
	fmt.Println("a cup is like mugs:", inner(mugs, cup) > 0.99)
	fmt.Println("a spade is not:", inner(mugs, spade) < 0.01)
	fmt.Println("a zebra is unknown:", zebra)
	// Output:
	// a cup is like mugs: true
	// a spade is not: true
	// a zebra is unknown: [0 0 1]
}
