package vector

import "context"

// DefaultK is the number of matches that a Query asks for when its K is zero.
const DefaultK = 10

// Customer is the attribute that says which customer a record is about. Stores erase and export by it.
const Customer = "customer"

// Record is one embedding under its id.
type Record struct {
	// ID names the record within the store: valid UTF-8, not empty, no zero byte.
	ID string

	// Vector is the embedding: finite numbers, not all zero, as many as every other record of the store has.
	// It need not be of unit length.
	Vector []float32

	// Attributes are what a Filter can ask for. Names and values are valid UTF-8 without zero bytes; nil is none.
	Attributes map[string]string
}

// Query asks for the records nearest to a vector.
type Query struct {
	// Vector is compared with the records by cosine: finite numbers, not all zero, of the store's dimension.
	Vector []float32

	// K is the largest number of matches wanted. Default: DefaultK. Negative is ErrK.
	K int

	// Filter restricts the search to records that meet all its conditions. Nil admits every record.
	Filter Filter
}

// Match is one record found by a search.
type Match struct {
	ID    string  // ID is the id of the record.
	Score float64 // Score is the cosine similarity to the query, in [-1, 1].
}

// Store keeps records and finds the nearest ones.
//
// All methods may be called concurrently. None keeps or changes the slices and maps it is given after it has returned.
// A cancelled context gives an error for which errors.Is finds ctx.Err(), and then nothing of that call is written.
type Store interface {
	// Upsert adds the records, and replaces those whose id is stored already, attributes included: all of them, or
	// none when it returns an error. Of two records with the same id in one call the later one wins. No records is
	// no error. A record that cannot be stored gives a *RecordError that wraps ErrID, ErrDimension, ErrNotFinite,
	// ErrZero or ErrAttribute; Check gives the same error.
	Upsert(ctx context.Context, records ...Record) error

	// Delete removes the records with these ids. An id that is not stored is no error.
	Delete(ctx context.Context, ids ...string) error

	// Search returns the K records with the highest similarity among those that pass the filter: fewer when fewer
	// pass, none from an empty store. The highest score comes first, equal scores in order of id. A query that
	// cannot be answered wraps ErrDimension, ErrNotFinite, ErrZero or ErrK; Query.Check gives the same error. An
	// empty store has no dimension and accepts a query of any.
	Search(ctx context.Context, q Query) ([]Match, error)
}
