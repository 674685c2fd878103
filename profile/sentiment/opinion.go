package sentiment

import (
	"math"
	"slices"

	"github.com/clmkit/clmkit/internal/text"
)

// An Opinion is what a sentence says of a target.
type Opinion struct {
	// Target is what it is about.
	Target Span
	// Label is never Mixed.
	Label Label
	// Confidences sum to 1.
	Confidences Confidences
	// Assessments are the words that say it, in order. May be empty.
	Assessments []Assessment
	// Entity is what the target is in the host's catalogue; see [Entities.Link].
	Entity *Entity
}

// An Assessment is a word that says something of a target.
type Assessment struct {
	Span
	Label   Label // Positive or Negative
	Negated bool
}

// How an opinion word counts for a target: less with each word between them
// (halved after four), and less with each border of a clause between them.
const (
	halfDistance = 4.0
	acrossBorder = 0.25
)

// towards sums up what words say of a target: good ones and bad ones. Words that
// stand in the target say nothing of it.
func towards(words []word, target Span) (good, bad float64) {
	for i := range words {
		w := &words[i]
		if w.value == 0 || w.Start < target.End && w.End > target.Start {
			continue
		}
		distance, borders := between(words, i, target)
		value := w.value * math.Exp2(-distance/halfDistance) * math.Pow(acrossBorder, borders)
		good += math.Max(0, value)
		bad += math.Max(0, -value)
	}
	return good, bad
}

// between counts words and borders of clauses from the i-th word to a target.
func between(words []word, i int, target Span) (distance, borders float64) {
	w := words[i]
	low, high := w.End, target.Start
	if w.Start >= target.End {
		low, high = target.End, w.Start
	}
	for k := range words {
		if words[k].Start >= low && words[k].Start <= high {
			if words[k].Start < high {
				distance++
			}
			if words[k].breaks || words[k].entry.role == contrast {
				borders++
			}
		}
	}
	return distance, borders
}

// judge returns the opinion on a target by the clause rule.
func judge(words []word, target Span) Opinion {
	c := confide(towards(words, target))
	o := Opinion{Target: target, Label: c.Label(), Confidences: c}
	for i := range words {
		w := &words[i]
		if distance, borders := between(words, i, target); w.value == 0 || borders > 0 || distance > 2*halfDistance {
			continue
		}
		a := Assessment{Span: w.Span, Label: Positive, Negated: w.negated}
		if w.value < 0 {
			a.Label = Negative
		}
		o.Assessments = append(o.Assessments, a)
	}
	return o
}

// targets finds what the opinions of a sentence are about: for each opinion word
// the nearest word in its clause that is neither grammar nor opinion, one before
// it first where they are equally near. Two opinions may have one target.
func targets(words []word, language text.Language) []Span {
	var out []Span
	for i := range words {
		if words[i].value == 0 {
			continue
		}
		if k := nearest(words, i, language); k >= 0 && !slices.Contains(out, words[k].Span) {
			out = append(out, words[k].Span)
		}
	}
	slices.SortFunc(out, func(a, b Span) int { return a.Start - b.Start })
	return out
}

func nearest(words []word, i int, language text.Language) int {
	left, right := true, true
	for step := 1; left || right; step++ {
		if k := i - step; left {
			if left = k >= 0 && !words[k+1].breaks && words[k].entry.role != contrast; left && isThing(&words[k], language) {
				return k
			}
		}
		if k := i + step; right {
			if right = k < len(words) && !words[k].breaks && words[k].entry.role != contrast; right && isThing(&words[k], language) {
				return k
			}
		}
	}
	return -1
}

// shortestThing is how many bytes the name of a thing has at least.
const shortestThing = 3

func isThing(w *word, language text.Language) bool {
	return w.entry.role == plain && !w.sign && len(w.text) >= shortestThing && !language.IsStopWord(w.text)
}
