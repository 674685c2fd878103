package profile

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Weekly holds sums by label and week, sorted by label and then week. Sums are
// integers and weeks are fixed, so the order in which events are added does not
// change it; how fast interest fades is decided when it is read.
type Weekly []WeekSum

// A WeekSum is the weight of one label in one week.
type WeekSum struct {
	Label string
	Week  int32 // weeks since 1970-01-01, a Thursday
	Sum   int64
}

func compareWeeks(a, b WeekSum) int {
	return cmp.Or(cmp.Compare(a.Label, b.Label), cmp.Compare(a.Week, b.Week))
}

// keptWeeks is how many weeks of a label are kept, back from its newest: at the
// default half-life, what is older weighs less than one part in 3,000.
const keptWeeks = 150

const week = 7 * 24 * time.Hour

func weekOf(t time.Time) int32 {
	return int32(t.Unix() / int64(week/time.Second))
}

// add adds weight to a label's week, and drops what is beyond the limits.
func (w *Weekly) add(label string, t time.Time, weight int64) {
	w.addWeek(label, weekOf(t), weight)
}

func (w *Weekly) addWeek(label string, at int32, weight int64) {
	i, found := w.find(label, at)
	if found {
		(*w)[i].Sum += weight
		return
	}
	lo, hi := w.span(label, i)
	if lo == hi && !w.admit(label) {
		return
	}
	if lo < hi && at <= (*w)[hi-1].Week-keptWeeks {
		return
	}
	i, _ = w.find(label, at) // admit may have moved it
	*w = slices.Insert(*w, i, WeekSum{label, at, weight})
	w.expire(label)
}

// find returns where a label's week is, or where it would be inserted. It is
// written out because it runs for each label of each event.
func (w *Weekly) find(label string, at int32) (int, bool) {
	lo, hi := 0, len(*w)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		s := &(*w)[mid]
		c := cmp.Compare(s.Label, label)
		if c < 0 || c == 0 && s.Week < at {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo, lo < len(*w) && (*w)[lo].Week == at && (*w)[lo].Label == label
}

// has reports whether there are sums of a label.
func (w *Weekly) has(label string) bool {
	i, _ := w.find(label, math.MinInt32)
	return i < len(*w) && (*w)[i].Label == label
}

// span returns the range of a label's entries, given an index at or next to it.
func (w *Weekly) span(label string, i int) (lo, hi int) {
	lo, hi = i, i
	for lo > 0 && (*w)[lo-1].Label == label {
		lo--
	}
	for hi < len(*w) && (*w)[hi].Label == label {
		hi++
	}
	return lo, hi
}

// expire drops the weeks of a label that are too far behind its newest.
func (w *Weekly) expire(label string) {
	i, _ := w.find(label, math.MinInt32)
	lo, hi := w.span(label, i)
	old := lo
	for old < hi && (*w)[old].Week <= (*w)[hi-1].Week-keptWeeks {
		old++
	}
	*w = slices.Delete(*w, lo, old)
}

// admit makes room for a new label and reports whether it may come in: the
// MaxLabels labels with the smallest hashes stay. A label that stays in the
// end has never been out, so its sums are whole.
func (w *Weekly) admit(label string) bool {
	if w.labels() < MaxLabels {
		return true
	}
	worst := (*w)[0].Label
	for _, s := range *w {
		if hashLess(worst, s.Label) {
			worst = s.Label
		}
	}
	if hashLess(worst, label) {
		return false
	}
	*w = slices.DeleteFunc(*w, func(s WeekSum) bool { return s.Label == worst })
	return true
}

// labels returns the number of different labels.
func (w *Weekly) labels() int {
	n := 0
	for i := range *w {
		if i == 0 || (*w)[i-1].Label != (*w)[i].Label {
			n++
		}
	}
	return n
}

// hashLess orders labels by their FNV-1a hash, ties by name.
func hashLess(a, b string) bool {
	return cmp.Or(cmp.Compare(hash(a), hash(b)), cmp.Compare(a, b)) < 0
}

func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// An Affinity is how much a customer is drawn to a label.
type Affinity struct {
	Label string `json:"label"`
	// Weight is the sum of what the customer did with the label, each fading
	// by half per half-life. A view counts 1 by default.
	Weight float64 `json:"weight"`
	// Share is the weight's part of all positive weights, in [0, 1].
	Share float64 `json:"share"`
}

// Affinities returns the labels by falling weight, ties by label. An event
// counts half after one half-life, which is measured from the middle of its
// week to at; 90 days when halfLife is not positive. Labels whose weight is not
// above zero, because more came back than was wanted, are left out. Weeks that
// begin after at are not seen.
func (w Weekly) Affinities(at time.Time, halfLife time.Duration) []Affinity {
	if halfLife <= 0 {
		halfLife = 90 * 24 * time.Hour
	}
	var out []Affinity
	for i, s := range w {
		if i == 0 || w[i-1].Label != s.Label {
			out = append(out, Affinity{Label: s.Label})
		}
		out[len(out)-1].Weight += float64(s.Sum) * fade(s.Week, at, halfLife)
	}
	out = slices.DeleteFunc(out, func(a Affinity) bool { return a.Weight <= 0 })
	total := 0.0
	for _, a := range out {
		total += a.Weight
	}
	for i := range out {
		out[i].Share = out[i].Weight / total
	}
	slices.SortFunc(out, func(a, b Affinity) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Label, b.Label))
	})
	return out
}

// fade returns the weight of a week as seen from at, in [0, 1].
func fade(weekNumber int32, at time.Time, halfLife time.Duration) float64 {
	start := time.Unix(int64(weekNumber)*int64(week/time.Second), 0)
	if start.After(at) {
		return 0
	}
	age := max(0, at.Sub(start.Add(week/2)))
	return math.Exp2(-float64(age) / float64(halfLife))
}
