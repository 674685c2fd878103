// Package vector stores embeddings and finds the nearest ones. Store is the contract; Memory is the exact
// implementation that lives in the process; package vectortest holds the tests that every Store must pass.
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
// # Which vectors belong together
//
// A store compares whatever it is given. Vectors of two embedding models have nothing to do with each other even when
// their dimension is equal: keep one store per model id.
package vector
