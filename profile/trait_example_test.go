package profile_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
)

// wool finds one word: a reader is any function that gives the same for the same
// event. Package profile/traits has one that reads seven languages.
func wool(e *clm.Event) []clm.Trait {
	from := strings.Index(e.Text, "wool")
	if from < 0 {
		return nil
	}
	return []clm.Trait{{
		Name: clm.Interest, Value: "wool", Confidence: 0.6, Seen: e.Time, Source: "wool/1",
		Evidence: []clm.Evidence{{Event: e.ID, Field: "text", Quote: "wool", From: from, To: from + 4}},
	}}
}

func ExampleProfile_Traits() {
	folder := profile.NewFolder(nil, &profile.FoldOptions{Traits: wool})
	p := profile.New("c-17")
	day := func(n int) time.Time { return time.Date(2026, 3, n, 9, 0, 0, 0, time.UTC) }
	for _, e := range []clm.Event{
		{ID: "e-1", Customer: "c-17", Kind: clm.Messaged, Time: day(1), Text: "Do you have more in wool?"},
		{ID: "e-2", Customer: "c-17", Kind: clm.Inferred, Time: day(2), Traits: []clm.Trait{{
			Name: clm.WearsSize, Value: "L", Confidence: 0.9, Seen: day(2), Source: "a model",
			Evidence: []clm.Evidence{{Event: "e-0", Field: "text", Quote: "size L", From: 4, To: 10}},
		}}},
		{ID: "e-3", Customer: "c-17", Kind: clm.Corrected, Time: day(3), Correction: &clm.Correction{Name: clm.WearsSize, Value: "M", Verdict: clm.Pin}},
		{ID: "e-4", Customer: "c-17", Kind: clm.Corrected, Time: day(3), Correction: &clm.Correction{Name: clm.WearsSize, Value: "L", Verdict: clm.Deny}},
	} {
		if err := folder.Fold(p, &e); err != nil {
			fmt.Println(err)
		}
	}
	for _, t := range p.Traits(day(4), nil) {
		fmt.Printf("%s %s %.2f, %s: %q of %s\n", t.Name, t.Value, t.Confidence, t.Source, t.Evidence[0].Quote, t.Evidence[0].Event)
	}
	// Output:
	// size M 1.00, correction: "" of e-3
	// interest wool 0.60, wool/1: "wool" of e-1
}

func ExampleJoin() {
	ctx := context.Background()
	log, at := clm.NewMemory(nil), time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	events := []clm.Event{
		{ID: "e-1", Customer: "visit-5", Kind: clm.Viewed, Item: "mug", Time: at},
		{ID: "e-2", Customer: "c-17", Kind: clm.Viewed, Item: "rug", Time: at},
	}
	events = append(events, profile.Identify("c-17", "visit-5", true, "login-9", at)...)
	if err := log.Append(ctx, events...); err != nil {
		fmt.Println(err)
		return
	}
	var store profile.Memory
	if _, err := clm.CatchUp(ctx, log, nil, profile.NewView(&store, profile.NewFolder(nil, nil))); err != nil {
		fmt.Println(err)
		return
	}
	for p, err := range profile.Join(&store).All(ctx) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(p.Customer, p.IDs(), p.Count(clm.Viewed), "views")
	}
	// Output:
	// c-17 [c-17 visit-5] 2 views
}

func ExampleProfile_Sufficiency() {
	p := profile.New("c-17")
	order := clm.Event{ID: "e-1", Customer: "c-17", Kind: clm.Ordered, Time: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC), Lines: []clm.Line{
		{Item: "mug", Quantity: 1, Amount: clm.Money{Minor: 1250, Currency: "EUR"}},
	}}
	if err := profile.NewFolder(nil, nil).Fold(p, &order); err != nil {
		fmt.Println(err)
	}
	for _, s := range p.Sufficiency(order.Time)[:2] {
		fmt.Printf("%s: %s, %d more for %s\n", s.Part, s.Grade, s.Missing, s.Next)
	}
	// Output:
	// behaviour: thin, 9 more for fair
	// purchases: thin, 2 more for fair
}
