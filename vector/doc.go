// Package vector stores embeddings and finds the nearest ones. Store is the contract; Memory and Graph are its
// implementations that live in the process, exact and approximate; package vectortest holds the tests that every Store
// must pass.
//
//	var store vector.Memory
//	err := store.Upsert(ctx,
//		vector.Record{ID: "mug", Vector: []float32{1, 0}, Attributes: map[string]string{"category": "kitchen"}},
//		vector.Record{ID: "cup", Vector: []float32{0.9, 0.1}, Attributes: map[string]string{"category": "kitchen"}},
//		vector.Record{ID: "rug", Vector: []float32{0, 1}, Attributes: map[string]string{"category": "living"}})
//	if err != nil {
//		return err
//	}
//	matches, err := store.Search(ctx, vector.Query{
//		Vector: []float32{1, 0},
//		K:      2,
//		Filter: vector.Filter{{Attribute: "category", AnyOf: []string{"kitchen"}}},
//	})
//	// matches: mug 1.000, cup 0.994
//
// # Similarity
//
// The measure is the cosine of the angle between two vectors, in [-1, 1]: 1 is the same direction, 0 unrelated, -1
// opposite. Length does not matter, so a vector of length zero has no similarity to anything and is refused.
//
// # Filters
//
// A Filter is data, not a function, so that a database can evaluate it. It is applied before the k nearest are chosen:
// a filter that keeps one record in a hundred still yields K matches as long as that many records pass it.
//
// # Memory or Graph
//
// Memory compares a query with every record: nothing is missed, a new record costs nothing, and 100,000 records of 384
// numbers take 5 ms of one core, or a third of that where SearchAll answers many queries in one pass. Graph looks at
// some hundred records: 0.2 ms for the same, with nearly all of the nearest found among embeddings, a third more memory,
// and 0.3 ms for each new record. Below some thousand records a Graph searches as Memory does. Both find K records with
// any filter. The command
//
//	go run ./internal/bench vectors -n 100000 -d 384
//
// measures both beside other libraries; -in reads vectors of your own, and -data isotropic makes some for which a graph is
// of no use.
//
// # Which vectors belong together
//
// A store compares whatever it is given. Vectors of two embedding models have nothing to do with each other even when
// their dimension is equal: keep one store per model id.
package vector
