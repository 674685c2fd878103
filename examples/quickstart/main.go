// Command quickstart is the smallest loop: events in, a profile and a stage out.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, w io.Writer) error {
	at := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	events := clm.NewMemory(nil)
	err := events.Append(ctx,
		clm.Event{ID: "e-1", Customer: "ada", Kind: clm.Searched, Time: at, Query: "enamel mug"},
		clm.Event{ID: "e-2", Customer: "ada", Kind: clm.Ordered, Time: at, Lines: []clm.Line{
			{Item: "mug", Quantity: 2, Amount: clm.Money{Minor: 2500, Currency: "EUR"}},
		}})
	if err != nil {
		return err
	}
	var profiles profile.Memory
	if _, err := clm.CatchUp(ctx, events, nil, profile.NewView(&profiles, profile.NewFolder(nil, nil))); err != nil {
		return err
	}
	ada, err := profiles.Get(ctx, "ada")
	if err != nil {
		return err
	}
	stage := ada.Place(nil, at.AddDate(0, 0, 9))
	_, err = fmt.Fprintln(w, ada.Monetary(), stage.Stage, "because of", stage.Reason)
	return err // [25.00 EUR] conversion because of 1 order, the last 9 days ago, lapsed after 90
}
