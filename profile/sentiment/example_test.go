package sentiment_test

import (
	"context"
	"fmt"

	"github.com/clmkit/clmkit/profile/sentiment"
)

func ExampleLexicon() {
	engine := sentiment.NewLexicon()
	documents, err := engine.Analyze(context.Background(), []sentiment.Text{{Body: "Lovely colour, but the zip broke."}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range documents[0].Sentences {
		for _, o := range s.Opinions {
			fmt.Println(o.Target.In(documents[0].Text), o.Label)
		}
	}
	// Output:
	// colour positive
	// zip negative
}

func ExampleLearn() {
	var examples []sentiment.Example
	for i := range 40 {
		examples = append(examples,
			sentiment.Example{Texts: []string{fmt.Sprintf("Order %d: holds its shape", i)}, Label: sentiment.LabelOfStars(5)},
			sentiment.Example{Texts: []string{fmt.Sprintf("Order %d: went out of shape", i)}, Label: sentiment.LabelOfStars(1)})
	}
	learned, err := sentiment.Learn(context.Background(), examples, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	stored, err := learned.MarshalBinary()
	if err != nil {
		fmt.Println(err)
		return
	}
	loaded, err := sentiment.Load(stored)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(loaded.Labels(), loaded.Classify("it holds").Label)
	// Output: [negative positive] positive
}

func ExampleDocument_Google() {
	documents, err := sentiment.NewLexicon().Analyze(context.Background(), []sentiment.Text{{Body: "Great fabric. The zip broke."}})
	if err != nil {
		fmt.Println(err)
		return
	}
	result := documents[0].Google(sentiment.Bytes)
	fmt.Printf("%s %.2f %.2f\n", result.LanguageCode, result.DocumentSentiment.Score, result.DocumentSentiment.Magnitude)
	for _, s := range result.Sentences {
		fmt.Printf("%d %s %.2f\n", s.Text.BeginOffset, s.Text.Content, s.Sentiment.Score)
	}
	// Output:
	// en -0.03 1.48
	// 0 Great fabric. 0.74
	// 14 The zip broke. -0.74
}
