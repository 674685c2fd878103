package sim_test

import (
	"context"
	"fmt"
	"log"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/sim"
)

func ExampleNew() {
	shop, err := sim.New(&sim.Options{Seed: 1, Customers: 100})
	if err != nil {
		log.Fatal(err)
	}
	record := clm.NewMemory(nil)
	if err := record.Append(context.Background(), shop.Events...); err != nil {
		log.Fatal(err)
	}
	truth, _ := shop.Truth(shop.Customers[0])
	fmt.Println(shop.Catalogue.Len(), "items,", len(shop.Documents), "documents")
	fmt.Println("the first customer likes", truth.Category, "by", truth.Brand)
	item := shop.Catalogue.Item("i00001")
	fmt.Println(item.Title, item.Price)
	// Output:
	// 400 items, 16 documents
	// the first customer likes Bath by Goose Lane
	// Modern rust red corduroy tote bag 18.39 EUR
}
