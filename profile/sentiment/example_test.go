package sentiment_test

import (
	"context"
	"fmt"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/llm/llmtest"
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

func ExampleThemes() {
	may := time.Date(2025, 5, 1, 0, 0, 0, 0, time.UTC)
	june, july := may.AddDate(0, 1, 0), may.AddDate(0, 2, 0)
	var reviews []sentiment.Review
	for i, body := range []string{"The zip is terrible.", "The zip broke.", "Good zips!"} {
		documents, err := sentiment.NewLexicon().Analyze(context.Background(), []sentiment.Text{{Body: body}})
		if err != nil {
			fmt.Println(err)
			return
		}
		id := fmt.Sprintf("review-%d", i+1)
		reviews = append(reviews, sentiment.Review{ID: id, Item: "jacket", Time: may.AddDate(0, i/2, 0), Document: documents[0]})
	}
	themes := sentiment.Themes(reviews, "jacket", sentiment.Window{From: may, To: june}, sentiment.Window{From: june, To: july}, nil)
	fmt.Print(sentiment.Summarise(themes, nil))
	// Output:
	// zip: 3 reviews, 1 positive, 2 negative, trend +2.00; "Good zips!" [review-3]; "The zip is terrible." [review-1].
}

func ExampleSummarise() {
	at := time.Date(2025, 5, 1, 0, 0, 0, 0, time.UTC)
	year := sentiment.Window{From: at, To: at.AddDate(1, 0, 0)}
	for _, c := range []struct {
		language string
		bodies   []string
	}{
		{"de", []string{"Der Stoff ist schön.", "Der Stoff ist leider billig.", "Schöner Stoff!"}},
		{"fr", []string{"Le tissu est magnifique.", "Le tissu est horrible.", "Tissu magnifique !"}},
		{"es", []string{"La tela es bonita.", "La tela es horrible.", "¡Tela preciosa!"}},
		{"it", []string{"Il tessuto è bellissimo.", "Il tessuto è pessimo.", "Tessuto bellissimo!"}},
		{"nl", []string{"De stof is mooi.", "De stof is slecht.", "Mooie stof!"}},
		{"pt", []string{"O tecido é lindo.", "O tecido é péssimo.", "Tecido lindo!"}},
		{"id", []string{"Bahannya bagus sekali.", "Bahannya jelek.", "Bahannya bagus!"}},
	} {
		var reviews []sentiment.Review
		for i, body := range c.bodies {
			documents, err := sentiment.NewLexicon().Analyze(context.Background(), []sentiment.Text{{Body: body, Locale: c.language}})
			if err != nil {
				fmt.Println(err)
				return
			}
			reviews = append(reviews, sentiment.Review{ID: fmt.Sprintf("r-%d", i+1), Item: "dress", Time: at, Document: documents[0]})
		}
		themes := sentiment.Themes(reviews, "dress", sentiment.Window{}, year, nil)
		fmt.Print(sentiment.Summarise(themes, &sentiment.SummaryOptions{Language: c.language}))
	}
	// Output:
	// stoff: 3 Bewertungen, 2 positiv, 1 negativ; „Schöner Stoff!“ [r-3]; „Der Stoff ist leider billig.“ [r-2].
	// tissu: 3 avis, 2 positifs, 1 négatif; « Tissu magnifique ! » [r-3]; « Le tissu est horrible. » [r-2].
	// tela: 3 reseñas, 2 positivas, 1 negativa; «¡Tela preciosa!» [r-3]; «La tela es horrible.» [r-2].
	// tessuto: 3 recensioni, 2 positive, 1 negativa; «Tessuto bellissimo!» [r-3]; «Il tessuto è pessimo.» [r-2].
	// stof: 3 reviews, 2 positief, 1 negatief; “Mooie stof!” [r-3]; “De stof is slecht.” [r-2].
	// tecido: 3 avaliações, 2 positivas, 1 negativa; “Tecido lindo!” [r-3]; “O tecido é péssimo.” [r-2].
	// bahannya: 3 ulasan, 2 positif, 1 negatif; “Bahannya bagus sekali.” [r-1]; “Bahannya jelek.” [r-2].
}

func ExampleCompounds() {
	var texts []sentiment.Text
	for _, body := range []string{"The battery life is great.", "Awful battery life!", "I love the battery life."} {
		texts = append(texts, sentiment.Text{Body: body})
	}
	documents, err := sentiment.NewLexicon().Analyze(context.Background(), texts)
	if err != nil {
		fmt.Println(err)
		return
	}
	compounds := sentiment.NewCompounds(documents, nil)
	for i := range documents {
		o := &documents[i].Sentences[0].Opinions[0]
		fmt.Print(o.Target.In(documents[i].Text), " -> ")
		compounds.Widen(&documents[i])
		o = &documents[i].Sentences[0].Opinions[0]
		fmt.Println(o.Target.In(documents[i].Text), o.Label)
	}
	// Output:
	// life -> battery life positive
	// battery -> battery life negative
	// battery -> battery life positive
}

// A model that says what is not in the text is not believed.
func ExampleModel() {
	liar := llmtest.NewScript(llmtest.Reply{
		Text: `{"sentences": [{"text": "t-1", "quote": "I hate it.", "label": "negative", "confidence": 1}], "opinions": []}`,
	})
	engine := sentiment.NewModel(liar, sentiment.NewLexicon(), &sentiment.ModelOptions{
		Count: func(c sentiment.Counts) { fmt.Println("cut:", c.Cut) },
	})
	documents, err := engine.Analyze(context.Background(), []sentiment.Text{{Body: "I love it."}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(documents[0].Label, documents[0].Source)
	fmt.Println(documents[0].Why)
	// Output:
	// cut: map[no such text:1]
	// positive lexicon
	// sentiment: the model said nothing of the text that holds
}

func ExampleEntities() {
	catalogue, err := clm.NewCatalogue(clm.Item{ID: "i-1", Title: "Rain Jacket", Brand: "Norden"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range sentiment.NewEntities(catalogue, "en").Mentions("Both rain jackets by norden leak.") {
		fmt.Println(m.Start, m.End, m.Entity.Kind, m.Entity.Name)
	}
	// Output:
	// 5 17 item Rain Jacket
	// 21 27 brand Norden
}
