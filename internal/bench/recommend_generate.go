package main

import (
	"iter"
	"math"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// generated returns orders with so many lines, by customers who share tastes, and
// the catalogue. Events are made when they are asked for, one customer after the
// other, and are the same each time for the same arguments.
//
// A tenth of the lines is something that the customer has bought before, a fifth
// is popular with everybody, and the rest is of one of the customer's three
// tastes. Popularity follows Zipf's law with exponent 1, over all and within a
// taste. How much a customer buys is log-normal, with a standard deviation of the
// logarithm of 1.
func generated(seed uint64, interactions, customers, items int) (iter.Seq2[clm.Event, error], *clm.Catalogue) {
	g := newGenerator(seed, items)
	return func(yield func(clm.Event, error) bool) {
		random := rand.New(rand.NewPCG(seed, 1))
		total := 0.0
		until := make([]float64, customers) // of the lines of all customers up to one
		for c := range until {
			total += math.Exp(random.NormFloat64())
			until[c] = total
		}
		done := 0
		for c := range until {
			end := int(math.Round(until[c] / total * float64(interactions)))
			if !g.customer(c, done, end-done, yield) {
				return
			}
			done = end
		}
	}, g.catalogue()
}

// generator makes events.
type generator struct {
	seed   uint64
	items  []clm.ItemID
	tastes int
}

// tasteSize is about how many items a taste has, basketSize how many lines an
// order has on average, and generatedDays how long the log is.
const (
	tasteSize     = 500
	tastesOfOne   = 3
	basketSize    = 4
	generatedDays = 365
)

var generatedStart = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)

func newGenerator(seed uint64, items int) *generator {
	g := &generator{seed: seed, tastes: max(1, items/tasteSize), items: make([]clm.ItemID, items)}
	for i := range g.items {
		g.items[i] = clm.ItemID("i" + strconv.Itoa(i))
	}
	return g
}

// catalogue returns the items; those of a taste have a category and a word of
// their title in common.
func (g *generator) catalogue() *clm.Catalogue {
	items := make([]clm.Item, len(g.items))
	for i, id := range g.items {
		taste := "taste" + strconv.Itoa(i%g.tastes)
		items[i] = clm.Item{ID: id, Title: taste + " thing " + strconv.Itoa(i/g.tastes%97), Categories: []string{taste}}
	}
	catalogue, err := clm.NewCatalogue(items...)
	if err != nil {
		panic(err) // the ids are unique and not empty
	}
	return catalogue
}

// customer yields the orders of a customer with so many lines in all, and reports
// whether to go on. The first line is the number of all customers' lines before.
func (g *generator) customer(number, first, lines int, yield func(clm.Event, error) bool) bool {
	random := rand.New(rand.NewPCG(g.seed, uint64(number)+2))
	var tastes [tastesOfOne]int
	for i := range tastes {
		tastes[i] = zipf(random, g.tastes)
	}
	id := clm.CustomerID("c" + strconv.Itoa(number))
	var bought []int
	for left := lines; left > 0; {
		n := min(left, 1+random.IntN(2*basketSize-1))
		at := generatedStart.Add(time.Duration(random.Float64() * generatedDays * 24 * float64(time.Hour)))
		e := clm.Event{ID: "e" + strconv.Itoa(first+lines-left), Customer: id, Kind: clm.Ordered, Time: at}
		for range n {
			item := g.item(random, &tastes, bought)
			bought = append(bought, item)
			price := int64(100 + item%1900)
			e.Lines = append(e.Lines, clm.Line{Item: g.items[item], Quantity: 1, Amount: clm.Money{Minor: price, Currency: "EUR"}})
		}
		if left -= n; !yield(e, nil) {
			return false
		}
	}
	return true
}

func (g *generator) item(random *rand.Rand, tastes *[tastesOfOne]int, bought []int) int {
	switch u := random.Float64(); {
	case u < 0.1 && len(bought) > 0:
		return bought[random.IntN(len(bought))]
	case u < 0.3:
		return zipf(random, len(g.items))
	}
	taste := tastes[random.IntN(len(tastes))]
	size := (len(g.items) - taste + g.tastes - 1) / g.tastes
	return taste + zipf(random, size)*g.tastes
}

// zipf draws from 0 to n-1 with a probability of about 1/(1+x).
func zipf(random *rand.Rand, n int) int {
	return min(n-1, int(math.Exp(random.Float64()*math.Log(float64(n+1))))-1)
}
