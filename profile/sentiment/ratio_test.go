package sentiment

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/internal/numeric"
)

// anyRows draws rows of ones over a few columns, with outcomes.
func anyRows(t *rapid.T, columns int) (rows []numeric.Sparse, outcomes []bool) {
	for range rapid.IntRange(1, 30).Draw(t, "rows") {
		var row numeric.Sparse
		for j := range columns {
			if rapid.Bool().Draw(t, "has") {
				row.Append(j, 1)
			}
		}
		rows, outcomes = append(rows, row), append(outcomes, rapid.Bool().Draw(t, "outcome"))
	}
	return rows, outcomes
}

func TestARatioIsThatOfTheCounts(t *testing.T) {
	row := func(columns ...int) (s numeric.Sparse) {
		for _, j := range columns {
			s.Append(j, 1)
		}
		return s
	}
	// Column 0 is in all of the first kind, 1 in all rows, 2 in one of each, 3 in none.
	rows := []numeric.Sparse{row(0, 1, 2), row(0, 1), row(1, 2), row(1)}
	got := ratios(rows, []bool{true, true, false, false}, 4, 5)
	raw := math.Log(3.0 / 4 * 4) // (2+1)/(2+2) over (0+1)/(2+2)
	mean := math.Sqrt(2 * raw * raw / 8)
	assert.InDeltaSlice(t, []float64{0.5 + 0.5*raw/mean, 0.5, 0.5, 0.5, 1}, got, 1e-12)
}

func TestRatiosDoNotDependOnWhichOutcomeIsWhich(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, outcomes := anyRows(t, 6)
		turned := make([]bool, len(outcomes))
		for i, o := range outcomes {
			turned[i] = !o
		}
		got := ratios(rows, outcomes, 5, 6)
		require.InDeltaSlice(t, got, ratios(rows, turned, 5, 6), 1e-12)
		for _, f := range got {
			require.True(t, f >= 1-ratioShare && !math.IsInf(f, 0), f)
		}
		require.Equal(t, 1.0, got[5])
	})
}

// Of words that are too rare to be learned one by one, those that were seen with
// one label only weigh more than those that were seen with both.
func TestAWordOfOneLabelCountsMoreThanOneOfBoth(t *testing.T) {
	var examples []Example
	for i := range 200 {
		label := []string{Negative, Positive}[i%2]
		filler := fmt.Sprintf("w%d w%d w%d", i%7, i%11, i%13)
		examples = append(examples, Example{[]string{filler + " " + []string{"glum", "zingy"}[i%2]}, label})
	}
	l := learn(t, examples, &LearnOptions{Features: Words})
	good, bad := l.Classify("zingy w1 w2 w3"), l.Classify("glum w1 w2 w3")
	assert.Greater(t, good.Probabilities[1], 0.9)
	assert.Greater(t, bad.Probabilities[0], 0.9)
}
