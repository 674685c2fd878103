package profile_test

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
)

// An event that cannot be folded becomes a dead letter and stops nobody. When
// its reason is gone it is replayed.
func ExampleView_DeadLetters() {
	ctx := context.Background()
	at := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	bought := func(id string, minor int64) clm.Event {
		return clm.Event{ID: id, Customer: "c-17", Kind: clm.Ordered, Time: at, Lines: []clm.Line{
			{Item: "mug", Quantity: 1, Amount: clm.Money{Minor: minor, Currency: "EUR"}},
		}}
	}
	log := clm.NewMemory(nil)
	var store profile.Memory
	view := profile.NewView(&store, profile.NewFolder(nil, nil))
	if err := log.Append(ctx, bought("e-1", math.MaxInt64), bought("e-2", 500)); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(clm.CatchUp(ctx, log, nil, view))
	for letter, err := range view.DeadLetters(ctx) {
		fmt.Println(letter.Event.ID, "-", letter.Err, err)
	}
	fmt.Println(clm.Replay(ctx, view)) // the sum is as large as it was: refused again, and kept
	// Output:
	// {1 1} <nil>
	// e-2 - profile: event e-2: sum of EUR: amount out of range <nil>
	// {0 1} <nil>
}
