package content_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/content"
	"github.com/clmkit/clmkit/llm/llmtest"
	"github.com/clmkit/clmkit/profile"
)

// dawn is a catalogue of a mug and a lamp.
func dawn() *clm.Catalogue {
	c, err := clm.NewCatalogue(
		clm.Item{ID: "mug", Title: "Dawn Mug", Text: "Stoneware mug. Holds 250 ml.", Price: clm.Money{Minor: 1999, Currency: "EUR"}},
		clm.Item{ID: "lamp", Title: "Aurora Desk Lamp", Text: "Brass lamp.", Price: clm.Money{Minor: 12900, Currency: "EUR"}},
	)
	if err != nil {
		panic(err)
	}
	return c
}

// spring is a brief about the mug.
func spring() *content.Brief {
	return &content.Brief{
		ID: "spring-17", Kind: content.Promotion, Customer: "c-17", Name: "Ada", Shop: "Nordlicht",
		Items: []clm.ItemID{"mug"}, Channel: content.Email(), Time: time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC),
		Offer: &content.Offer{Percent: 20, Code: "SPRING20", Until: time.Date(2027, 3, 31, 23, 59, 0, 0, time.UTC)},
	}
}

func Example() {
	writer := content.NewWriter(dawn(), nil)
	brief := spring()
	result, err := writer.Write(context.Background(), brief)
	if err != nil {
		fmt.Println(err)
		return
	}
	action := result.Action(brief)
	fmt.Println(result.Path)
	fmt.Println(action.Subject)
	fmt.Println(action.Body)
	fmt.Println(action.Evidence)
	// Output:
	// template
	// For you: Dawn Mug
	// Hello Ada,
	// we picked this for you:
	// Dawn Mug, now 15.99 EUR instead of 19.99 EUR
	// You get 20 % off. Your code: SPRING20. Until 31 March 2027.
	// Have a look.
	// Your team at Nordlicht
	// [mug]
}

func ExampleWriter_Write_model() {
	model := llmtest.NewScript(
		llmtest.Reply{Text: `{"subject": "Ada, your mug", "body": "The Dawn Mug holds 250 ml.", "claims": [{"text": "holds 250 ml", "item": "mug"}]}`},
		llmtest.Reply{Text: `{"subject": "Ada, your mug", "body": "The Dawn Mug is 50 % off.", "claims": []}`},
	)
	writer := content.NewWriter(dawn(), &content.Options{Model: model})
	for range 2 {
		result, err := writer.Write(context.Background(), spring())
		fmt.Println(result.Path, err)
		fmt.Println(result.ModelError)
	}
	// Output:
	// model <nil>
	// <nil>
	// template <nil>
	// content: draft rejected: percent: body[16:20] "50 %", expected 20 %, which the offer grants
}

func ExampleChecker_Check() {
	checker := content.NewChecker(dawn())
	draft := &content.Draft{Subject: "For you", Body: "The Dawn Mug, 250 ml of porcelain for €15.99."}
	report, err := checker.Check(draft, spring())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range report.Findings {
		fmt.Println(f)
	}
	for _, e := range report.Evidence {
		fmt.Printf("%q rests on %s of %s: %q\n", draft.Body[e.Start:e.End], e.Source, e.Item, e.Quote)
	}
	fmt.Println(errors.Is(report.Err(), content.ErrRejected))
	// Output:
	// claim: body[24:33] "porcelain", expected what the catalogue says about mug (material)
	// "250 ml" rests on text of mug: "250"
	// "€15.99" rests on price of mug: "19.99 EUR"
	// true
}

func ExampleResult_Action() {
	result, err := content.NewWriter(dawn(), nil).Write(context.Background(), spring())
	if err != nil {
		fmt.Println(err)
		return
	}
	action := result.Action(spring())
	fmt.Println(action.ID, action.Customer, action.Purpose, action.Channel, action.Items, action.Validate())
	// Output: spring-17 c-17 marketing email [mug] <nil>
}

func ExampleSMS() {
	brief := spring()
	brief.Channel = content.SMS()
	result, err := content.NewWriter(dawn(), nil).Write(context.Background(), brief)
	fmt.Println(result.Draft.Body, err)
	// Output:
	// Hello Ada,
	// Dawn Mug, now 15.99 EUR instead of 19.99 EUR
	// You get 20 % off. Your code: SPRING20. Until 31 March 2027. <nil>
}

// A draft that tells the customer what the portrait says does not leave, and one that makes use of it does.
func ExampleBrief_tell() {
	at := time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)
	p := profile.New("c-17")
	heard := clm.Event{ID: "e-2", Customer: "c-17", Kind: clm.Inferred, Time: at, Traits: []clm.Trait{{
		Name: clm.LifeEvent, Value: "wedding", Confidence: 0.9, Seen: at, Source: "lexical/1",
		Evidence: []clm.Evidence{{Event: "e-1", Field: "text", Quote: "we are getting married", To: 22}},
	}}}
	if err := profile.NewFolder(nil, nil).Fold(p, &heard); err != nil {
		fmt.Println(err)
		return
	}
	brief := spring()
	brief.Profile, brief.Portrait = p, &profile.PortraitOptions{}
	for _, body := range []string{"A mug for your wedding table.", "A stoneware mug for every day."} {
		report, err := content.NewChecker(dawn()).Check(&content.Draft{Subject: "For you", Body: body}, brief)
		fmt.Println(report.Err(), err)
	}
	brief.Tell = []string{clm.LifeEvent}
	report, err := content.NewChecker(dawn()).Check(&content.Draft{Subject: "For you", Body: "A mug for your wedding table."}, brief)
	fmt.Println(report.Err(), err)
	// Output:
	// content: draft rejected: portrait: body[10:22] "your wedding", expected nothing of what is known: life_event "wedding" <nil>
	// <nil> <nil>
	// <nil> <nil>
}
