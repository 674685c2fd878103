package tree_test

import (
	"context"
	"fmt"
	"math"

	"github.com/clmkit/clmkit/internal/tree"
)

// Customers stay if they bought lately and often, or if nobody knows when they
// bought.
func ExampleFit() {
	unknown := float32(math.NaN())
	d := &tree.Data{Features: 2}
	for i := range 600 {
		days, orders := float32(i%30), float32(i/30%20)
		if i%10 == 0 {
			days = unknown
		}
		stays := float32(0)
		if days != days || days < 15 && orders >= 10 {
			stays = 1
		}
		d.Values = append(d.Values, days, orders)
		d.Labels = append(d.Labels, stays)
	}
	m, err := tree.Fit(context.Background(), d, nil, &tree.Options{Objective: tree.Logistic, Rounds: 50})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, row := range [][]float32{{3, 15}, {3, 5}, {25, 15}, {unknown, 0}} {
		fmt.Printf("%3.0f days, %2.0f orders: %.2f\n", row[0], row[1], 1/(1+math.Exp(-m.Predict(row))))
	}
	// Output:
	//   3 days, 15 orders: 1.00
	//   3 days,  5 orders: 0.00
	//  25 days, 15 orders: 0.00
	// NaN days,  0 orders: 1.00
}

// Each customer buys what is cheap among the items shown, however high the
// prices are.
func ExampleModel_PredictAll() {
	d := &tree.Data{Features: 2}
	for customer := range 100 {
		for item := range 5 {
			price := float32(customer + 10*((item+customer)%5))
			d.Values = append(d.Values, price-float32(customer), price)
			bought := float32(0)
			if (item+customer)%5 == 0 {
				bought = 1
			}
			d.Labels = append(d.Labels, bought)
		}
		d.Groups = append(d.Groups, 5)
	}
	m, err := tree.Fit(context.Background(), d, nil, &tree.Options{Objective: tree.LambdaMART, Rounds: 20})
	if err != nil {
		fmt.Println(err)
		return
	}
	scores := make([]float64, 3)
	m.PredictAll([]float32{20, 520, 0, 500, 40, 540}, scores)
	fmt.Println(scores[1] > scores[0], scores[1] > scores[2])
	fmt.Printf("%.0f %%\n", 100*m.Importance()[0])
	// Output:
	// true true
	// 100 %
}

// A model is kept as bytes, and scores as before.
func ExampleModel_UnmarshalBinary() {
	d := &tree.Data{Features: 1}
	for i := range 100 {
		d.Values = append(d.Values, float32(i))
		d.Labels = append(d.Labels, float32(i/50))
	}
	m, err := tree.Fit(context.Background(), d, nil, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	data, err := m.MarshalBinary()
	if err != nil {
		fmt.Println(err)
		return
	}
	var kept tree.Model
	if err := kept.UnmarshalBinary(data); err != nil {
		fmt.Println(err)
		return
	}
	row := []float32{70}
	fmt.Println(kept.Predict(row) == m.Predict(row), kept.Trees())
	// Output: true 200
}
