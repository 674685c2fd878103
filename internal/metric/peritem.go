package metric

import (
	"iter"
	"math"
	"slices"
)

// PerItem counts for each item how often it was recommended, relevant and both,
// over any number of lists. Its memory depends on the number of items alone.
// Items are numbers from 0.
type PerItem struct {
	lists                  float64
	shown, relevant, found []float64 // by item: lists that have it, want it, both
}

// NewPerItem returns the counts of that many items in no list.
func NewPerItem(items int) *PerItem {
	return &PerItem{shown: make([]float64, items), relevant: make([]float64, items), found: make([]float64, items)}
}

// Add counts a list and what it should have found, each item at most once.
func (p *PerItem) Add(list, relevant []int32) {
	p.lists++
	for _, item := range list {
		p.shown[item]++
		if slices.Contains(relevant, item) {
			p.found[item]++
		}
	}
	for _, item := range relevant {
		p.relevant[item]++
	}
}

// Accuracy is the mean over items of how well each was recommended, so that a
// rare item counts as much as a popular one: Amazon Personalize's precision and
// recall of actions.
type Accuracy struct {
	// Precision is the mean, over the items that are in a list, of the share of
	// those lists for which the item is relevant. NaN when all lists are empty.
	Precision float64
	// Recall is the mean, over the items that are relevant for a list, of the
	// share of those lists that have the item. NaN when nothing is relevant.
	Recall float64
}

// Accuracy returns the numbers of the lists added so far.
func (p *PerItem) Accuracy() Accuracy {
	shown, relevant := p.sums()
	return Accuracy{shown.mean(), relevant.mean()}
}

// Influence yields, for each of the lists that were added, how far it moves the
// numbers: n-1 times what they would lose without it, as [Exposure.Influence]
// does.
func (p *PerItem) Influence(lists iter.Seq2[[]int32, []int32]) iter.Seq[Accuracy] {
	return func(yield func(Accuracy) bool) {
		shown, relevant := p.sums()
		for list, wanted := range lists {
			if !yield(p.influence(list, wanted, shown, relevant)) {
				return
			}
		}
	}
}

func (p *PerItem) influence(list, wanted []int32, shown, relevant ratios) Accuracy {
	precision, recall := shown.mean(), relevant.mean()
	for _, item := range list {
		found := outcome(slices.Contains(wanted, item))
		shown.replace(p.found[item], p.shown[item], p.found[item]-found, p.shown[item]-1)
	}
	for _, item := range wanted {
		found := outcome(slices.Contains(list, item))
		relevant.replace(p.found[item], p.relevant[item], p.found[item]-found, p.relevant[item]-1)
	}
	return Accuracy{p.moved(precision, shown.mean()), p.moved(recall, relevant.mean())}
}

func (p *PerItem) moved(with, without float64) float64 {
	if math.IsNaN(with) || math.IsNaN(without) {
		return 0
	}
	return (p.lists - 1) * (with - without)
}

func (p *PerItem) sums() (shown, relevant ratios) {
	for item := range p.shown {
		shown.add(p.found[item], p.shown[item])
		relevant.add(p.found[item], p.relevant[item])
	}
	return shown, relevant
}

// ratios is a sum of ratios and how many there are; those over 0 are none.
type ratios struct{ sum, n float64 }

func (r *ratios) add(part, whole float64) {
	if whole > 0 {
		r.sum += part / whole
		r.n++
	}
}

func (r *ratios) replace(part, whole, newPart, newWhole float64) {
	r.sum -= part / whole
	r.n--
	r.add(newPart, newWhole)
}

// mean is NaN of no ratios.
func (r *ratios) mean() float64 { return r.sum / r.n }
