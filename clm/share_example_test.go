package clm_test

import (
	"context"
	"fmt"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
)

// Two processes share the slots of a group; a store such as store/sqlite holds
// the leases. Who has fallen silent is replaced when its lease is over.
func ExampleLeases() {
	ctx := context.Background()
	var clock clmtest.Clock
	var leases clm.Leases = clmtest.NewMemoryLeases(clock.Now)
	claim := func(owner string) {
		held, err := leases.Claim(ctx, clm.Member{Group: "profiles", Owner: owner, Slots: 4, TTL: time.Minute})
		fmt.Print(owner, ":")
		for _, l := range held {
			fmt.Printf(" slot %d in epoch %d;", l.Slot, l.Epoch)
		}
		fmt.Println(err)
	}
	claim("a")
	claim("b") // nothing is free
	claim("a") // gives half of it up
	claim("b")
	clock.Advance(time.Minute)
	claim("b") // a has been silent for its TTL
	// Output:
	// a: slot 0 in epoch 1; slot 1 in epoch 1; slot 2 in epoch 1; slot 3 in epoch 1;<nil>
	// b:<nil>
	// a: slot 0 in epoch 1; slot 1 in epoch 1;<nil>
	// b: slot 2 in epoch 2; slot 3 in epoch 2;<nil>
	// b: slot 0 in epoch 2; slot 1 in epoch 2; slot 2 in epoch 2; slot 3 in epoch 2;<nil>
}

// One of any number of processes that keep the same views up to date.
func ExampleRun() {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	log := clm.NewMemory(nil)
	if err := log.Append(ctx, clmtest.Events(100, 7)...); err != nil {
		fmt.Println(err)
		return
	}
	view := &tally{}
	done := 0
	err := clm.Run(ctx, log, &clm.RunOptions{
		BatchSize: 100,
		Leases:    clmtest.NewMemoryLeases(time.Now),
		Member:    clm.Member{Group: "tally", TTL: time.Minute},
		Progress: func(events int) {
			view.mu.Lock()
			defer view.mu.Unlock()
			if done += events; done == 100 {
				stop() // a server runs until it is told to end
			}
		},
	}, view)
	fmt.Println(view.total(), "events,", err)
	// Output: 100 events, context canceled
}
