package segment

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// A Mark is something that the customers of a segment have more often than the
// rest.
type Mark struct {
	Kind MarkKind `json:"kind"`
	Name string   `json:"name"`
	// Here is how many customers of the segment have it, and There how many of
	// all others.
	Here  int `json:"here"`
	There int `json:"there"`
	// Share and Rest are the parts of the segment and of the others that have
	// it, in [0, 1].
	Share float64 `json:"share"`
	Rest  float64 `json:"rest"`
	// Lift is Share over Rest, with half a customer added to both sides of
	// each, so that it is finite where nobody else has it.
	Lift float64 `json:"lift"`
	// P is the probability of such a difference, or a greater one, by chance.
	// It is of one mark alone. Segments were made to differ in the features,
	// so for marks of these it says nothing new.
	P float64 `json:"p"`
}

// What it takes to be a mark. The numbers are our choice.
const (
	markSupport = 5    // customers of the segment that have it
	markShare   = 0.2  // of the segment
	markLift    = 1.25 // over the rest
	markLevel   = 0.01 // chance that any mark of any segment is there by chance (Bonferroni)
	maxMarks    = 8    // of a segment
)

// describe finds the marks of each segment.
func (m *Model) describe(g *gathering, labels []int) {
	g.extremes(m.Currency)
	here := make([][]int, len(m.Segments))
	for s := range here {
		here[s] = make([]int, len(g.list))
	}
	all := make([]int, len(g.list))
	for i := range g.rows {
		for _, a := range g.rows[i].has {
			here[labels[i]][a]++
			all[a]++
		}
	}
	tests := float64(max(1, len(g.list)*len(m.Segments)))
	for s := range m.Segments {
		size := m.Segments[s].Customers
		for a, n := range here[s] {
			k := newMark(g.list[a], n, size, all[a]-n, m.Customers-size)
			if k.tells(markLevel / tests) {
				m.Segments[s].Marks = append(m.Segments[s].Marks, k)
			}
		}
		m.Segments[s].Marks = foremost(m.Segments[s].Marks)
	}
}

// newMark compares n of size with others of rest.
func newMark(a attribute, n, size, others, rest int) Mark {
	k := Mark{Kind: a.kind, Name: a.name, Here: n, There: others, P: 1}
	if size == 0 || rest == 0 {
		return k
	}
	k.Share, k.Rest = float64(n)/float64(size), float64(others)/float64(rest)
	k.Lift = (float64(n) + 0.5) / (float64(size) + 1) * (float64(rest) + 1) / (float64(others) + 0.5)
	k.P = chance(n, size, others, rest)
	return k
}

func (k *Mark) tells(level float64) bool {
	return k.Here >= markSupport && k.Share >= markShare && k.Lift >= markLift && k.P <= level
}

// chance returns the p-value of the likelihood ratio test of two shares, which
// holds for rare things where Pearson's does not (Dunning, Accurate methods for
// the statistics of surprise and coincidence, 1993): G is chi-squared with one
// degree of freedom.
func chance(a, n, b, m int) float64 {
	pooled := float64(a+b) / float64(n+m)
	g := 0.0
	for _, c := range []struct{ seen, of int }{{a, n}, {b, m}} {
		g += surprise(float64(c.seen), float64(c.of)*pooled)
		g += surprise(float64(c.of-c.seen), float64(c.of)*(1-pooled))
	}
	return math.Erfc(math.Sqrt(max(0, g))) // G is twice g, and P(X² > G) is erfc(√(G/2))
}

func surprise(seen, expected float64) float64 {
	if seen == 0 {
		return 0
	}
	return seen * math.Log(seen/expected)
}

// foremost sorts by lift and keeps the first.
func foremost(marks []Mark) []Mark {
	slices.SortFunc(marks, func(a, b Mark) int {
		return cmp.Or(cmp.Compare(b.Lift, a.Lift), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	return marks[:min(len(marks), maxMarks)]
}

// String returns what the mark says, as in "brand Acme: 61.0 % here, 15.2 % elsewhere".
func (k Mark) String() string {
	name := string(k.Kind) + " " + k.Name
	switch k.Kind {
	case ByFeature, ByTrait:
		name = k.Name
	}
	return fmt.Sprintf("%s: %.1f %% here, %.1f %% elsewhere", name, 100*k.Share, 100*k.Rest)
}

// Text describes a segment for people, in English: its id, how many customers it
// has and what share of all that is, and its marks. "" for an id that the model
// does not have.
func (m *Model) Text(id ID) string {
	s := m.Segment(id)
	if s == nil {
		return ""
	}
	var marks []string
	for _, k := range s.Marks {
		marks = append(marks, k.String())
	}
	if len(marks) == 0 {
		marks = []string{"nothing sets it apart"}
	}
	return fmt.Sprintf("%s, %d of %d customers (%.1f %%): %s.", s.ID, s.Customers, m.Customers,
		100*float64(s.Customers)/float64(max(1, m.Customers)), strings.Join(marks, "; "))
}
