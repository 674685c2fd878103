package rerank

import (
	"cmp"
	"context"
	"slices"
)

// fusionRank is the constant k of reciprocal rank fusion, as in its paper.
const fusionRank = 60

// Blend is a stage whose order is that of stage and that of the list before,
// fused: an item at rank r in the stage's order and s in the list has the score
//
//	share / (60 + r) + (1 - share) / (60 + s)
//
// (reciprocal rank fusion, Cormack, Clarke and Büttcher, SIGIR 2009, with
// weights). A model that scores profile and item alone loses to the list before
// on warm customers; what it knows beside that may still add to it. The share is
// in [0, 1]: at 1 the stage orders alone, at 0 nothing changes; what is outside
// is taken as the nearer bound, and NaN as 0.
//
// Items that the stage has no place for rank behind the others, as they were.
// Scores are the fused ones, of all items. Which share is best is for [Measure] to
// say: each share that is tried is a stage of its own.
func Blend(stage Stage, share float64) Stage {
	if !(share >= 0) {
		share = 0
	}
	share = min(share, 1)
	return StageFunc(func(ctx context.Context, q Query, items []Item) (*Ranking, error) {
		r, err := stage.Rank(ctx, q, items)
		if err != nil || r == nil {
			return nil, err
		}
		return fuse(r, len(items), share), nil
	})
}

// fuse is r blended with the order 0, 1, …, n-1.
func fuse(r *Ranking, n int, share float64) *Ranking {
	order, _, wrong := Repair(r.Order, n)
	score := make([]float64, n)
	for place, item := range order {
		score[item] = share/float64(fusionRank+place+1) + (1-share)/float64(fusionRank+item+1)
	}
	f := &Ranking{Order: upTo(n), Repairs: r.Repairs, Failures: r.Failures, Cost: r.Cost}
	f.Repairs.add(wrong)
	slices.SortStableFunc(f.Order, func(a, b int) int { return cmp.Compare(score[b], score[a]) })
	for _, item := range f.Order {
		f.Scores = append(f.Scores, score[item])
	}
	return f
}
