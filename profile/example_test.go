package profile_test

import (
	"context"
	"fmt"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
)

// shop returns a log with the history of one customer, and the catalogue.
func shop(ctx context.Context) (*clm.Memory, *clm.Catalogue, error) {
	catalogue, err := clm.NewCatalogue(
		clm.Item{ID: "mug", Title: "Enamel mug", Categories: []string{"kitchen"}, Brand: "Hearth"},
		clm.Item{ID: "rug", Title: "Wool rug", Categories: []string{"living room"}},
	)
	if err != nil {
		return nil, nil, err
	}
	day := func(n int) time.Time { return time.Date(2026, 3, 1+n, 19, 30, 0, 0, time.UTC) }
	buy := func(id string, n int, item clm.ItemID, minor int64) clm.Event {
		return clm.Event{ID: id, Customer: "c-17", Kind: clm.Ordered, Time: day(n), Channel: "web", Lines: []clm.Line{
			{Item: item, Quantity: 1, Amount: clm.Money{Minor: minor, Currency: "EUR"}},
		}}
	}
	log := clm.NewMemory(nil)
	return log, catalogue, log.Append(ctx,
		clm.Event{ID: "e-1", Customer: "c-17", Kind: clm.SignedUp, Time: day(0)},
		clm.Event{ID: "e-2", Customer: "c-17", Kind: clm.Viewed, Time: day(0), Item: "rug"},
		buy("e-3", 0, "mug", 1250),
		buy("e-4", 20, "mug", 1250),
		buy("e-5", 40, "rug", 9900),
	)
}

func Example() {
	ctx := context.Background()
	log, catalogue, err := shop(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	var store profile.Memory
	view := profile.NewView(&store, profile.NewFolder(catalogue, nil))
	if _, err := clm.CatchUp(ctx, log, nil, view); err != nil {
		fmt.Println(err)
		return
	}
	p, err := store.Get(ctx, "c-17")
	if err != nil {
		fmt.Println(err)
		return
	}
	at := time.Date(2026, 4, 30, 0, 0, 0, 0, time.UTC)
	recency, _ := p.Recency(at)
	fmt.Println(p.Frequency(), "orders worth", p.Monetary()[0], "- the last", int(recency.Hours()/24), "days ago")
	for _, a := range p.Categories.Affinities(at, 0) {
		fmt.Printf("%s %.0f%%\n", a.Label, 100*a.Share)
	}
	fmt.Println(p.Place(nil, at).Stage)
	// Output:
	// 3 orders worth 124.00 EUR - the last 19 days ago
	// kitchen 58%
	// living room 42%
	// retention
}

func ExampleProfile_May() {
	p := profile.New("c-17")
	fmt.Println(p.May("marketing", "email"))
	e := clm.Event{ID: "e-1", Customer: "c-17", Kind: clm.Consented, Purpose: "marketing", Granted: true, Time: time.Now()}
	if err := profile.NewFolder(nil, nil).Fold(p, &e); err != nil {
		fmt.Println(err)
	}
	fmt.Println(p.May("marketing", "email"))
	// Output:
	// false no consent to marketing is recorded
	// true
}

func ExampleSweep() {
	ctx := context.Background()
	log, catalogue, err := shop(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	var store profile.Memory
	view := profile.NewView(&store, profile.NewFolder(catalogue, nil))
	for _, at := range []time.Time{time.Date(2026, 4, 30, 0, 0, 0, 0, time.UTC), time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)} {
		if _, err := clm.CatchUp(ctx, log, nil, view); err != nil {
			fmt.Println(err)
			return
		}
		for e, err := range profile.Sweep(ctx, &store, nil, at) {
			if err != nil {
				fmt.Println(err)
				return
			}
			fmt.Printf("%s %q -> %q\n", e.Customer, e.From, e.To)
			if err := log.Append(ctx, e); err != nil {
				fmt.Println(err)
			}
		}
	}
	// Output:
	// c-17 "" -> "retention"
	// c-17 "retention" -> "maintenance"
}
