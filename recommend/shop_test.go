package recommend

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
)

// now is the moment of the fits in tests.
var now = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// order returns an order that was made some days before now.
func order(id string, customer clm.CustomerID, daysAgo int, items ...clm.ItemID) clm.Event {
	e := clm.Event{ID: id, Customer: customer, Kind: clm.Ordered, Time: now.AddDate(0, 0, -daysAgo)}
	for _, item := range items {
		e.Lines = append(e.Lines, clm.Line{Item: item, Quantity: 1, Amount: clm.Money{Minor: 500, Currency: "EUR"}})
	}
	return e
}

func viewed(id string, customer clm.CustomerID, daysAgo int, item clm.ItemID) clm.Event {
	return clm.Event{ID: id, Customer: customer, Kind: clm.Viewed, Time: now.AddDate(0, 0, -daysAgo), Item: item}
}

func searched(id string, customer clm.CustomerID, daysAgo int, query string) clm.Event {
	return clm.Event{ID: id, Customer: customer, Kind: clm.Searched, Time: now.AddDate(0, 0, -daysAgo), Query: query}
}

// shop returns the orders of 60 customers with one of four tastes over 200
// days, some views, and the catalogue. Items of a taste share a word.
func shop(seed uint64) ([]clm.Event, *clm.Catalogue) {
	random := rand.New(rand.NewPCG(seed, 1))
	words := []string{"tea", "garden", "paper", "kitchen"}
	var items []clm.Item
	for i := range 40 {
		items = append(items, clm.Item{
			ID:    clm.ItemID(fmt.Sprintf("i%02d", i)),
			Title: fmt.Sprintf("%s %s", words[i%4], []string{"box", "set", "jar", "bag", "tin"}[i/4%5]),
		})
	}
	var events []clm.Event
	for c := range 60 {
		customer := clm.CustomerID(fmt.Sprintf("c%02d", c))
		for n := range 3 + random.IntN(4) {
			var basket []clm.ItemID
			for range 1 + random.IntN(4) {
				i := random.IntN(10)*4 + c%4
				if random.IntN(4) == 0 {
					i = random.IntN(40)
				}
				basket = append(basket, items[i].ID)
			}
			id := fmt.Sprintf("%s-%d", customer, n)
			events = append(events, order(id, customer, 1+random.IntN(200), basket...))
		}
		events = append(events, viewed(string(customer)+"-v", customer, 3, items[random.IntN(40)].ID))
	}
	catalogue, err := clm.NewCatalogue(items...)
	if err != nil {
		panic(err)
	}
	return events, catalogue
}

// largeShop returns 6,000 orders of 8 items each by 1,000 customers, from a
// catalogue of 1,000 items of which the first are the most popular.
func largeShop() ([]clm.Event, *clm.Catalogue) {
	random := rand.New(rand.NewPCG(1, 1))
	var items []clm.Item
	for i := range 1000 {
		items = append(items, clm.Item{ID: clm.ItemID(fmt.Sprintf("i%04d", i)), Title: fmt.Sprintf("word%d word%d", i%50, i%31)})
	}
	var events []clm.Event
	for n := range 6000 {
		var basket []clm.ItemID
		for range 8 {
			basket = append(basket, items[random.IntN(1+random.IntN(1000))].ID)
		}
		customer := clm.CustomerID(fmt.Sprintf("c%04d", n%1000))
		events = append(events, order(fmt.Sprint(n), customer, 1+random.IntN(300), basket...))
	}
	catalogue, err := clm.NewCatalogue(items...)
	if err != nil {
		panic(err)
	}
	return events, catalogue
}

// mustFit fits at now.
func mustFit(t testing.TB, events []clm.Event, catalogue *clm.Catalogue, o *Options) *Model {
	t.Helper()
	m, err := Fit(t.Context(), clm.Sequence(events), catalogue, now, o)
	require.NoError(t, err)
	return m
}

func mustRecommend(t testing.TB, m *Model, r Request) *Result {
	t.Helper()
	result, err := m.Recommend(context.Background(), r)
	require.NoError(t, err)
	return result
}

func ids(r *Result) []clm.ItemID {
	var all []clm.ItemID
	for _, item := range r.Items {
		all = append(all, item.ID)
	}
	return all
}

// everything returns all that a model says to the customers of shop, as bytes.
func everything(t testing.TB, m *Model) string {
	t.Helper()
	said := []any{m.Blends()}
	for _, task := range []Task{NewItems, NextBasket} {
		for c := range 61 {
			said = append(said, mustRecommend(t, m, Request{Customer: clm.CustomerID(fmt.Sprintf("c%02d", c)), Task: task}))
		}
	}
	for i := range 40 {
		said = append(said, mustRecommend(t, m, Request{SimilarTo: clm.ItemID(fmt.Sprintf("i%02d", i))}))
	}
	bytes, err := json.Marshal(said)
	require.NoError(t, err)
	return string(bytes)
}
