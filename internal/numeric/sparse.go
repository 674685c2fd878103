package numeric

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
)

// Sparse is a row of a sparse matrix: Values[k] stands in column Columns[k],
// and 0 in every other. Columns are ascending and from 0 on.
type Sparse struct {
	Columns []int32
	Values  []float32
}

// Append adds a value in a column behind the others; 0 is not stored.
func (s *Sparse) Append(column int, value float64) {
	if value != 0 {
		s.Columns = append(s.Columns, int32(column))
		s.Values = append(s.Values, float32(value))
	}
}

// dot returns the product with a dense vector.
func (s Sparse) dot(w []float64) float64 {
	sum := 0.0
	values := s.Values[:len(s.Columns)]
	for k, j := range s.Columns {
		sum += w[j] * float64(values[k])
	}
	return sum
}

// add adds a multiple of the row to a dense vector.
func (s Sparse) add(w []float64, by float64) {
	values := s.Values[:len(s.Columns)]
	for k, j := range s.Columns {
		w[j] += by * float64(values[k])
	}
}

// check reports columns that are out of order or range.
func (s Sparse) check(columns int) error {
	if len(s.Columns) != len(s.Values) {
		return fmt.Errorf("%d columns for %d values", len(s.Columns), len(s.Values))
	}
	last := int32(-1)
	for k, j := range s.Columns {
		if j <= last || int(j) >= columns {
			return fmt.Errorf("column %d is out of order, or not below %d", j, columns)
		}
		if v := float64(s.Values[k]); math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("column %d is %v", j, v)
		}
		last = j
	}
	return nil
}

// Limits of the coordinate descent, those of LIBLINEAR (option -s 7).
const (
	dualPasses    = 1000
	dualTolerance = 0.1
	dualNewtons   = 100
	dualFinest    = 1e-8
)

// FitSparse fits a logistic regression to sparse rows. It minimises half the sum
// of the squared weights plus cost times the sum of the log losses. The intercept
// is the weight of a column of ones, so it is shrunk like the others.
//
// The method is the dual coordinate descent of Yu, Huang and Lin (2011), "Dual
// coordinate descent methods for logistic regression and maximum entropy models",
// algorithm 5 with the Newton steps of algorithm 4. It visits the rows in an
// order that random deals for each pass, and ends when no derivative of the dual
// is larger than 0.1. The error wraps [ErrNotConverged] after 1,000 passes, and
// when all outcomes are the same. A pass takes time in proportion to the values
// in rows; ten to thirty passes are common.
func FitSparse(ctx context.Context, rows []Sparse, outcomes []bool, columns int, cost float64, random rand.Source) (*Logistic, error) {
	if err := checkSparse(rows, outcomes, columns, cost); err != nil {
		return nil, err
	}
	d := newDual(rows, outcomes, columns, cost)
	rng := rand.New(random)
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	for pass := range dualPasses {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		if d.pass(order) <= dualTolerance {
			return &Logistic{Intercept: d.weights[columns], Weights: d.weights[:columns], Steps: pass + 1}, nil
		}
	}
	return nil, fmt.Errorf("numeric: sparse logistic regression after %d passes: %w", dualPasses, ErrNotConverged)
}

func checkSparse(rows []Sparse, outcomes []bool, columns int, cost float64) error {
	if len(rows) == 0 || len(rows) != len(outcomes) {
		return fmt.Errorf("numeric: %d rows for %d outcomes", len(rows), len(outcomes))
	}
	if !(cost > 0) || math.IsInf(cost, 0) {
		return fmt.Errorf("numeric: cost %v is not a number above 0", cost)
	}
	both := false
	for i, row := range rows {
		if err := row.check(columns); err != nil {
			return fmt.Errorf("numeric: row %d: %w", i, err)
		}
		both = both || outcomes[i] != outcomes[0]
	}
	if !both {
		return fmt.Errorf("numeric: all outcomes are %v: %w", outcomes[0], ErrNotConverged)
	}
	return nil
}

// dual is the dual problem at work: each row has a variable in (0, cost), kept
// with its distance from cost, because one of the two may be too small to be
// seen in the other.
type dual struct {
	rows      []Sparse
	signs     []float64 // 1 or -1
	squares   []float64 // squared lengths, the column of ones included
	variables [][2]float64
	weights   []float64 // the last one is the intercept
	cost      float64
	fineness  float64 // how exactly a variable's own problem is solved
}

func newDual(rows []Sparse, outcomes []bool, columns int, cost float64) *dual {
	d := &dual{
		rows: rows, signs: make([]float64, len(rows)), squares: make([]float64, len(rows)),
		variables: make([][2]float64, len(rows)), weights: make([]float64, columns+1), cost: cost, fineness: 1e-2,
	}
	start := min(0.001*cost, 1e-8)
	for i, row := range rows {
		d.signs[i] = -1
		if outcomes[i] {
			d.signs[i] = 1
		}
		d.squares[i] = 1
		for _, v := range row.Values {
			d.squares[i] += float64(v) * float64(v)
		}
		d.variables[i] = [2]float64{start, cost - start}
		d.move(i, d.signs[i]*start)
	}
	return d
}

// move adds a multiple of a row to the weights.
func (d *dual) move(i int, by float64) {
	d.rows[i].add(d.weights, by)
	d.weights[len(d.weights)-1] += by
}

// pass improves each variable once and returns the largest derivative that it
// met.
func (d *dual) pass(order []int) float64 {
	steepest, newtons := 0.0, 0
	for _, i := range order {
		slope, steps := d.improve(i)
		steepest = max(steepest, math.Abs(slope))
		newtons += steps
	}
	if newtons <= len(order)/10 {
		d.fineness = max(dualFinest, 0.1*d.fineness)
	}
	return steepest
}

// improve solves the problem of one variable by Newton's method and returns the
// derivative that it started from, and how many steps it took. It works on the
// smaller of the variable and its distance from cost, where logarithms are exact.
func (d *dual) improve(i int) (slope float64, steps int) {
	a, b := d.squares[i], d.signs[i]*(d.rows[i].dot(d.weights)+d.weights[len(d.weights)-1])
	side, sign := 0, 1.0
	if 0.5*a*(d.variables[i][1]-d.variables[i][0])+b < 0 {
		side, sign = 1, -1
	}
	old := d.variables[i][side]
	z := old
	if d.cost-z < 0.5*d.cost {
		z *= 0.1
	}
	gradient := func() float64 { return a*(z-old) + sign*b + math.Log(z/(d.cost-z)) }
	g := gradient()
	slope = g
	for ; steps < dualNewtons && math.Abs(g) >= d.fineness; steps++ {
		if next := z - g/(a+d.cost/(d.cost-z)/z); next > 0 {
			z = next
		} else {
			z *= 0.1
		}
		g = gradient()
	}
	if steps > 0 {
		d.variables[i][side], d.variables[i][1-side] = z, d.cost-z
		d.move(i, sign*(z-old)*d.signs[i])
	}
	return slope, steps
}
