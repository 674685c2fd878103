package metric

import (
	"cmp"
	"iter"
	"math"
	"slices"
)

// An Exposure counts how often each item was shown, over any number of lists.
// Its memory depends on the number of items alone. Items are numbers from 0;
// a list names each at most once.
type Exposure struct {
	lists   float64
	shown   []float64 // by item: lists that have it
	weight  []float64 // by item: the sum over those lists of 1/sqrt(length)
	squares []float64 // by item: the sum of 1/length
}

// NewExposure returns the exposure of that many items in no list.
func NewExposure(items int) *Exposure {
	return &Exposure{shown: make([]float64, items), weight: make([]float64, items), squares: make([]float64, items)}
}

// Add counts a list.
func (e *Exposure) Add(list []int32) {
	e.lists++
	share := 1 / float64(len(list))
	for _, item := range list {
		e.shown[item]++
		e.weight[item] += math.Sqrt(share)
		e.squares[item] += share
	}
}

// Reach says how lists spread over the items. A number that the lists do not
// have is NaN: all of no items or lists, Gini also of one item and of empty
// lists, Personalisation also of one list.
type Reach struct {
	// Coverage is the share of the items that are in a list.
	Coverage float64
	// Gini is 0 when all items are shown equally often and 1 when only one is
	// (Shani and Gunawardana 2011, section 8.3.1).
	Gini float64
	// Personalisation is 1 minus the mean cosine of the pairs of lists, as sets
	// of items: for lists of one length the share that two do not have in
	// common. Empty lists have nothing in common.
	Personalisation float64
}

// Reach returns the numbers of the lists added so far. It takes O(n log n) time
// for n items, however many lists there were.
func (e *Exposure) Reach() Reach {
	r := Reach{math.NaN(), math.NaN(), math.NaN()}
	if n := float64(len(e.shown)); n > 0 && e.lists > 0 {
		r.Coverage = e.count(func(shown float64) bool { return shown > 0 }) / n
	}
	if _, gini := e.slopes(); len(e.shown) > 1 && e.total() > 0 {
		r.Gini = bounded(gini)
	}
	if e.lists > 1 {
		r.Personalisation = bounded(1 - e.common()/(e.lists*(e.lists-1)/2))
	}
	return r
}

// bounded takes out what rounding adds to [0, 1].
func bounded(x float64) float64 { return min(1, max(0, x)) }

// Influence yields, for each of the lists that were added, how far it moves
// the numbers: n-1 times what they would lose without it, so that adding the
// number itself gives the jackknife's pseudo-value (Tukey 1958). Coverage and
// Personalisation leave the list out; Gini follows its slope instead, the
// infinitesimal jackknife (Jaeckel 1972), because leaving out would take a sort
// per list. A number is 0 where without the list there is none. Intervals of
// Coverage made from it err to the wide side while many items are in no list or
// in one, and to the narrow side when almost every item is in several.
func (e *Exposure) Influence(lists iter.Seq[[]int32]) iter.Seq[Reach] {
	return func(yield func(Reach) bool) {
		slopes, _ := e.slopes()
		all := e.Reach()
		for list := range lists {
			if !yield(e.influence(list, all, slopes)) {
				return
			}
		}
	}
}

func (e *Exposure) influence(list []int32, all Reach, slopes []float64) Reach {
	var alone, slope, common float64
	share := math.Sqrt(1 / float64(len(list)))
	for _, item := range list {
		if e.shown[item] == 1 {
			alone++
		}
		slope += slopes[item]
		common += share * (e.weight[item] - share)
	}
	r := Reach{Coverage: (e.lists - 1) * alone / float64(len(e.shown)), Gini: e.lists * slope}
	if e.lists > 2 {
		without := 1 - (e.common()-common)/((e.lists-1)*(e.lists-2)/2)
		r.Personalisation = (e.lists - 1) * (all.Personalisation - without)
	}
	return r
}

func (e *Exposure) count(is func(shown float64) bool) float64 {
	n := 0.0
	for _, shown := range e.shown {
		if is(shown) {
			n++
		}
	}
	return n
}

func (e *Exposure) total() float64 {
	sum := 0.0
	for _, shown := range e.shown {
		sum += shown
	}
	return sum
}

// common returns the sum of the cosines of all pairs of lists: each item adds
// the products of the weights of the lists that have it.
func (e *Exposure) common() float64 {
	sum := 0.0
	for i, weight := range e.weight {
		sum += (weight*weight - e.squares[i]) / 2
	}
	return sum
}

// slopes returns the Gini coefficient and how it changes with how often each
// item is shown. Items that are shown equally often share their mean rank.
func (e *Exposure) slopes() (slopes []float64, gini float64) {
	n, total := float64(len(e.shown)), e.total()
	slopes = make([]float64, len(e.shown))
	if n < 2 || total == 0 {
		return slopes, 0
	}
	order := make([]int, len(e.shown))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(e.shown[a], e.shown[b]) })
	rank := 0.0
	ties(e.shown, order, func(items []int) {
		middle := rank + (float64(len(items))+1)/2
		rank += float64(len(items))
		for _, item := range items {
			slopes[item] = (2*middle - n - 1) / ((n - 1) * total)
			gini += slopes[item] * e.shown[item]
		}
	})
	for item := range slopes {
		slopes[item] -= gini / total
	}
	return slopes, gini
}
