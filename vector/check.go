package vector

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"
)

// What a store refuses.
var (
	ErrID        = errors.New("id is empty or not text")
	ErrDimension = errors.New("wrong dimension")
	ErrNotFinite = errors.New("not a finite number")
	ErrZero      = errors.New("all numbers are zero, so there is no direction")
	ErrAttribute = errors.New("attribute is not text")
	ErrK         = errors.New("k is negative")
)

// RecordError names the record because of which a call was refused.
type RecordError struct {
	Index int    // Index is the position of the record in the call, from 0.
	ID    string // ID is the record's id, possibly empty.
	Err   error  // Err is the reason; it wraps one of this package's sentinels.
}

// Error returns the reason together with the record's position and id.
func (e *RecordError) Error() string {
	return fmt.Sprintf("vector: record %d (%q): %v", e.Index, e.ID, e.Err)
}

// Unwrap returns the reason.
func (e *RecordError) Unwrap() error { return e.Err }

// Check reports whether all records can be stored together in a store of this dimension, where 0 stands for an empty
// store, which takes its dimension from the first record. It returns the dimension after the call, or a *RecordError
// for the first record at fault. Implementations of Store call it before they write. The cost is O(n·d).
func Check(dimension int, records ...Record) (int, error) {
	for i, r := range records {
		if dimension == 0 {
			dimension = len(r.Vector)
		}
		if err := r.check(dimension); err != nil {
			return 0, &RecordError{Index: i, ID: r.ID, Err: err}
		}
	}
	return dimension, nil
}

func (r Record) check(dimension int) error {
	if r.ID == "" || !isText(r.ID) {
		return ErrID
	}
	for name, value := range r.Attributes {
		if !isText(name) || !isText(value) {
			return ErrAttribute
		}
	}
	return checkVector(r.Vector, dimension)
}

// Check reports whether a store of this dimension can answer the query; 0 stands for an empty store, which accepts
// any dimension but no vector without a number. Implementations of Store call it before they search.
func (q Query) Check(dimension int) error {
	if q.K < 0 {
		return fmt.Errorf("vector: query: k = %d: %w", q.K, ErrK)
	}
	if dimension == 0 {
		dimension = len(q.Vector)
	}
	if err := checkVector(q.Vector, dimension); err != nil {
		return fmt.Errorf("vector: query: %w", err)
	}
	return nil
}

func checkVector(v []float32, dimension int) error {
	if len(v) == 0 || len(v) != dimension {
		return fmt.Errorf("%d numbers instead of %d: %w", len(v), dimension, ErrDimension)
	}
	zero := true
	for i, x := range v {
		if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
			return fmt.Errorf("number %d is %v: %w", i, x, ErrNotFinite)
		}
		zero = zero && x == 0
	}
	if zero {
		return ErrZero
	}
	return nil
}

// isText excludes what PostgreSQL cannot hold in a text column, so that a record fits every store or none.
func isText(s string) bool {
	return utf8.ValidString(s) && !strings.Contains(s, "\x00")
}
