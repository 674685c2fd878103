package recommend_test

import (
	"context"
	"fmt"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/recommend"
)

func ExamplePhraser() {
	catalogue, err := clm.NewCatalogue(clm.Item{ID: "mug", Title: "Red mug"})
	if err != nil {
		fmt.Println(err)
		return
	}
	model := llm.ModelFunc(func(context.Context, *llm.Request) (*llm.Response, error) {
		return llm.Complete("wordy", &llm.Response{Finish: llm.FinishStop, Text: `{"reasons": [
			{"reason": 1, "text": "Also bought by 41 shoppers who purchased Red mug"},
			{"reason": 2, "text": "Loved by more than 120 customers"}]}`})
	})
	phraser := recommend.NewPhraser(model, catalogue, nil)
	phrasing, err := phraser.Phrase(context.Background(), "en-GB", llm.Scope{}, []recommend.Reason{
		{Kind: recommend.AlsoBought, Items: []clm.ItemID{"mug"}, Count: 41},
		{Kind: recommend.Popular, Count: 120},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, phrase := range phrasing.Phrases {
		fmt.Printf("%s (%s, %q %q)\n", phrase.Text, phrase.By, phrase.Why, phrase.Detail)
	}
	// Output:
	// Also bought by 41 shoppers who purchased Red mug (model, "" "")
	// bought by 120 customers (template, "word" "loved")
}
