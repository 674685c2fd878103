package interaction

import "slices"

// Runs are lists for the numbers from 0 on, one behind the other: they need no
// slice of their own, and a look at one costs one jump less.
type Runs[T any] struct {
	Ends []int // where each list ends
	All  []T
}

// RunsOf returns lists as runs, which are a copy.
func RunsOf[T any](lists [][]T) Runs[T] {
	r := Runs[T]{Ends: make([]int, len(lists)), All: slices.Concat(lists...)}
	for i, list := range lists {
		r.Ends[i] = len(list)
	}
	Cumulate(r.Ends)
	return r
}

// Of returns the list of a number.
func (r *Runs[T]) Of(i int32) []T { return r.All[r.Start(i):r.Ends[i]] }

// Start returns where the list of a number starts.
func (r *Runs[T]) Start(i int32) int {
	if i == 0 {
		return 0
	}
	return r.Ends[i-1]
}

// Cumulate turns the lengths of lists, one behind the other, into where they end,
// and returns where they start, and the sum.
func Cumulate(lengths []int) (starts []int, end int) {
	starts = make([]int, len(lengths))
	for i, length := range lengths {
		starts[i] = end
		end += length
		lengths[i] = end
	}
	return starts, end
}
