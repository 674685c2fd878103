package recommend

import (
	"maps"
	"slices"
)

// Blend says how the sources are added up for a task, and how that was chosen.
type Blend struct {
	// Weights are the sources' weights, those above 0. Each source's scores
	// are divided by the customer's largest before.
	Weights map[string]float64 `json:"weights,omitempty"`
	// Customers is the number of customers of the hold-out window on whom the
	// weights were chosen. 0 means that there was nothing to choose on: then
	// one source has all the weight, [Repeat] for the next basket and the
	// first of [Sources] for new items, as far as they are fitted.
	Customers int `json:"customers"`
	// NDCG is the blend's NDCG@10 on those customers, each half of them with
	// weights chosen on the other half, and Best and BestNDCG are the same for
	// the best source alone. Where the blend is not better, the weights are
	// those of the best source.
	NDCG     float64 `json:"ndcg"`
	Best     string  `json:"best"`
	BestNDCG float64 `json:"best_ndcg"`
	// Trees are the ranker that orders what the blend proposes, as bytes; nil
	// where there is none, or where it was not better than the best source.
	Trees []byte `json:"trees,omitempty"`
	// Ranker says how that was decided.
	Ranker *RankerReport `json:"ranker,omitempty"`
}

// A RankerReport says how a ranker that learned from the first half of the
// hold-out window did in the second, on the items that the blend of the first
// half proposed.
type RankerReport struct {
	Customers int     `json:"customers"` // who were scored
	NDCG      float64 `json:"ndcg"`      // of the ranker, at 10
	BlendNDCG float64 `json:"blend_ndcg"`
	// Best is what the best source says, some at several half-lives, and BestNDCG
	// how well that orders the same items.
	Best     string  `json:"best"`
	BestNDCG float64 `json:"best_ndcg"`
	// Used is true if the ranker was better than that. It then learned anew, from
	// all of the window.
	Used bool `json:"used"`
	// Features are the features with the largest shares in what the trees
	// gained, which add up to 1 over all features.
	Features map[string]float64 `json:"features,omitempty"`
}

// Blends are the blends of all tasks.
type Blends map[Task]Blend

func (b Blends) clone() Blends {
	copied := maps.Clone(b)
	for task, blend := range copied {
		blend.Weights, blend.Trees = maps.Clone(blend.Weights), slices.Clone(blend.Trees)
		copied[task] = blend
	}
	return copied
}

// The weights that are tried, and how often the sources are gone through.
var weightGrid = []float64{0, 0.25, 0.5, 1, 2}

const (
	weightRounds = 2
	chosenAt     = 10 // the rank at which NDCG is cut off
	candidates   = 50 // of each source that are looked at
)

// chooseBlend chooses the weights of the sources for a task by its trials.
func chooseBlend(task Task, names []string, trials []trial) ([]float64, Blend) {
	if len(trials) == 0 || len(names) == 0 {
		b := Blend{Weights: unchosen(task, names)}
		return numbered(names, b.Weights), b
	}
	return chooseWeights(names, trials)
}

// unchosen returns the weights for a task without a trial or a source.
func unchosen(task Task, names []string) map[string]float64 {
	if task == NextBasket && slices.Contains(names, Repeat) {
		return map[string]float64{Repeat: 1}
	}
	weights := map[string]float64{}
	for _, name := range names[:min(1, len(names))] {
		weights[name] = 1
	}
	return weights
}

// chooseWeights chooses the weights of the sources by the trials, of which
// there is at least one.
func chooseWeights(names []string, trials []trial) ([]float64, Blend) {
	b := Blend{Customers: len(trials)}
	var even, odd []trial
	for i, t := range trials {
		if i%2 == 0 {
			even = append(even, t)
		} else {
			odd = append(odd, t)
		}
	}
	for _, half := range [][2][]trial{{even, odd}, {odd, even}} {
		alone := bestAlone(half[0], len(names))
		share := float64(len(half[1])) / float64(len(trials))
		b.BestNDCG += share * meanNDCG(half[1], alone)
		b.NDCG += share * meanNDCG(half[1], ascend(half[0], alone))
	}
	weights := bestAlone(trials, len(names))
	b.Best = names[slices.Index(weights, 1)]
	if b.NDCG > b.BestNDCG {
		weights = ascend(trials, weights)
	}
	b.Weights = named(names, weights)
	return weights, b
}

// bestAlone returns the weights that leave only the best source.
func bestAlone(trials []trial, n int) []float64 {
	var best []float64
	highest := -1.0
	for s := range n {
		weights := make([]float64, n)
		weights[s] = 1
		if ndcg := meanNDCG(trials, weights); ndcg > highest {
			best, highest = weights, ndcg
		}
	}
	return best
}

// ascend changes one weight at a time as long as that helps.
func ascend(trials []trial, start []float64) []float64 {
	best := slices.Clone(start)
	highest := meanNDCG(trials, best)
	for range weightRounds {
		for s := range best {
			for _, w := range weightGrid {
				weights := slices.Clone(best)
				weights[s] = w
				if ndcg := meanNDCG(trials, weights); ndcg > highest {
					best, highest = weights, ndcg
				}
			}
		}
	}
	return best
}

// numbered is the inverse of named.
func numbered(names []string, weights map[string]float64) []float64 {
	all := make([]float64, len(names))
	for i, name := range names {
		all[i] = weights[name]
	}
	return all
}

func named(names []string, weights []float64) map[string]float64 {
	all := map[string]float64{}
	for i, w := range weights {
		all[names[i]] = w
	}
	maps.DeleteFunc(all, func(_ string, w float64) bool { return w == 0 })
	return all
}
