package enrich_test

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/llm/llmtest"
	"github.com/clmkit/clmkit/recommend/enrich"
)

var taxonomy = []enrich.Attribute{
	{Name: "audience", About: "for whom it is made", Values: map[string][]string{"children": {"kids"}, "adults": {"grown-ups"}}},
	{Name: "material", Values: map[string][]string{"wood": {"oak", "beech"}, "leather": nil}},
}

var arrivals = []clm.Item{
	{ID: "train", Title: "Beech train for kids"},
	{ID: "belt", Title: "Belt", Text: "Leather look, made without animals."},
	{ID: "cup", Title: "Cup", Text: "Falls without breaking; from three years on."},
}

func show(r *enrich.Reading) {
	for _, f := range r.Findings {
		fmt.Printf("%s: %s %s, by %s: %q\n", f.Item, f.Name, f.Value, f.Path, f.Quote)
	}
	for _, cause := range slices.Sorted(maps.Keys(r.Cut)) {
		fmt.Println("cut:", cause, r.Cut[cause])
	}
}

func ExampleNew() {
	enricher, err := enrich.New(taxonomy, nil) // no model
	if err != nil {
		fmt.Println(err)
		return
	}
	reading, err := enricher.Enrich(context.Background(), arrivals)
	if err != nil {
		fmt.Println(err)
		return
	}
	show(reading)
	fmt.Println(reading.Items[0].Attributes)
	// Output:
	// train: audience children, by words: "kids"
	// train: material wood, by words: "Beech"
	// map[audience:children material:wood]
}

func ExampleEnricher_Enrich() {
	ctx := context.Background()
	// The train needs no asking. Of the belt and the cup the model says one thing that is so, and three that nothing supports.
	model := llmtest.NewScript(llmtest.Reply{Text: `{"items":[
		{"item":1,"attributes":[{"name":"material","value":"leather","quote":"Leather"},{"name":"audience","value":"adults","quote":"for grown-ups"}]},
		{"item":2,"attributes":[{"name":"audience","value":"children","quote":"from three years on"},{"name":"price","value":"free","quote":"Cup"}]}]}`})
	enricher, err := enrich.New(taxonomy, &enrich.Options{Model: model})
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 2 {
		reading, err := enricher.Enrich(ctx, arrivals)
		if err != nil {
			fmt.Println(err)
			return
		}
		show(reading)
		fmt.Println("asked:", reading.Asked, "from the cache:", reading.Cached)
	}
	// Output:
	// train: audience children, by words: "kids"
	// train: material wood, by words: "Beech"
	// cup: audience children, by model: "from three years on"
	// cut: denied 1
	// cut: name 1
	// cut: quote 1
	// asked: 2 from the cache: 0
	// train: audience children, by words: "kids"
	// train: material wood, by words: "Beech"
	// cup: audience children, by model: "from three years on"
	// cut: denied 1
	// cut: name 1
	// cut: quote 1
	// asked: 0 from the cache: 2
}
