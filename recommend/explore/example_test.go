package explore_test

import (
	"fmt"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/recommend/explore"
)

// A list of three, of which the last place explores: the cup, known well, stands
// there, and behind the list are two lamps of which little is known.
func Example() {
	items := []clm.ItemID{"mug", "pot", "cup", "new lamp", "old lamp"}
	arms := []explore.Arm{
		{Score: 0.10, Expected: 300, Taken: 310},
		{Score: 0.09, Expected: 280, Taken: 260},
		{Score: 0.05, Expected: 200, Taken: 190},
		{Score: 0.04},                          // never shown
		{Score: 0.05, Expected: 20, Taken: 12}, // shown, and taken less often than thought
	}
	occasion := explore.Occasion{Seed: 4, Customer: "ann", At: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC), Surface: "home"}
	choices, err := explore.Thompson{Slots: 1}.Choose(arms, 3, occasion.Random())
	if err != nil {
		fmt.Println(err)
		return
	}
	exposure := clm.Exposure{Decision: occasion.Decision(), Customer: occasion.Customer, Time: occasion.At, Surface: occasion.Surface, Policy: "thompson"}
	for _, c := range choices {
		exposure.Shown = append(exposure.Shown, clm.Shown{Item: items[c.Arm], Propensity: c.Propensity, Score: arms[c.Arm].Score})
	}
	fmt.Println(exposure.Decision)
	for _, s := range exposure.Shown {
		fmt.Printf("%s %.4f\n", s.Item, s.Propensity)
	}
	// Output:
	// 019ca8a0-3e80-8856-aec1-9e52c3001824
	// mug 1.0000
	// pot 1.0000
	// new lamp 0.4247
}

func ExampleEpsilonGreedy() {
	arms := []explore.Arm{{Score: 3, Expected: 90}, {Score: 2, Expected: 80}, {Score: 1}, {Score: 1}, {Score: 1, Expected: 50}}
	policy := explore.EpsilonGreedy{Epsilon: 0.2, Slots: 1}
	for arm := range arms {
		p, err := policy.Propensities(arms, 2, []int{0, arm})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("arm %d in the second place: %.1f\n", arm, p[1])
	}
	// Output:
	// arm 0 in the second place: 0.0
	// arm 1 in the second place: 0.8
	// arm 2 in the second place: 0.1
	// arm 3 in the second place: 0.1
	// arm 4 in the second place: 0.0
}

// Three arms compete for two places; of the second, each has what is left by
// whichever comes first.
func ExampleSoftmax() {
	arms := []explore.Arm{{Score: 2}, {Score: 1}, {Score: 0}}
	for arm := range arms {
		p, err := explore.Softmax{Temperature: 1}.Propensities(arms, 2, []int{arm, arm})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("arm %d: first %.3f, second %.3f\n", arm, p[0], p[1])
	}
	// Output:
	// arm 0: first 0.665, second 0.281
	// arm 1: first 0.245, second 0.511
	// arm 2: first 0.090, second 0.208
}

func ExampleThompson() {
	well, badly := explore.Arm{Score: 0.1, Expected: 10, Taken: 15}, explore.Arm{Score: 0.1, Expected: 10, Taken: 5}
	known := explore.Arm{Score: 0.1, Expected: 100, Taken: 100}
	for _, c := range []struct {
		name string
		arm  explore.Arm
	}{{"never shown", explore.Arm{Score: 0.1}}, {"taken often", well}, {"taken rarely", badly}} {
		p, err := explore.Thompson{Slots: 1}.Propensities([]explore.Arm{known, c.arm}, 1, []int{1})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s: %.3f\n", c.name, p[0])
	}
	// Output:
	// never shown: 0.500
	// taken often: 0.894
	// taken rarely: 0.021
}

func ExampleOccasion() {
	o := explore.Occasion{Seed: 7, Customer: "ann", At: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC), Surface: "home"}
	fmt.Println(o.Decision(), o.Random().IntN(1000))
	fmt.Println(o.Decision(), o.Random().IntN(1000))
	o.Surface = "cart"
	fmt.Println(o.Decision(), o.Random().IntN(1000))
	// Output:
	// 019ca8a0-3e80-8033-a8ed-06a676ddec51 799
	// 019ca8a0-3e80-8033-a8ed-06a676ddec51 799
	// 019ca8a0-3e80-8a31-9f17-0e08dd447b57 514
}
