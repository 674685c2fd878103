package sentiment

import (
	"math"

	"github.com/clmkit/clmkit/internal/numeric"
)

// Settings of the ratios, chosen like [LearnOptions.Cost]: shares from 0.35 to 1,
// and 0.3 to 3 texts, hardly differ.
const (
	ratioShare = 0.5 // of a factor that is the ratio's; the rest is the same for all
	ratioTexts = 1.0 // how many texts with and without a feature are taken for seen
)

// ratios returns for each column a factor that grows with how differently often
// the two outcomes have it: the size of the log-count ratio of naive Bayes (Wang
// and Manning 2012, "Baselines and bigrams", section 2), relative to its quadratic
// mean over all entries, and mixed with 1. It makes the penalty hold back most what
// tells least. Columns from words on, which are in nearly every row, keep 1.
func ratios(rows []numeric.Sparse, outcomes []bool, words, width int) []float64 {
	var texts [2]float64
	with := [2][]float64{make([]float64, words), make([]float64, words)}
	for i, row := range rows {
		side := 0
		if outcomes[i] {
			side = 1
		}
		texts[side]++
		for _, j := range row.Columns {
			if int(j) < words {
				with[side][j]++
			}
		}
	}
	factors := make([]float64, width)
	squares, entries := 0.0, 0.0
	for j := range words {
		share := func(side int) float64 { return (with[side][j] + ratioTexts) / (texts[side] + 2*ratioTexts) }
		factors[j] = math.Abs(math.Log(share(1) / share(0)))
		n := with[0][j] + with[1][j]
		squares, entries = squares+n*factors[j]*factors[j], entries+n
	}
	mean := math.Sqrt(squares / max(1, entries))
	for j := range factors {
		switch {
		case j >= words || mean == 0:
			factors[j] = 1
		default:
			factors[j] = 1 - ratioShare + ratioShare*factors[j]/mean
		}
	}
	return factors
}

// times returns rows whose columns are multiplied by factors.
func times(rows []numeric.Sparse, factors []float64) []numeric.Sparse {
	entries := 0
	for _, row := range rows {
		entries += len(row.Columns)
	}
	values := make([]float32, 0, entries)
	out := make([]numeric.Sparse, len(rows))
	for i, row := range rows {
		from := len(values)
		for k, j := range row.Columns {
			values = append(values, row.Values[k]*float32(factors[j]))
		}
		out[i] = numeric.Sparse{Columns: row.Columns, Values: values[from:len(values):len(values)]}
	}
	return out
}
