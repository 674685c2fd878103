package rerank

import (
	"cmp"
	"math"
	"slices"
)

// Repairs count what was wrong with orders that a model or a stage gave. None of
// it reaches a list.
type Repairs struct {
	Invented int `json:"invented,omitempty"` // places given to what is not in the list: left out
	Repeated int `json:"repeated,omitempty"` // items named again: the first place counts
	Dropped  int `json:"dropped,omitempty"`  // items not named: put last, in the order they had
}

func (r *Repairs) add(o Repairs) {
	r.Invented += o.Invented
	r.Repeated += o.Repeated
	r.Dropped += o.Dropped
}

// Repair makes an order of n items complete: every index in [0, n) once, those
// that order names first and in its order, then the others, ascending. It says
// how many were named, and what was wrong. O(n + len(order)).
func Repair(order []int, n int) (whole []int, named int, wrong Repairs) {
	seen := make([]bool, n)
	whole = make([]int, 0, n)
	for _, i := range order {
		switch {
		case i < 0 || i >= n:
			wrong.Invented++
		case seen[i]:
			wrong.Repeated++
		default:
			seen[i] = true
			whole = append(whole, i)
		}
	}
	named = len(whole)
	wrong.Dropped = n - named
	for i := range n {
		if !seen[i] {
			whole = append(whole, i)
		}
	}
	return whole, named, wrong
}

// byScore is the ranking of items by their scores, the best first and of equals
// the first. NaN is no score: those items come last, as they were.
func byScore(scores []float64) *Ranking {
	r := &Ranking{Order: upTo(len(scores))}
	slices.SortStableFunc(r.Order, func(a, b int) int {
		return cmp.Compare(scores[b], scores[a]) // which puts NaN last, and all NaN are equal
	})
	for _, i := range r.Order {
		if math.IsNaN(scores[i]) {
			r.Repairs.Dropped++
			continue
		}
		r.Scores = append(r.Scores, scores[i])
	}
	return r
}

// byTexts orders items by the scores of their texts. Items without text have
// none and stay behind.
func byTexts(items []Item, most int, score func(texts []string, c *Cost) ([]float64, error)) (*Ranking, error) {
	scores := make([]float64, len(items))
	var texts []string
	var of []int
	for i, item := range items {
		scores[i] = math.NaN()
		if text := line(item.Text, most); text != "" {
			texts, of = append(texts, text), append(of, i)
		}
	}
	if len(texts) == 0 {
		return nil, failed(Cost{}, errNoText)
	}
	var cost Cost
	values, err := score(texts, &cost)
	if err != nil {
		return nil, failed(cost, err)
	}
	for n, i := range of {
		scores[i] = values[n]
	}
	r := byScore(scores)
	if len(r.Scores) == 0 {
		return nil, failed(cost, errNoScore)
	}
	r.Cost = cost
	return r, nil
}

// upTo is 0, 1, …, n-1.
func upTo(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}
