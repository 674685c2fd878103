package vector

import "context"

// Batcher is a Store that answers many queries in less time than one after the other. Use SearchAll, which works with
// every Store.
type Batcher interface {
	// SearchAll returns the matches of each query, in the order of the queries. They are those of Search.
	SearchAll(ctx context.Context, queries []Query) ([][]Match, error)
}

// SearchAll returns the matches of each query, in the order of the queries: in one pass where the store is a Batcher,
// one by one where it is not. The first query that cannot be answered is an error, and then there are no matches.
func SearchAll(ctx context.Context, s Store, queries []Query) ([][]Match, error) {
	if b, ok := s.(Batcher); ok {
		return b.SearchAll(ctx, queries)
	}
	found := make([][]Match, len(queries))
	for i, q := range queries {
		matches, err := s.Search(ctx, q)
		if err != nil {
			return nil, err
		}
		found[i] = matches
	}
	return found, nil
}
