package sentiment

import (
	"cmp"
	"math"
	"slices"

	"github.com/clmkit/clmkit/internal/numeric"
)

// A space is the vocabulary of a model: which features have a column, those of
// words before those of n-grams, and how much each tells.
type space struct {
	grams    grams
	features []feature // by column, ascending, so that words come first
	idf      []float32 // by column
	columns  map[feature]int32
}

// newSpace keeps the features that are in at least minTexts texts, of which the
// most frequent ones if there are more than most.
func newSpace(bags []bagged, g grams, minTexts, most int) *space {
	kept := slices.DeleteFunc(frequencies(bags), func(c counted) bool { return int(c.count) < minTexts })
	if len(kept) > most {
		slices.SortFunc(kept, func(a, b counted) int {
			return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.feature, b.feature))
		})
		kept = kept[:most]
		slices.SortFunc(kept, func(a, b counted) int { return cmp.Compare(a.feature, b.feature) })
	}
	s := &space{grams: g}
	for _, c := range kept {
		s.features = append(s.features, c.feature)
		s.idf = append(s.idf, float32(1+math.Log(float64(1+len(bags))/float64(1+c.count))))
	}
	s.index()
	return s
}

// frequencies counts in how many texts each feature is. It sorts them all: a map,
// most of whose keys come once, takes three times as long (BenchmarkLearn).
func frequencies(bags []bagged) []counted {
	var r reader
	for _, b := range bags {
		for _, c := range b {
			r.features = append(r.features, c.feature)
		}
	}
	r.count()
	return r.bag
}

func (s *space) index() {
	s.columns = make(map[feature]int32, len(s.features))
	for j, f := range s.features {
		s.columns[f] = int32(j)
	}
}

// row weighs a text: (1 + log count) · idf, with words and n-grams each brought
// to unit length, in the memory of a row that is done with (TF-IDF with sublinear counts; Manning, Raghavan and Schütze,
// Introduction to Information Retrieval, §6.4).
func (s *space) row(b bagged, row numeric.Sparse) numeric.Sparse {
	row.Columns = slices.Grow(row.Columns[:0], len(b)+wholeColumns)
	row.Values = slices.Grow(row.Values[:0], len(b)+wholeColumns)
	words := 0
	for _, c := range b {
		j, ok := s.columns[c.feature]
		if !ok {
			continue
		}
		if !c.feature.isGram() {
			words++
		}
		row.Columns = append(row.Columns, j)
		row.Values = append(row.Values, sublinear(c.count)*s.idf[j])
	}
	unit(row.Values[:words])
	unit(row.Values[words:])
	return row
}

// sublinear returns 1 + log n.
func sublinear(n int32) float32 {
	if n == 1 {
		return 1
	}
	return float32(1 + math.Log(float64(n)))
}

// unit brings values to unit length, if there is one that is not 0.
func unit(values []float32) {
	sum := 0.0
	for _, v := range values {
		sum += float64(v) * float64(v)
	}
	if sum == 0 {
		return
	}
	by := float32(1 / math.Sqrt(sum))
	for i := range values {
		values[i] *= by
	}
}
