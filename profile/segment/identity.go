package segment

import (
	"cmp"
	"math"
	"slices"
)

// name gives each centroid an id, that of the previous segment that it is
// matched with or a new one, and sorts the segments by it. New segments are
// numbered by falling size, and of two of a size by their centroids.
func (m *Model) name(x *points, r *partition, o *Options) {
	sizes := make([]int, len(r.centroids))
	for _, l := range r.labels {
		sizes[l]++
	}
	order := make([]int, len(r.centroids))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(sizes[b], sizes[a]), slices.Compare(r.centroids[a], r.centroids[b]))
	})
	for _, i := range order {
		m.Segments = append(m.Segments, Segment{Centroid: r.centroids[i]})
	}
	m.recognise(o)
	for i := range m.Segments {
		if m.Segments[i].ID == 0 {
			m.Segments[i].ID = m.Next
			m.Next++
		}
	}
	slices.SortFunc(m.Segments, func(a, b Segment) int { return cmp.Compare(a.ID, b.ID) })
}

// recognise gives segments their ids of the previous fit: the pairing with the
// least sum of distances, in which to stay alone costs o.Near, so that no pair is
// further apart. An id that nobody gets is not given again.
func (m *Model) recognise(o *Options) {
	if o.Previous == nil {
		return
	}
	m.Next = o.Previous.Next
	cost := make([][]float64, len(m.Segments))
	for i := range m.Segments {
		for j := range o.Previous.Segments {
			cost[i] = append(cost[i], m.distance(o.Previous, i, j))
		}
	}
	for i, j := range match(cost, o.Near) {
		if j >= 0 {
			m.Segments[i].ID = o.Previous.Segments[j].ID
		}
	}
}

// distance returns how far segment i lies from segment j of another model: the
// root of the mean squared distance per feature that varies in both, in standard
// deviations of the other. Infinite when they share no feature.
func (m *Model) distance(other *Model, i, j int) float64 {
	sum, n := 0.0, 0
	for a := range m.Terms {
		b := other.term(m.Terms[a].Feature)
		if b < 0 || m.Terms[a].Scale == 0 || other.Terms[b].Scale == 0 {
			continue
		}
		value := m.Terms[a].Mean + m.Terms[a].Scale*m.Segments[i].Centroid[a]
		d := (value-other.Terms[b].Mean)/other.Terms[b].Scale - other.Segments[j].Centroid[b]
		sum += d * d
		n++
	}
	if n == 0 {
		return math.Inf(1)
	}
	return math.Sqrt(sum / float64(n))
}

// term returns the index of a feature, -1 where the model does not have it.
func (m *Model) term(name string) int {
	return slices.IndexFunc(m.Terms, func(t Term) bool { return t.Feature == name })
}

// moved returns the centroids of another model on the scale of this one; the
// mean for features that it does not have.
func (m *Model) moved(other *Model) [][]float64 {
	list := make([][]float64, len(other.Segments))
	for s := range other.Segments {
		list[s] = make([]float64, len(m.Terms))
		for a := range m.Terms {
			if b := other.term(m.Terms[a].Feature); b >= 0 {
				value := other.Terms[b].Mean + other.Terms[b].Scale*other.Segments[s].Centroid[b]
				list[s][a] = m.Terms[a].standardise(value)
			}
		}
	}
	return list
}
