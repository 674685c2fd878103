package kafka_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/contrib/kafka"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
)

// cluster stands where a program has the addresses of its brokers.
func cluster(opts ...kfake.Opt) (seeds []string, stop func()) {
	c, err := kfake.NewCluster(opts...)
	if err != nil {
		log.Fatal(err)
	}
	return c.ListenAddrs(), c.Close
}

func view(id, customer, item string) clm.Event {
	at := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	return clm.Event{ID: id, Customer: clm.CustomerID(customer), Kind: clm.Viewed, Time: at, Item: clm.ItemID(item)}
}

// print prints the only partition of a log.
func print(r kafka.Reader) {
	for e, err := range r.Read(context.Background(), 0, 0) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(e.Event.ID, e.Event.Customer, e.Event.Item)
	}
}

func ExampleOpen() {
	seeds, stop := cluster()
	defer stop()
	ctx := context.Background()
	var keys kafka.MemoryKeys // a program takes the keyring of its database
	events, err := kafka.Open(ctx, seeds, "events", &keys, &kafka.Options{Partitions: 1})
	if err != nil {
		log.Fatal(err)
	}
	defer events.Close()

	for range 2 { // the second time nothing changes
		if err := events.Append(ctx, view("e-1", "anna", "socks"), view("e-2", "bert", "hat"), view("e-3", "anna", "scarf")); err != nil {
			log.Fatal(err)
		}
	}
	print(events)
	if err := events.Erase(ctx, "anna"); err != nil {
		log.Fatal(err)
	}
	fmt.Println("without anna:")
	print(events)
	// Output:
	// e-1 anna socks
	// e-2 bert hat
	// e-3 anna scarf
	// without anna:
	// e-2 bert hat
}

// A topic is copied into the log that is the record, which refuses repeats
// however old they are. Here it is in memory; a program takes that of
// store/sqlite or store/postgres, and calls Copy from time to time.
func ExampleCopy() {
	seeds, stop := cluster()
	defer stop()
	ctx := context.Background()
	transport, err := kafka.Open(ctx, seeds, "events", new(kafka.MemoryKeys), &kafka.Options{Partitions: 1, Window: 1})
	if err != nil {
		log.Fatal(err)
	}
	defer transport.Close()
	for _, e := range []clm.Event{view("e-1", "anna", "socks"), view("e-2", "bert", "hat"), view("e-1", "anna", "socks")} {
		if err := transport.Append(ctx, e); err != nil {
			log.Fatal(err)
		}
	}

	record := clm.NewMemory(&clm.MemoryOptions{Partitions: 1})
	var after clm.Position
	for range 2 {
		copied, err := kafka.Copy(ctx, transport, 0, after, record, nil)
		if err != nil {
			log.Fatal(err) // copy from the same position again
		}
		fmt.Println("copied", copied.Read)
		after = copied.Through
	}
	print(record)
	// Output:
	// copied 3
	// copied 0
	// e-1 anna socks
	// e-2 bert hat
}

func ExampleOpenSource() {
	seeds, stop := cluster(kfake.SeedTopics(1, "shop"))
	defer stop()
	ctx := context.Background()
	others, err := kgo.NewClient(kgo.SeedBrokers(seeds...), kgo.DefaultProduceTopic("shop"))
	if err != nil {
		log.Fatal(err)
	}
	defer others.Close()
	for _, value := range []string{
		`{"id":"e-1","customer":"anna","kind":"viewed","time":"2026-06-01T12:00:00Z","item":"socks"}`,
		`{"id":"e-2","customer":"bert","kind":"veiwed"}`,
	} {
		if err := others.ProduceSync(ctx, kgo.StringRecord(value)).FirstErr(); err != nil {
			log.Fatal(err)
		}
	}

	shop, err := kafka.OpenSource(ctx, seeds, "shop", &kafka.SourceOptions{
		Aside: func(_ context.Context, a *kafka.Aside) error {
			fmt.Println(a)
			return nil
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer shop.Close()
	print(shop)
	// Output:
	// e-1 anna socks
	// kafka: topic shop: partition 0: offset 1: clm: event e-2: time: missing
}

// Two processes append to one topic: the second takes over, and the first is
// told.
func ExampleErrFenced() {
	seeds, stop := cluster()
	defer stop()
	ctx := context.Background()
	var keys kafka.MemoryKeys
	var logs [2]*kafka.Log
	for i := range logs {
		l, err := kafka.Open(ctx, seeds, "events", &keys, nil)
		if err != nil {
			log.Fatal(err)
		}
		defer l.Close()
		logs[i] = l
	}
	for n, i := range []int{0, 1, 0} {
		err := logs[i].Append(ctx, view(fmt.Sprint("e-", n), "anna", "socks"))
		fmt.Println(i, errors.Is(err, kafka.ErrFenced))
	}
	// Output:
	// 0 false
	// 1 false
	// 0 true
}
