package segment

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// formatVersion is the version of the stored forms, and of what the features
// mean.
const formatVersion = 1

// ErrFormat is wrapped by the error for stored bytes that this version of the
// package cannot serve.
var ErrFormat = errors.New("not of this version")

// stored is the JSON text of a T, which has no methods, with its version.
type stored[T any] struct {
	Format int `json:"format"`
	Body   *T  `json:"body"`
}

func write[T any](body *T) ([]byte, error) { return json.Marshal(stored[T]{formatVersion, body}) }

func read[T any](data []byte) (*T, error) {
	var s stored[T]
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("segment: %w: %w", ErrFormat, err)
	}
	if s.Format != formatVersion || s.Body == nil {
		return nil, fmt.Errorf("segment: format %d, this is %d: %w", s.Format, formatVersion, ErrFormat)
	}
	return s.Body, nil
}

type plainRFM RFM // without methods

// MarshalJSON writes the cuts. Reading them back gives the same ones, to the bit.
func (r *RFM) MarshalJSON() ([]byte, error) { return write((*plainRFM)(r)) }

// UnmarshalJSON reads what MarshalJSON wrote. The error wraps [ErrFormat] where
// it is of another version, or not whole.
func (r *RFM) UnmarshalJSON(data []byte) error {
	body, err := read[plainRFM](data)
	if err != nil {
		return err
	}
	for _, c := range []Cuts{body.Recency, body.Frequency, body.Monetary} {
		if !slices.IsSorted(c[:]) {
			return fmt.Errorf("segment: rfm: cuts %v do not rise: %w", c, ErrFormat)
		}
	}
	if body.Currency == "" || body.Customers < quintiles || body.Apart < 0 {
		return fmt.Errorf("segment: rfm: %d customers with an order in %q: %w", body.Customers, body.Currency, ErrFormat)
	}
	*r = RFM(*body)
	return nil
}
