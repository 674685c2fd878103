package nats_test

import (
	"context"
	"fmt"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/contrib/nats"
	natsgo "github.com/nats-io/nats.go"
)

func ExampleOpen() {
	ctx := context.Background()
	conn, err := natsgo.Connect(servers.URL()) // "nats://a:4222,nats://b:4222,nats://c:4222"
	if err != nil {
		panic(err)
	}
	defer conn.Close()
	log, err := nats.Open(ctx, conn, &nats.Options{Stream: "shop", Partitions: 16})
	if err != nil {
		panic(err)
	}
	order := clm.Event{
		ID: "order-17", Customer: "c-1", Kind: clm.Ordered, Time: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
		Lines: []clm.Line{{Item: "socks", Quantity: 2, Amount: clm.Money{Minor: 1998, Currency: "EUR"}}},
	}
	for range 2 { // the answer was lost, say
		if err := log.Append(ctx, order); err != nil {
			panic(err)
		}
	}
	for e, err := range log.Read(ctx, clm.PartitionOf("c-1", 16), 0) {
		if err != nil {
			panic(err)
		}
		fmt.Println(e.Position, e.Event.ID, e.Event.Lines[0].Amount)
	}
	// Output: 1 order-17 19.98 EUR
}
