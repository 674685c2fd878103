package main

import (
	"context"
	"fmt"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/content"
	"github.com/clmkit/clmkit/recommend"
	"github.com/clmkit/clmkit/support"
)

// lies is how many planted untruths the checks of content found.
type lies struct {
	Drafts  int `json:"drafts"`  // honest drafts, written by template
	Passed  int `json:"passed"`  // of these, by the checks
	Planted int `json:"planted"` // drafts with an untruth
	Caught  int `json:"caught"`  // of these; without checks it would be 0
}

// answers is how often the support was right on questions with a known answer.
type answers struct {
	Known        int `json:"known"`         // questions that a document answers
	Right        int `json:"right"`         // answered from that document
	RightTop     int `json:"right_top"`     // by the baseline, which answers everything with the best passage
	Unknown      int `json:"unknown"`       // questions that no document answers
	Declined     int `json:"declined"`      // of these, handed off
	DeclinedTop  int `json:"declined_top"`  // by the baseline
	WrongAnswers int `json:"wrong_answers"` // known or unknown, answered from the wrong place
}

// measure looks at the parts whose truth can be planted.
func (s *story) measure(ctx context.Context) error {
	s.meter.Start("measuring", 0)
	if err := s.measureContent(ctx); err != nil {
		return err
	}
	return s.measureSupport(ctx)
}

// measureContent writes to customers spread over all of them, and plants an
// untruth of each sort into every draft.
func (s *story) measureContent(ctx context.Context) error {
	writer, checker := content.NewWriter(s.catalogue, nil), content.NewChecker(s.catalogue)
	step := max(1, s.summary.Customers/100)
	n := 0
	for p, err := range s.profiles.All(ctx) {
		if err != nil {
			return err
		}
		if n++; n%step != 0 {
			continue
		}
		list, err := s.items.Recommend(ctx, recommend.Request{Customer: p.Customer, K: 1})
		if err != nil {
			return err
		}
		if len(list.Items) == 0 {
			continue
		}
		brief := &content.Brief{
			ID: "measure/" + string(p.Customer), Kind: content.Promotion, Customer: p.Customer,
			Items: []clm.ItemID{list.Items[0].ID}, Channel: content.Email(), Time: s.at,
		}
		result, err := writer.Write(ctx, brief)
		s.summary.Quality.Content.Drafts++
		if err != nil {
			continue // the template's own draft was refused: counted as not passed
		}
		s.summary.Quality.Content.Passed++
		if err := s.plant(checker, brief, result.Draft); err != nil {
			return err
		}
	}
	return nil
}

// plant adds each untruth to a draft of its own and counts those that are found.
func (s *story) plant(checker *content.Checker, brief *content.Brief, honest content.Draft) error {
	for _, lie := range []string{
		"It costs only " + clm.Money{Minor: 1, Currency: s.currency}.String() + " today.",
		"You get 35 % off.",
		"Use the code SAVE35 at the checkout.",
		"Delivery is free for you.",
		"It is guaranteed to last a lifetime.",
		"This offer ends on 31 December.",
		"Order at www.example.com/deal.",
	} {
		draft := honest
		draft.Body += "\n" + lie
		report, err := checker.Check(&draft, brief)
		if err != nil {
			return err
		}
		s.summary.Quality.Content.Planted++
		if report.Err() != nil {
			s.summary.Quality.Content.Caught++
		}
	}
	return nil
}

// questions are questions to the help documents, with the document that answers
// each, or "" where none does.
var questions = []struct{ text, document string }{
	{"Can I return opened candles?", "returns"},
	{"When do I get my refund?", "refunds"},
	{"How long does delivery of furniture take?", "delivery-time"},
	{"What does express delivery cost?", "delivery-cost"},
	{"Do you deliver to Norway?", "abroad"},
	{"Can I pay by bank transfer?", "payment"},
	{"Where do I find the invoice as a PDF?", "invoice"},
	{"Can I cancel an order before it is packed?", "change"},
	{"What do I do about a broken item?", "damaged"},
	{"How long is the warranty on lamps?", "warranty"},
	{"How much is gift wrapping?", "gift-wrapping"},
	{"How long are gift cards valid?", "gift-cards"},
	{"How long do I have to send something back?", "returns"},
	{"My vase came in pieces, what now?", "damaged"},
	{"The tracking number has not changed for a week", "tracking"},
	{"I put the wrong street, can I still correct it?", "change"},
	{"Which ring fits me?", "sizes"},
	{"How do I stop getting your emails?", "newsletter"},
	{"Can you tell me when a sold out lamp is back?", "stock"},
	{"Is shipping free for large baskets?", "delivery-cost"},
	{"Do you hire students for the summer?", ""},
	{"Which of your suppliers are organic?", ""},
	{"Can I park in front of your warehouse?", ""},
	{"Do you offer a subscription for coffee?", ""},
	{"Are your boxes made of recycled cardboard?", ""},
	{"Is there a discount for teachers?", ""},
	{"Can a sofa be reupholstered by you?", ""},
	{"Do you buy used books?", ""},
}

// measureSupport asks the questions without a model.
func (s *story) measureSupport(ctx context.Context) error {
	knowledge, err := support.NewKnowledge(s.documents, nil)
	if err != nil {
		return err
	}
	agent := support.NewAgent(knowledge, nil)
	found := &s.summary.Quality.Support
	for i, q := range questions {
		a, err := agent.Answer(ctx, &support.Question{Customer: clm.CustomerID(fmt.Sprint("asker-", i)), Text: q.text, Time: s.at})
		if err != nil {
			return err
		}
		top := knowledge.Search(q.text, 1)
		found.count(q.document, a, len(top) > 0 && top[0].Document == q.document, len(top) == 0)
	}
	return nil
}

func (n *answers) count(document string, a *support.Answer, topRight, topSilent bool) {
	right := a.Handoff == nil && a.Citations[0].Document == document
	if a.Handoff == nil && !right {
		n.WrongAnswers++
	}
	if document != "" {
		n.Known++
		n.Right += one(right)
		n.RightTop += one(topRight)
		return
	}
	n.Unknown++
	n.Declined += one(a.Handoff != nil)
	n.DeclinedTop += one(topSilent)
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
