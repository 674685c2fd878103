package rules_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/filter"
	"github.com/clmkit/clmkit/recommend/rules"
)

// lamps are candidates of a small shop, the best first.
func lamps() []rules.Candidate {
	euro := func(minor int64) clm.Money { return clm.Money{Minor: minor, Currency: "EUR"} }
	items := []clm.Item{
		{ID: "desk lamp", Brand: "Lux", Price: euro(2900)},
		{ID: "floor lamp", Brand: "Lux", Price: euro(8900)},
		{ID: "candle", Brand: "Wick", Price: euro(900)},
		{ID: "lantern", Brand: "Lux", Price: euro(3900)},
		{ID: "bulb", Brand: "Own", Price: euro(400)},
		{ID: "chandelier", Brand: "Own", Price: euro(49900)},
	}
	var all []rules.Candidate
	for i := range items {
		all = append(all, rules.Candidate{Item: &items[i], Score: 1 - 0.15*float64(i)})
	}
	return all
}

// show prints the list that rules make.
func show(r rules.Rules, k int) {
	plan, err := r.Compile(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		fmt.Println(err)
		return
	}
	a, err := plan.Arrange(&rules.List{Candidates: lamps(), K: k})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, p := range a.Places {
		fmt.Printf("%d %s", i+1, p.Item.ID)
		if p.Promotion != "" {
			fmt.Printf(" (%s)", p.Promotion)
		}
		fmt.Println()
	}
	for _, s := range a.Short {
		fmt.Printf("%s: %d of %d\n", s.Rule, s.Filled, s.Wanted)
	}
}

func Example() {
	own, err := filter.Parse(`brand = "Own"`)
	if err != nil {
		fmt.Println(err)
		return
	}
	show(rules.Rules{
		Promotions: []rules.Promotion{{Name: "own brand", Where: own, Share: 0.25, Placement: rules.First}},
		Caps:       []rules.Cap{{By: rules.Brand, Most: 2}},
	}, 4)
	// Output:
	// 1 bulb (own brand)
	// 2 desk lamp
	// 3 floor lamp
	// 4 candle
}

// Two places are promised to an item of which there is only one.
func ExamplePromotion() {
	dear, err := filter.Parse(`price > 100 EUR`)
	if err != nil {
		fmt.Println(err)
		return
	}
	show(rules.Rules{Promotions: []rules.Promotion{{Name: "luxury", Where: dear, Placement: rules.Fixed, Places: []int{2, 4}}}}, 4)
	// Output:
	// 1 desk lamp
	// 2 chandelier (luxury)
	// 3 floor lamp
	// 4 candle
	// luxury: 1 of 2
}

// At a weight of a half, items are ordered by relevance times price.
func ExampleObjective() {
	weight, _ := rules.Sensitivity("high")
	show(rules.Rules{Objective: rules.Objective{By: rules.Price, Weight: weight}}, 3)
	// Output:
	// 1 chandelier
	// 2 floor lamp
	// 3 desk lamp
}

// What does a weight cost? Relevance falls and value rises with it.
func ExampleRules_TradeOff() {
	r := rules.Rules{Objective: rules.Objective{By: rules.Price}}
	lists := []rules.List{{Candidates: lamps(), K: 3}}
	points, err := r.TradeOff(context.Background(), time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), lists, []float64{0, 0.25, 0.5, 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range points {
		fmt.Printf("%.2f: relevance %.2f, worth %.0f EUR\n", p.Weight, p.NDCG, p.Value/100)
	}
	// Output:
	// 0.00: relevance 1.00, worth 127 EUR
	// 0.25: relevance 0.85, worth 617 EUR
	// 0.50: relevance 0.68, worth 617 EUR
	// 1.00: relevance 0.56, worth 627 EUR
}

// A list is to be varied: of three lamps of one brand, the best one comes first, and
// then something else.
func ExampleRules_diversity() {
	show(rules.Rules{Diversity: 0.4}, 4)
	// Output:
	// 1 desk lamp
	// 2 candle
	// 3 bulb
	// 4 floor lamp
}

func ExampleCap() {
	show(rules.Rules{Caps: []rules.Cap{{By: rules.Brand, Most: 1}}}, 5)
	// Output:
	// 1 desk lamp
	// 2 candle
	// 3 bulb
}

func ExampleFreshness() {
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	all := lamps()
	all[3].Since = at.AddDate(0, 0, -2)
	r := rules.Rules{Freshness: rules.Freshness{Share: 0.3, Within: 7 * 24 * time.Hour}}
	plan, err := r.Compile(at)
	if err != nil {
		fmt.Println(err)
		return
	}
	a, err := plan.Arrange(&rules.List{Candidates: all, K: 3})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, p := range a.Places {
		fmt.Printf("%d %s %q\n", i+1, p.Item.ID, p.Promotion)
	}
	// Output:
	// 1 desk lamp ""
	// 2 floor lamp ""
	// 3 lantern "new"
}

// Candidates that exploration may show instead of others: none is there yet, and
// together with the whole list they keep the caps.
func ExamplePlan_Spare() {
	r := rules.Rules{Caps: []rules.Cap{{By: rules.Brand, Most: 2}}}
	plan, err := r.Compile(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		fmt.Println(err)
		return
	}
	l := &rules.List{Candidates: lamps(), K: 3}
	a, err := plan.Arrange(l)
	if err != nil {
		fmt.Println(err)
		return
	}
	spare, err := plan.Spare(l, a, 5)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range spare {
		fmt.Println(c.Item.ID)
	}
	// Output:
	// bulb
	// chandelier
}

// Rules are stored as JSON, with their conditions as text.
func ExampleRules_Validate() {
	var r rules.Rules
	err := json.Unmarshal([]byte(`{"promotions": [{"name": "cheap", "where": "price < 10 EUR", "share": 0.5}], "diversity": 0.2}`), &r)
	if err != nil {
		fmt.Println(err)
		return
	}
	r.Promotions = slices.Concat(r.Promotions, []rules.Promotion{{Name: "own", Share: 0.6}})
	fmt.Println(r.Validate())
	// Output:
	// rules: promotions[1].share: promotions that run at the same time have shares of 1.1 together, more than 1
}
