package profile

import (
	"time"
)

// A Grade says how much a part of a profile rests on.
type Grade string

// The grades, from nothing to enough for most uses.
const (
	None Grade = "none"
	Thin Grade = "thin" // says something about a few
	Fair Grade = "fair"
	Good Grade = "good" // more adds little
)

// A Part is a part of a profile that is graded by itself.
type Part string

// The parts of a profile.
const (
	Behaviour Part = "behaviour" // the customer's own events
	Purchases Part = "purchases" // orders
	Interests Part = "interests" // labels with a weight above zero
	Words     Part = "words"     // events whose words were read as a trait
	Rhythm    Part = "rhythm"    // gaps between orders
)

// Sufficiency is the grade of one part, with what is missing.
type Sufficiency struct {
	Part  Part  `json:"part"`
	Grade Grade `json:"grade"`
	// Have is how many there are of what Part says.
	Have int `json:"have"`
	// Next is the grade above, and Missing how many more it takes. Empty and 0
	// when the grade is Good.
	Next    Grade `json:"next,omitempty"`
	Missing int   `json:"missing,omitempty"`
}

// steps are from how many on a part is thin, fair and good: our judgement, for
// want of a measurement. Three gaps are the least from which a spread is more
// than a guess.
var steps = map[Part][3]int{
	Behaviour: {1, 10, 50},
	Purchases: {1, 3, 8},
	Interests: {1, 3, 8},
	Words:     {1, 3, 10},
	Rhythm:    {1, 3, 8},
}

// Sufficiency grades the parts of the profile as they are known at a moment, in
// the order in which the parts are declared.
func (p *Profile) Sufficiency(at time.Time) []Sufficiency {
	own := 0
	for _, c := range p.Kinds {
		if c.Kind.ByCustomer() {
			own += c.Count
		}
	}
	return []Sufficiency{
		grade(Behaviour, own),
		grade(Purchases, p.Frequency()),
		grade(Interests, len(p.Categories.Affinities(at, 0))),
		grade(Words, p.wordsRead(at)),
		grade(Rhythm, p.Gaps().N),
	}
}

// wordsRead counts the events that kept readings quote.
func (p *Profile) wordsRead(at time.Time) int {
	quoted := map[string]struct{}{}
	for _, t := range p.Readings {
		for _, v := range t.Evidence {
			if v.Field != "" && !t.Seen.After(at) {
				quoted[v.Event] = struct{}{}
			}
		}
	}
	return len(quoted)
}

func grade(part Part, have int) Sufficiency {
	grades := [4]Grade{None, Thin, Fair, Good}
	s := Sufficiency{Part: part, Grade: Good, Have: have}
	for i, step := range steps[part] {
		if have < step {
			s.Grade, s.Next, s.Missing = grades[i], grades[i+1], step-have
			break
		}
	}
	return s
}
