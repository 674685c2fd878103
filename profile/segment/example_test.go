package segment_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"

	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/profile/segment"
)

// Customers are scored against each other, and a new one against them.
func ExampleFitRFM() {
	customers := []*profile.Profile{
		buyer("ada", 3, 9, 8000, "EUR"), buyer("ben", 40, 4, 2500, "EUR"), buyer("cem", 80, 2, 1500, "EUR"),
		buyer("dan", 200, 6, 6000, "EUR"), buyer("eva", 10, 1, 900, "EUR"), profile.New("fay"),
	}
	rfm, err := segment.FitRFM(sequence(customers), today, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(rfm.Customers, "scored,", rfm.Apart, "apart, in", rfm.Currency)
	for _, p := range append(customers, buyer("new", 1, 1, 500, "EUR")) {
		if score, ok := rfm.Score(p, today); ok {
			fmt.Println(p.Customer, score, score.Group())
		}
	}
	// Output:
	// 5 scored, 1 apart, in EUR
	// ada 555 champions
	// ben 333 need attention
	// cem 222 hibernating
	// dan 144 at risk
	// eva 411 promising
	// new 511 new
}

// Segments say what tells them from the rest.
func ExampleFit() {
	customers := shop(30, 1, 0, kinds...)
	m, err := segment.Fit(context.Background(), sequence(customers), today, rand.NewPCG(1, 1), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range m.Segments {
		fmt.Println(s.ID, s.Customers, s.Marks[0])
	}
	// Output:
	// s1 30 brand Assam: 100.0 % here, 0.0 % elsewhere
	// s2 30 brand Plain: 100.0 % here, 0.0 % elsewhere
	// s3 30 brand Darjeeling: 100.0 % here, 0.0 % elsewhere
}

// A refit knows the segments of last week again.
func ExampleFit_again() {
	m, err := segment.Fit(context.Background(), sequence(shop(30, 1, 0, kinds...)), today, rand.NewPCG(1, 1), &segment.Options{K: 3})
	if err != nil {
		fmt.Println(err)
		return
	}
	stored, err := json.Marshal(m)
	if err != nil {
		fmt.Println(err)
		return
	}

	last := new(segment.Model)
	if err := json.Unmarshal(stored, last); err != nil {
		fmt.Println(err)
		return
	}
	customers := shop(31, 2, 7, kinds...)
	next, err := segment.Fit(context.Background(), sequence(customers), today, rand.NewPCG(2, 2), &segment.Options{Previous: last})
	if err != nil {
		fmt.Println(err)
		return
	}
	before, _ := last.Assign(customers[0], today)
	after, _ := next.Assign(customers[0], today)
	fmt.Println(before, after, "next is", next.Next)
	// Output:
	// s1 s1 next is s4
}
