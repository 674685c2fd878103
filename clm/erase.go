package clm

import (
	"context"
	"fmt"
	"io"
)

// An Eraser is a store of personal data that can forget a customer. Every
// store of clmkit is one. After Erase returned nil, nothing of the customer is
// left in it; erasing an unknown customer is not an error.
//
// What was erased does not come back from what was read before: a view counts
// erasures in its [Mark].
type Eraser interface {
	Erase(ctx context.Context, customer CustomerID) error
}

// An Exporter is a store of personal data that can write down what it holds
// about a customer, for the customer to read and to take along.
type Exporter interface {
	// Export writes one JSON object per line: a key that names what it is,
	// such as "event" or "profile", with the thing itself. An unknown customer
	// gives no lines and no error.
	Export(ctx context.Context, customer CustomerID, w io.Writer) error
}

// Erase makes the stores forget a customer, in the order given, which has to be
// the order in which data flows: the log before what is derived from it.
// Otherwise a view could read again what it has just forgotten. The first error
// ends it, and says which store it was; call it again with all of them, because
// erasing twice is no error.
func Erase(ctx context.Context, customer CustomerID, stores ...Eraser) error {
	for i, s := range stores {
		if err := s.Erase(ctx, customer); err != nil {
			return fmt.Errorf("clm: erase from store %d of %d (%T): %w", i+1, len(stores), s, err)
		}
	}
	return nil
}
