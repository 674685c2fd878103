package churn

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// A Reason is what the features of one topic contribute to a risk.
type Reason struct {
	Topic Topic `json:"topic"`
	// Contribution is in log odds, relative to the average customer: above 0
	// it raises the risk, and ln 2 = 0.69 doubles the odds.
	Contribution float64 `json:"contribution"`
	// Text is the fact of the topic that contributes most in the same
	// direction, with the typical value beside it: the mean on the scale of
	// log(1 + value), over the training cases. The topic of recency always
	// says how long ago the last order was.
	Text string `json:"text"`
}

// reasons returns one reason for each topic of the terms, the largest
// contribution first, ties by topic.
func (l *Logistic) reasons(values []float64, currency string) []Reason {
	table := features()
	topics := map[Topic][]int{}
	for j := range l.Terms {
		topic := table[l.Terms[j].column].Topic
		topics[topic] = append(topics[topic], j)
	}
	reasons := make([]Reason, 0, len(topics))
	for topic, terms := range topics {
		sum, fact := l.topic(terms, values)
		text := fact.word(table, values, currency)
		if topic == Recency && !strings.HasPrefix(text, "last order") {
			text = fmt.Sprintf("last order %s ago, %s", amountOf(table, "recency", values), text)
		}
		reasons = append(reasons, Reason{topic, sum, text})
	}
	slices.SortFunc(reasons, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(math.Abs(b.Contribution), math.Abs(a.Contribution)), cmp.Compare(a.Topic, b.Topic))
	})
	return reasons
}

// topic returns what some terms contribute, and the one that contributes most
// in the direction of their sum; of equal ones the first.
func (l *Logistic) topic(terms []int, values []float64) (sum float64, fact *Term) {
	parts := make([]float64, len(terms))
	for i, j := range terms {
		parts[i] = l.Terms[j].Weight * l.Terms[j].standardise(values)
		sum += parts[i]
	}
	best := 0
	for i := range parts {
		if parts[i]*sum > parts[best]*sum {
			best = i
		}
	}
	return sum, &l.Terms[terms[best]]
}

// word says the value of the term's feature and what is typical.
func (t *Term) word(table []feature, values []float64, currency string) string {
	f, value, typical := &table[t.column], values[t.column], math.Expm1(t.Mean)
	switch {
	case math.IsNaN(value):
		return f.Meaning + ": unknown yet"
	case f.Name == "repeat":
		share := t.Mean / math.Ln2 // of those with 1, whose transformed value is ln 2
		if value == 0 {
			return fmt.Sprintf("ordered on one day only, as %.0f %% did", 100*(1-share))
		}
		return fmt.Sprintf("ordered on more than one day, as %.0f %% did", 100*share)
	case f.Name == "overdue":
		return fmt.Sprintf("last order %s ago, orders came every %s: %s; typical: %s",
			amountOf(table, "recency", values), amountOf(table, "gap", values), f.amount(value, ""), f.amount(typical, ""))
	}
	return fmt.Sprintf(f.say, f.amount(value, currency)) + "; typical: " + f.amount(typical, currency)
}

// amountOf words the value of the named feature.
func amountOf(table []feature, name string, values []float64) string {
	i := slices.IndexFunc(table, func(f feature) bool { return f.Name == name })
	return table[i].amount(values[i], "")
}

// amount returns a value with its unit.
func (f *feature) amount(value float64, currency string) string {
	switch f.Unit {
	case "share":
		return fmt.Sprintf("%.0f %%", 100*value)
	case "major units":
		return fmt.Sprintf("%.2f %s", value, currency)
	case "gaps":
		return fmt.Sprintf("%.1f gaps", value)
	}
	number := strings.TrimSuffix(fmt.Sprintf("%.1f", value), ".0")
	if value >= 10 {
		number = fmt.Sprintf("%.0f", value)
	}
	if number == "1" {
		return "1 " + strings.TrimSuffix(f.Unit, "s")
	}
	return number + " " + f.Unit
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// days words a duration: in days where it is a whole number of them.
func days(d time.Duration) string {
	if d%day == 0 {
		return count(int(d/day), "day")
	}
	return d.String()
}
