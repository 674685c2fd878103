package profile_test

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
)

// hiker is a customer who has ordered, searched and written.
func hiker() (*profile.Profile, time.Time) {
	at := func(n int) time.Time { return time.Date(2026, 3, n, 19, 30, 0, 0, time.UTC) }
	folder := profile.NewFolder(nil, &profile.FoldOptions{Traits: wool})
	p := profile.New("c-17")
	for _, e := range []clm.Event{
		{ID: "e-1", Customer: "c-17", Kind: clm.Ordered, Time: at(1), Channel: "web", Lines: []clm.Line{
			{Item: "sock", Quantity: 2, Amount: clm.Money{Minor: 3000, Currency: "EUR"}},
		}},
		{ID: "e-2", Customer: "c-17", Kind: clm.Messaged, Time: at(2), Text: "Do you have more in wool?"},
		{ID: "e-3", Customer: "c-17", Kind: clm.Corrected, Time: at(3), Correction: &clm.Correction{Name: clm.WearsSize, Value: "42", Verdict: clm.Pin}},
		{ID: "e-4", Customer: "c-17", Kind: clm.Consented, Time: at(3), Purpose: "marketing", Granted: true},
	} {
		if err := folder.Fold(p, &e); err != nil {
			fmt.Println(err)
		}
	}
	return p, at(5)
}

// A description is for a prompt or a person; what comes first tells most.
func ExampleProfile_Describe() {
	p, at := hiker()
	fmt.Println(p.Describe(at, nil))
	fmt.Println()
	fmt.Println(p.Describe(at, &profile.PortraitOptions{Language: "de", Tokens: 45}))
	// Output:
	// What is known about the customer on 5 March 2026:
	// - Has ordered, is not a regular yet [1]
	// - Size: "42" (confirmed) [2]
	// - 1 order, the last on 1 March 2026 (4 days ago) [3]
	// - Spent 30.00 EUR in 1 order, returns deducted [4]
	// - Interested in: "wool" (possible), said "wool" [5]
	// - Agreed to marketing on 3 March 2026 [6]
	// - Pieces cost about 15.00 EUR [7]
	// - Little is known of: behaviour, purchases, interests, own words, rhythm of orders [8]
	// - Mostly on web (100 %) [9]
	//
	// Was am 05.03.2026 über die Person bekannt ist:
	// - Hat bestellt, ist noch kein Stammkunde [1]
	// - Größe: „42“ (bestätigt) [2]
	// - Hat marketing am 03.03.2026 zugestimmt [6]
}

// Each reference leads to a fact, and a fact to its events.
func ExampleProfile_Portrait() {
	p, at := hiker()
	portrait := p.Portrait(at, nil)
	for _, f := range portrait.Facts[:4] {
		fmt.Println(f.Ref, f.Kind, f.Evidence)
	}
	text, err := json.Marshal(portrait.Facts[0])
	if err != nil {
		fmt.Println(err)
	}
	fmt.Println(string(text))
	// Output:
	// 1 stage [{e-1   0 0}]
	// 2 trait [{e-3   0 0}]
	// 3 orders [{e-1   0 0}]
	// 4 money [{e-1   0 0}]
	// {"ref":1,"kind":"stage","text":"Has ordered, is not a regular yet","weight":0.9,"evidence":[{"event":"e-1"}],"events":4}
}

// After a no to being profiled, the orders are left.
func ExamplePortraitOptions() {
	p, at := hiker()
	no := clm.Event{ID: "e-5", Customer: "c-17", Kind: clm.Consented, Time: at, Purpose: "profiling"}
	if err := profile.NewFolder(nil, nil).Fold(p, &no); err != nil {
		fmt.Println(err)
	}
	fmt.Println(p.Describe(at, nil))
	fmt.Printf("%q\n", p.Describe(at, &profile.PortraitOptions{Strict: true}))
	// Output:
	// What is known about the customer on 5 March 2026:
	// - 1 order, the last on 1 March 2026 (4 days ago) [1]
	// ""
}
