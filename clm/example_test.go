package clm_test

import (
	"context"
	"fmt"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// A shop appends what happened; one bad event does not stop the others.
func ExampleIngest() {
	ctx := context.Background()
	at := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	log := clm.NewMemory(nil)
	source := func(yield func(clm.Event, error) bool) {
		_ = yield(clm.Event{ID: "e-1", Customer: "c-1", Kind: clm.Viewed, Time: at, Item: "mug"}, nil) &&
			yield(clm.Event{ID: "e-2", Customer: "c-1", Kind: "veiw", Time: at}, nil) &&
			yield(clm.Event{ID: "e-3", Customer: "c-1", Kind: clm.Ordered, Time: at, Lines: []clm.Line{
				{Item: "mug", Quantity: 2, Amount: clm.Money{Minor: 1798, Currency: "EUR"}},
			}}, nil)
	}
	report, err := clm.Ingest(ctx, log, source, &clm.IngestOptions{
		SetAside: func(_ context.Context, a clm.Aside) error {
			fmt.Println("set aside:", a.Err)
			return nil
		},
	})
	fmt.Printf("%+v %v\n", report, err)
	// Output:
	// set aside: clm: event e-2: kind: unknown kind "veiw"
	// {Read:3 Appended:2 Aside:1} <nil>
}

func ExampleStageRules_Place() {
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	var rules *clm.StageRules // the defaults
	fmt.Println(rules.Place(clm.Activity{SignedUp: true}, at).Stage)
	regular := clm.Activity{Orders: 6, LastOrder: at.AddDate(0, 0, -40), MeanGap: 30 * 24 * time.Hour}
	placed := rules.Place(regular, at)
	fmt.Println(placed.Stage, "because", placed.Reason)
	fmt.Println("act before", placed.Lapses.Format(time.DateOnly))
	// Output:
	// activation
	// retention because 6 orders, the last 40 days ago, lapsed after 90
	// act before 2026-04-20
}

func ExampleGuard() {
	out := clm.OutboxFunc(func(_ context.Context, a clm.Action) error {
		fmt.Println("sent:", a.Body)
		return nil
	})
	atNight := func(_ context.Context, a clm.Action) (string, error) {
		if h := a.Time.Hour(); h < 8 || h >= 20 {
			return fmt.Sprintf("quiet hours, it is %d o'clock", h), nil
		}
		return "", nil
	}
	guarded := clm.Guard(out, atNight)
	a := clm.Action{
		ID: "a-1", Customer: "c-1", Purpose: "marketing", Channel: "sms", Body: "Your mug is back in stock",
		Time: time.Date(2026, 3, 1, 23, 0, 0, 0, time.UTC),
	}
	fmt.Println(guarded.Send(context.Background(), a))
	a.Time = a.Time.Add(11 * time.Hour)
	fmt.Println(guarded.Send(context.Background(), a))
	// Output:
	// clm: action a-1: quiet hours, it is 23 o'clock: vetoed
	// sent: Your mug is back in stock
	// <nil>
}

func ExampleMoney() {
	price, _ := clm.ParseMoney("8.99", "EUR")
	total, _ := price.Mul(3)
	fmt.Println(price, total, clm.Money{Minor: 1999, Currency: "JPY"})
	_, err := total.Add(clm.Money{Minor: 100, Currency: "GBP"})
	fmt.Println(err)
	// Output:
	// 8.99 EUR 26.97 EUR 1999 JPY
	// clm: EUR and GBP: currencies differ
}
