package quality_test

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/recommend/quality"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// order is an order so many days after the start.
func order(customer clm.CustomerID, day int, items ...clm.ItemID) clm.Event {
	e := clm.Event{ID: fmt.Sprint(customer, "-", day), Customer: customer, Kind: clm.Ordered, Time: start.AddDate(0, 0, day)}
	for _, item := range items {
		e.Lines = append(e.Lines, clm.Line{Item: item, Quantity: 1, Amount: clm.Money{Minor: 500, Currency: "EUR"}})
	}
	return e
}

func ExampleMeasure() {
	lists := slices.Values([]quality.List{
		{Customer: "ann", Items: []clm.ItemID{"tea", "cup", "pot", "jar", "tin"}, Relevant: []clm.ItemID{"cup", "tin"}},
		{Customer: "bob", Items: []clm.ItemID{"tea", "cup", "pot", "jar", "mug"}, Relevant: []clm.ItemID{"tea"}},
	})
	report, err := quality.Measure(lists, &quality.Options{Ks: []int{5}, Items: 10})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(report.Metrics)) {
		e := report.Metrics[name]
		fmt.Printf("%-42s %.4f  from %.4f to %.4f\n", name, e.Value, e.Low, e.High)
	}
	// Output:
	// coverage                                   0.6000  from 0.6000 to 0.6000
	// gini                                       0.5333  from 0.5333 to 0.5333
	// hit_rate_at_5                              1.0000  from 1.0000 to 1.0000
	// mean_average_precision_at_5                0.7250  from 0.4500 to 1.0000
	// mean_reciprocal_rank_at_5                  0.7500  from 0.5000 to 1.0000
	// normalized_discounted_cumulative_gain_at_5 0.8120  from 0.6241 to 1.0000
	// personalisation                            0.2000  from 0.2000 to 0.2000
	// precision                                  0.3333  from 0.2333 to 0.4333
	// precision_at_5                             0.3000  from 0.2000 to 0.4000
	// recall                                     1.0000  from 1.0000 to 1.0000
	// recall_at_5                                1.0000  from 1.0000 to 1.0000
}

func ExampleCompare() {
	relevant := []clm.ItemID{"cup"}
	good, bad := []quality.List{}, []quality.List{}
	for i := range 40 {
		customer := clm.CustomerID(fmt.Sprint("c", i))
		good = append(good, quality.List{Customer: customer, Items: []clm.ItemID{"cup", "pot"}, Relevant: relevant})
		if i%4 == 0 {
			bad = append(bad, quality.List{Customer: customer, Items: []clm.ItemID{"cup", "pot"}, Relevant: relevant})
		} else {
			bad = append(bad, quality.List{Customer: customer, Items: []clm.ItemID{"pot", "cup"}, Relevant: relevant})
		}
	}
	o := &quality.Options{Ks: []int{2}}
	a, _ := quality.Measure(slices.Values(good), o)
	b, _ := quality.Measure(slices.Values(bad), o)
	difference, err := quality.Compare(a, b)
	if err != nil {
		fmt.Println(err)
		return
	}
	e := difference.Metrics["mean_reciprocal_rank_at_2"]
	fmt.Printf("%.3f better, with 95 %% between %.3f and %.3f, of %d customers\n", e.Value, e.Low, e.High, e.Lists)
	// Output:
	// 0.375 better, with 95 % between 0.300 and 0.438, of 40 customers
}

func ExampleTemporal() {
	events := clm.Sequence([]clm.Event{
		order("ann", 0, "tea"), order("ann", 3, "cup", "tea"), order("ann", 9, "pot"),
		order("bob", 1, "cup"), order("bob", 4, "cup"),
		order("cat", 5, "tea"),
	})
	split, err := quality.Temporal(events, start.AddDate(0, 0, 2), 5*24*time.Hour, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range split.Cases {
		fmt.Println(c.Customer, "had", c.History, "and should be recommended", c.Targets)
	}
	for e := range split.Train(events) {
		fmt.Println("learn from", e.ID)
	}
	// Output:
	// ann had [tea] and should be recommended [cup]
	// learn from ann-0
	// learn from bob-1
}

func ExampleLeaveOneOut() {
	events := clm.Sequence([]clm.Event{
		order("ann", 0, "tea"), order("ann", 3, "cup", "tea"),
		order("bob", 1, "cup"), order("bob", 4, "pot"),
		order("cat", 5, "tea"),
	})
	split, err := quality.LeaveOneOut(events, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range split.Cases {
		fmt.Println(c.Customer, "had", c.History, "and should be recommended", c.Targets)
	}
	popularity, err := quality.CountPopularity(split.Train(events), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(popularity.Items)
	// Output:
	// ann had [tea] and should be recommended [cup]
	// bob had [cup] and should be recommended [pot]
	// map[cup:1 tea:2]
}

func ExampleMeasureAudiences() {
	report, err := quality.MeasureAudiences(slices.Values([]quality.Audience{
		{Item: "tea", Customers: []clm.CustomerID{"ann", "bob", "cat"}, Actual: []clm.CustomerID{"ann", "dan"}},
		{Item: "cup", Customers: []clm.CustomerID{"bob", "ann"}, Actual: []clm.CustomerID{"bob", "ann"}},
	}), 200, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Metrics["hit_at_k"].Value, report.Metrics["recall_at_k"].Value)
	// Output:
	// 1.5 0.75
}
