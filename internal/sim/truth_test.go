package sim_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/sim"
)

// share returns the share of ordered lines for which of says yes, over all
// customers together.
func share(s *sim.Shop, of func(sim.Truth, *clm.Item) bool) float64 {
	hits, lines := 0, 0
	for _, e := range s.Events {
		truth, _ := s.Truth(e.Customer)
		if e.Kind != clm.Ordered {
			continue
		}
		for _, l := range e.Lines {
			lines++
			hits += count(of(truth, s.Catalogue.Item(l.Item)))
		}
	}
	return float64(hits) / float64(lines)
}

// TestTastesShowInOrders: with eight equal departments, a customer without
// taste would buy one line in eight from each; with the weight of eight it is
// 8/15. Brands (1/8 without taste) and styles (1/6) have a weight of three.
func TestTastesShowInOrders(t *testing.T) {
	s := shop(t, nil)
	own := share(s, func(c sim.Truth, i *clm.Item) bool { return i.Categories[0] == c.Category })
	assert.Greater(t, own, 3*0.125)
	assert.Greater(t, share(s, func(c sim.Truth, i *clm.Item) bool { return i.Brand == c.Brand }), 1.7*0.125)
	assert.Greater(t, share(s, func(c sim.Truth, i *clm.Item) bool { return i.Attributes["style"] == c.Style }), 1.7/6)
}

func TestThePriceSensitiveBuyCheaper(t *testing.T) {
	s := shop(t, nil)
	var sum, lines [2]float64
	for _, e := range s.Events {
		truth, _ := s.Truth(e.Customer)
		for _, l := range e.Lines {
			sensitive := count(truth.PriceSensitivity > 1)
			sum[sensitive] += s.Catalogue.Item(l.Item).Price.Float()
			lines[sensitive]++
		}
	}
	assert.Less(t, sum[1]/lines[1], 0.95*sum[0]/lines[0])
}

func TestWhoDroppedOutOrdersNoMore(t *testing.T) {
	s := shop(t, nil)
	gone, last := 0, map[clm.CustomerID]time.Time{}
	for _, e := range s.Events {
		truth, _ := s.Truth(e.Customer)
		require.False(t, e.Time.Before(truth.Joined))
		switch e.Kind {
		case clm.Ordered, clm.Viewed, clm.Searched, clm.CartAdded, clm.Clicked, clm.Opened, clm.Unsubscribed:
			last[e.Customer] = e.Time
			require.False(t, !truth.AliveUntil.IsZero() && e.Time.After(truth.AliveUntil), "%s %s", e.Customer, e.Kind)
		}
	}
	for _, c := range s.Customers {
		truth, _ := s.Truth(c)
		gone += count(!truth.AliveUntil.IsZero())
	}
	assert.Greater(t, gone, 400)
	assert.Less(t, gone, 1600)
}

// effect returns the orders in the week after a campaign, per customer: of
// those who were contacted, and of those of the same response who were alive,
// reachable and left out by the coin.
func effect(s *sim.Shop, response sim.Response) (contacted, left float64) {
	weeks := map[clm.CustomerID]map[int64]bool{} // who was contacted in which campaign
	campaigns := map[int64]bool{}
	orders := map[clm.CustomerID][]time.Time{}
	reachable, until := map[clm.CustomerID]time.Time{}, map[clm.CustomerID]time.Time{}
	for _, e := range s.Events {
		switch e.Kind {
		case clm.Contacted:
			campaigns[e.Time.Unix()] = true
			if weeks[e.Customer] == nil {
				weeks[e.Customer] = map[int64]bool{}
			}
			weeks[e.Customer][e.Time.Unix()] = true
		case clm.Ordered:
			orders[e.Customer] = append(orders[e.Customer], e.Time)
		case clm.Consented:
			if e.Granted {
				reachable[e.Customer] = e.Time
			}
		case clm.Unsubscribed:
			until[e.Customer] = e.Time
		}
	}
	var sum, n [2]float64
	for c, since := range reachable {
		truth, _ := s.Truth(c)
		if truth.Response != response {
			continue
		}
		for unix := range campaigns {
			at := time.Unix(unix, 0)
			ended := !until[c].IsZero() && at.After(until[c]) || !truth.AliveUntil.IsZero() && at.After(truth.AliveUntil)
			if ended || at.Before(since) {
				continue
			}
			arm := count(weeks[c][unix])
			n[arm]++
			for _, o := range orders[c] {
				sum[arm] += float64(count(o.After(at) && o.Before(at.Add(7*24*time.Hour))))
			}
		}
	}
	return sum[1] / n[1], sum[0] / n[0]
}

func TestResponsesDiffer(t *testing.T) {
	s := shop(t, nil)
	contacted, left := effect(s, sim.Persuadable)
	assert.Greater(t, contacted, left+0.2, "one contact in three leads to an order")
	contacted, left = effect(s, sim.Indifferent)
	assert.InDelta(t, left, contacted, 0.03, "contact changes nothing")
	contacted, left = effect(s, sim.Averse)
	assert.InDelta(t, left, contacted, 0.03, "contact does not sell")
}

func TestOnlyTheAverseUnsubscribeAndNobodyIsContactedAfter(t *testing.T) {
	s := shop(t, nil)
	refused := map[clm.CustomerID]bool{}
	unsubscribed := 0
	for _, e := range s.Events {
		truth, _ := s.Truth(e.Customer)
		switch e.Kind {
		case clm.Consented:
			refused[e.Customer] = !e.Granted
		case clm.Unsubscribed:
			require.Equal(t, sim.Averse, truth.Response)
			refused[e.Customer] = true
			unsubscribed++
		case clm.Contacted:
			require.False(t, refused[e.Customer])
		}
	}
	assert.Greater(t, unsubscribed, 100)
}

func TestReviewsSayWhatTheyMean(t *testing.T) {
	s := shop(t, nil)
	reviews := map[sim.Sentiment]int{}
	for _, e := range s.Events {
		if e.Kind != clm.Reviewed {
			continue
		}
		truth, _ := s.Truth(e.Customer)
		opinion := truth.Reviews[e.ID]
		reviews[opinion]++
		require.False(t, strings.Contains(e.Text, "%"), e.Text)
		switch opinion {
		case sim.Positive:
			require.True(t, e.Rating == 0 || e.Rating >= 4)
		case sim.Neutral:
			require.True(t, e.Rating == 0 || e.Rating == 3)
		case sim.Negative:
			require.True(t, e.Rating <= 2)
		default:
			require.Failf(t, "a review without truth", e.ID)
		}
	}
	for _, opinion := range []sim.Sentiment{sim.Positive, sim.Neutral, sim.Negative} {
		assert.Greater(t, reviews[opinion], 50, "%s", opinion)
	}
}
