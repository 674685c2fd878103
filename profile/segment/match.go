package segment

import "math"

// match pairs rows with columns so that the sum of the costs is the least, where
// a row may also stay alone at the cost alone. It returns the column of each
// row, -1 for none. No column has two rows. It takes O(r² (c + r)) for r rows and
// c columns.
//
// It is the Hungarian method by shortest augmenting paths (Kuhn 1955; Jonker and
// Volgenant 1987), on the costs with one more column for each row to stay alone
// in.
func match(cost [][]float64, alone float64) []int {
	if len(cost) == 0 {
		return nil
	}
	columns := len(cost[0])
	a := &assignment{cost: make([][]float64, len(cost)), owner: make([]int, columns+len(cost))}
	for r := range cost {
		a.cost[r] = append(append([]float64(nil), cost[r]...), constant(len(cost), alone)...)
	}
	for c := range a.owner {
		a.owner[c] = -1
	}
	a.rows, a.columns = make([]float64, len(cost)), make([]float64, columns+len(cost))
	for r := range cost {
		a.augment(r)
	}
	pairs := make([]int, len(cost))
	for c, r := range a.owner {
		if r >= 0 {
			pairs[r] = c
			if c >= columns {
				pairs[r] = -1
			}
		}
	}
	return pairs
}

func constant(n int, v float64) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = v
	}
	return x
}

// assignment is the state of the method: who owns a column, and the potentials,
// under which no cost is below 0 and those of the pairs are 0.
type assignment struct {
	cost          [][]float64
	owner         []int // of each column: its row, or -1
	rows, columns []float64
}

// augment gives a row a column, and moves others along the cheapest path to a
// free one.
func (a *assignment) augment(row int) {
	n := len(a.owner)
	distance, before := constant(n, math.Inf(1)), make([]int, n)
	done := make([]bool, n)
	for c := range before {
		before[c] = -1
	}
	at, from := row, -1
	length := 0.0
	for {
		next := -1
		for c := range n {
			if done[c] {
				continue
			}
			if d := length + a.cost[at][c] - a.rows[at] - a.columns[c]; d < distance[c] {
				distance[c], before[c] = d, from
			}
			if next < 0 || distance[c] < distance[next] {
				next = c
			}
		}
		done[next], length = true, distance[next]
		if a.owner[next] < 0 {
			a.shift(row, done, distance, length)
			a.flip(row, next, before)
			return
		}
		at, from = a.owner[next], next
	}
}

// shift updates the potentials for what was reached at a distance below length.
func (a *assignment) shift(row int, done []bool, distance []float64, length float64) {
	a.rows[row] += length
	for c := range done {
		if done[c] && a.owner[c] >= 0 {
			a.rows[a.owner[c]] += length - distance[c]
			a.columns[c] -= length - distance[c]
		}
	}
}

// flip hands the columns along the path on.
func (a *assignment) flip(row, column int, before []int) {
	for column >= 0 {
		previous := before[column]
		if previous < 0 {
			a.owner[column] = row
			return
		}
		a.owner[column] = a.owner[previous]
		column = previous
	}
}
