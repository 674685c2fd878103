package recommend_test

import (
	"context"
	"fmt"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/filter"
	"github.com/clmkit/clmkit/recommend"
)

var moment = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// order returns an order that was made some days before the moment.
func order(id string, customer clm.CustomerID, daysAgo int, items ...clm.ItemID) clm.Event {
	e := clm.Event{ID: id, Customer: customer, Kind: clm.Ordered, Time: moment.AddDate(0, 0, -daysAgo)}
	for _, item := range items {
		e.Lines = append(e.Lines, clm.Line{Item: item, Quantity: 1, Amount: clm.Money{Minor: 500, Currency: "EUR"}})
	}
	return e
}

func Example() {
	ctx := context.Background()
	catalogue, err := clm.NewCatalogue(
		clm.Item{ID: "beans", Title: "Coffee beans"},
		clm.Item{ID: "mug", Title: "Red mug"},
		clm.Item{ID: "tea", Title: "Green tea"},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	model, err := recommend.Fit(ctx, clm.Sequence([]clm.Event{
		order("o1", "ann", 40, "mug", "beans"),
		order("o2", "ben", 30, "mug", "beans"),
		order("o3", "cem", 20, "mug", "tea"),
		order("o4", "dan", 10, "mug"),
	}), catalogue, moment, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := model.Recommend(ctx, recommend.Request{Customer: "dan", K: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, item := range result.Items {
		fmt.Printf("%d %s: %s\n", item.Rank, item.ID, item.Reason.English(catalogue))
	}
	// Output:
	// 1 beans: 2 customers who bought Red mug also bought this
	// 2 tea: 1 customer who bought Red mug also bought this
}

func ExampleRequest_filter() {
	ctx := context.Background()
	catalogue, err := clm.NewCatalogue(
		clm.Item{ID: "beans", Title: "Coffee beans", Price: clm.Money{Minor: 1490, Currency: "EUR"}},
		clm.Item{ID: "mill", Title: "Coffee mill", Price: clm.Money{Minor: 8900, Currency: "EUR"}},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	model, err := recommend.Fit(ctx, clm.Sequence([]clm.Event{order("o1", "ann", 40, "mill"), order("o2", "ben", 30, "mill", "beans")}), catalogue, moment, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := filter.Parse(`price <= 50 EUR AND NOT title MATCHES "tea"`)
	if err != nil {
		fmt.Println(err)
		return
	}
	cheap, err := filter.Compile(e, filter.ItemSchema(), moment, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := model.Recommend(ctx, recommend.Request{Filter: cheap})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, item := range result.Items {
		fmt.Println(item.Rank, item.ID)
	}
	// Output:
	// 1 beans
}
