package recommend

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
)

// recount answers questions about events without any of the package's code: it
// holds the times of the orders by customer and item.
type recount map[clm.CustomerID]map[clm.ItemID][]time.Time

func newRecount(events []clm.Event) recount {
	r := recount{}
	for _, e := range events {
		if r[e.Customer] == nil {
			r[e.Customer] = map[clm.ItemID][]time.Time{}
		}
		inOrder := map[clm.ItemID]bool{}
		for _, l := range e.Lines {
			if !inOrder[l.Item] {
				inOrder[l.Item] = true
				r[e.Customer][l.Item] = append(r[e.Customer][l.Item], e.Time)
			}
		}
	}
	return r
}

// bought returns how many orders of the item the customer made.
func (r recount) bought(customer clm.CustomerID, item clm.ItemID, since time.Time) (orders int, last time.Time) {
	for _, t := range r[customer][item] {
		if t.Before(since) {
			continue
		}
		orders++
		if t.After(last) {
			last = t
		}
	}
	return orders, last
}

// customers returns how many customers, but for one, bought all the items.
func (r recount) customers(but clm.CustomerID, since time.Time, items ...clm.ItemID) int {
	n := 0
	for customer := range r {
		all := customer != but
		for _, item := range items {
			orders, _ := r.bought(customer, item, since)
			all = all && orders > 0
		}
		if all {
			n++
		}
	}
	return n
}

func TestEveryReasonIsTrue(t *testing.T) {
	events, catalogue := shop(1)
	count := newRecount(events)
	kinds := map[ReasonKind]int{}
	for _, weights := range []map[string]float64{{ItemKNN: 1}, {EASE: 1}, {Content: 1}, {Repeat: 1, Popularity: 0.1}} {
		blend := Blend{Weights: weights}
		m := mustFit(t, events, catalogue, &Options{Blend: BlendOptions{Use: Blends{NewItems: blend, NextBasket: blend}}})
		for c := range 60 {
			customer := clm.CustomerID(fmt.Sprintf("c%02d", c))
			for _, task := range []Task{NewItems, NextBasket} {
				for _, item := range mustRecommend(t, m, Request{Customer: customer, Task: task}).Items {
					kinds[item.Reason.Kind]++
					checkReason(t, count, catalogue, customer, item)
				}
			}
		}
	}
	for _, kind := range []ReasonKind{AlsoBought, Popular, BoughtBefore, SimilarText} {
		assert.Positive(t, kinds[kind], "%s was checked", kind)
	}
	assert.Len(t, kinds, 4, "every item has a reason: %v", kinds)
}

func checkReason(t *testing.T, count recount, catalogue *clm.Catalogue, customer clm.CustomerID, item Item) {
	t.Helper()
	r := item.Reason
	var always time.Time
	switch r.Kind {
	case AlsoBought:
		orders, _ := count.bought(customer, r.Items[0], always)
		assert.Positive(t, orders, "%s has bought %s", customer, r.Items[0])
		assert.NotEqual(t, item.ID, r.Items[0])
		assert.Equal(t, count.customers(customer, always, r.Items[0], item.ID), r.Count)
		assert.Positive(t, r.Count)
	case Popular:
		since := always
		if r.Window > 0 {
			since = now.Add(-r.Window)
		}
		assert.Equal(t, count.customers("", since, item.ID), r.Count)
		assert.Positive(t, r.Count)
	case BoughtBefore:
		orders, last := count.bought(customer, item.ID, always)
		assert.Equal(t, orders, r.Count)
		assert.Equal(t, last, r.Last)
	case SimilarText:
		assert.NotEqual(t, item.ID, r.Items[0])
		for _, word := range r.Words {
			assert.Contains(t, strings.ToLower(catalogue.Item(item.ID).Title), word)
			assert.Contains(t, strings.ToLower(catalogue.Item(r.Items[0]).Title), word)
		}
	}
}

func TestReasonsOfWhoOnlyLooked(t *testing.T) {
	events, catalogue := tea(t)
	m := mustFit(t, events, catalogue, nil)
	viewer := mustRecommend(t, m, Request{Customer: "gus"}).Items
	assert.Equal(t, Reason{Kind: SimilarText, Items: []clm.ItemID{"mat"}, Words: []string{"woven"}}, viewer[1].Reason)
	searcher := mustRecommend(t, m, Request{Customer: "hal"}).Items
	assert.Equal(t, Reason{Kind: SimilarText, Query: "cups", Words: []string{"cup"}}, searcher[0].Reason)
}

func TestReasonsInEnglish(t *testing.T) {
	catalogue, err := clm.NewCatalogue(clm.Item{ID: "mug", Title: "Red mug"}, clm.Item{ID: "plain"})
	require.NoError(t, err)
	for _, c := range []struct {
		reason Reason
		want   string
	}{
		{Reason{Kind: AlsoBought, Items: []clm.ItemID{"mug"}, Count: 41}, "41 customers who bought Red mug also bought this"},
		{Reason{Kind: AlsoBought, Items: []clm.ItemID{"plain"}, Count: 1}, "1 customer who bought plain also bought this"},
		{Reason{Kind: AlsoBought, Items: []clm.ItemID{"gone"}, Count: 2}, "2 customers who bought gone also bought this"},
		{Reason{Kind: Popular, Count: 120, Window: 14 * day}, "bought by 120 customers in the last 14 days"},
		{Reason{Kind: Popular, Count: 1, Window: day}, "bought by 1 customer in the last 1 day"},
		{Reason{Kind: Popular, Count: 3, Window: 90 * time.Minute}, "bought by 3 customers in the last 1h30m0s"},
		{Reason{Kind: Popular, Count: 3}, "bought by 3 customers"},
		{Reason{Kind: BoughtBefore, Items: []clm.ItemID{"mug"}, Count: 5, Last: now}, "you ordered this 5 times, last on 2026-03-01"},
		{Reason{Kind: SimilarText, Items: []clm.ItemID{"mug"}, Words: []string{"red", "mug"}}, "its text is similar to Red mug: shared words red, mug"},
		{Reason{Kind: SimilarText, Query: "mugs"}, "its text is similar to mugs"},
		{Reason{}, ""},
	} {
		assert.Equal(t, c.want, c.reason.English(catalogue))
	}
}
