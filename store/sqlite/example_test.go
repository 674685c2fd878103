package sqlite_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/store/sqlite"
)

// must opens a file in a folder that the caller removes.
func must() (db *sqlite.DB, folder string) {
	folder, err := os.MkdirTemp("", "clmkit")
	if err != nil {
		log.Fatal(err)
	}
	db, err = sqlite.Open(context.Background(), filepath.Join(folder, "shop.db"), nil)
	if err != nil {
		log.Fatal(err)
	}
	return db, folder
}

var start = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

// purchase is an order of one mug.
func purchase(id string, customer clm.CustomerID) clm.Event {
	return clm.Event{
		ID: id, Customer: customer, Kind: clm.Ordered, Time: start,
		Lines: []clm.Line{{Item: "mug", Quantity: 1, Amount: clm.Money{Minor: 1200, Currency: "EUR"}}},
	}
}

func Example() {
	ctx := context.Background()
	db, folder := must()
	defer os.RemoveAll(folder)
	defer db.Close()
	if err := db.Log().Append(ctx, purchase("e-1", "ada"), purchase("e-2", "ada"), purchase("e-2", "ada")); err != nil {
		log.Fatal(err)
	}
	profiles := db.Profiles("")
	view := profile.NewView(profiles, profile.NewFolder(nil, nil))
	done, err := clm.CatchUp(ctx, db.Log(), nil, view)
	if err != nil {
		log.Fatal(err)
	}
	p, err := profiles.Get(ctx, "ada")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(done.Events, "events:", p.Frequency(), "orders,", p.Monetary())
	// Output: 2 events: 2 orders, [24.00 EUR]
}

func ExampleDB_Erase() {
	ctx := context.Background()
	db, folder := must()
	defer os.RemoveAll(folder)
	defer db.Close()
	if err := db.Log().Append(ctx, purchase("e-1", "ada"), purchase("e-2", "bob")); err != nil {
		log.Fatal(err)
	}
	fmt.Println("about ada:")
	if err := db.Export(ctx, "ada", os.Stdout); err != nil {
		log.Fatal(err)
	}
	if err := db.Erase(ctx, "ada"); err != nil {
		log.Fatal(err)
	}
	fmt.Println("and after the erasure:")
	if err := db.Export(ctx, "ada", os.Stdout); err != nil {
		log.Fatal(err)
	}
	// Output:
	// about ada:
	// {"event":{"id":"e-1","customer":"ada","kind":"ordered","time":"2026-01-05T09:00:00Z","lines":[{"item":"mug","quantity":1,"amount":{"minor":1200,"currency":"EUR"}}]}}
	// and after the erasure:
}

func ExampleDB_Leases() {
	ctx := context.Background()
	db, folder := must()
	defer os.RemoveAll(folder)
	defer db.Close()
	leases := db.Leases()
	worker := func(name string) clm.Member {
		return clm.Member{Group: "profiles", Owner: name, Slots: 4, TTL: time.Minute}
	}
	for _, name := range []string{"one", "two", "one", "two"} {
		held, err := leases.Claim(ctx, worker(name))
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(name, "works on", len(held), "of 4 slots")
	}
	if err := leases.Leave(ctx, worker("one")); err != nil {
		log.Fatal(err)
	}
	held, err := leases.Claim(ctx, worker("two"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("one has left: two works on", len(held), "with epochs", held[0].Epoch, held[3].Epoch)
	// Output:
	// one works on 4 of 4 slots
	// two works on 0 of 4 slots
	// one works on 2 of 4 slots
	// two works on 2 of 4 slots
	// one has left: two works on 4 with epochs 2 2
}
