package segment

import (
	"slices"

	"github.com/clmkit/clmkit/profile"
)

// MarkKind says what a [Mark] is about.
type MarkKind string

// The kinds of marks.
const (
	ByFeature  MarkKind = "feature"  // is in the top or the bottom fifth of a feature
	ByCategory MarkKind = "category" // at least a fifth of the interest is in it
	ByBrand    MarkKind = "brand"    // at least a fifth of the interest is in it
	ByChannel  MarkKind = "channel"  // most of the events are on it
	ByStage    MarkKind = "stage"    // stands in it by the default rules
	ByTrait    MarkKind = "trait"    // has it, as "name: value"
)

// attribute is something that a customer has or has not.
type attribute struct {
	kind MarkKind
	name string
}

// attributes numbers the attributes.
type attributes struct {
	list  []attribute
	index map[attribute]int32
}

func (n *attributes) number(kind MarkKind, name string) int32 {
	a := attribute{kind, name}
	i, ok := n.index[a]
	if !ok {
		i = int32(len(n.list))
		n.index[a] = i
		n.list = append(n.list, a)
	}
	return i
}

// drawn is the share from which on a customer counts as interested in a label.
const drawn = 0.2

// of returns the attributes of a profile, each once.
func (n *attributes) of(s *seen, o *profile.TraitOptions) []int32 {
	has := []int32{n.number(ByStage, string(s.Place(nil, s.at).Stage))}
	for _, a := range s.labels {
		if a.Share >= drawn {
			has = append(has, n.number(ByCategory, a.Label))
		}
	}
	for _, a := range s.Brands.Affinities(s.at, 0) {
		if a.Share >= drawn {
			has = append(has, n.number(ByBrand, a.Label))
		}
	}
	if channel := mainChannel(s.Profile); channel != "" {
		has = append(has, n.number(ByChannel, channel))
	}
	for _, t := range s.Traits(s.at, o) {
		has = append(has, n.number(ByTrait, t.Name+": "+t.Value))
	}
	slices.Sort(has)
	return slices.Compact(has)
}

// mainChannel returns the channel with the most events, the first of several.
func mainChannel(p *profile.Profile) string {
	best := profile.LabelCount{}
	for _, c := range p.Channels {
		if c.Count > best.Count {
			best = c
		}
	}
	return best.Label
}

// extremes adds to each row the features that it is in the top or bottom fifth
// of: four fifths of those whose value is known are strictly below, or above.
func (g *gathering) extremes(currency string) {
	for j := range g.table {
		var known []float64
		for i := range g.rows {
			if v := g.rows[i].under(currency)[j]; v == v { // not NaN
				known = append(known, v)
			}
		}
		if len(known) < quintiles {
			continue
		}
		slices.Sort(known)
		most := (4*len(known) + quintiles - 1) / quintiles // four fifths, rounded up
		low, high := known[len(known)-most], known[most-1]
		for i := range g.rows {
			switch v := g.rows[i].under(currency)[j]; {
			case v < low:
				g.rows[i].has = append(g.rows[i].has, g.number(ByFeature, g.table[j].low))
			case v > high:
				g.rows[i].has = append(g.rows[i].has, g.number(ByFeature, g.table[j].high))
			}
		}
	}
}
