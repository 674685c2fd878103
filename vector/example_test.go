package vector_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/clmkit/clmkit/vector"
)

func Example() {
	ctx := context.Background()
	var store vector.Memory
	err := store.Upsert(ctx,
		vector.Record{ID: "mug", Vector: []float32{1, 0}, Attributes: map[string]string{"category": "kitchen"}},
		vector.Record{ID: "cup", Vector: []float32{0.9, 0.1}, Attributes: map[string]string{"category": "kitchen"}},
		vector.Record{ID: "rug", Vector: []float32{0, 1}, Attributes: map[string]string{"category": "living"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	matches, err := store.Search(ctx, vector.Query{
		Vector: []float32{1, 0},
		K:      2,
		Filter: vector.Filter{{Attribute: "category", AnyOf: []string{"kitchen"}}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range matches {
		fmt.Printf("%s %.3f\n", m.ID, m.Score)
	}
	// Output:
	// mug 1.000
	// cup 0.994
}

func ExampleRecordError() {
	var store vector.Memory
	err := store.Upsert(context.Background(),
		vector.Record{ID: "mug", Vector: []float32{1, 0}},
		vector.Record{ID: "void", Vector: []float32{0, 0}})
	refused, ok := errors.AsType[*vector.RecordError](err)
	fmt.Println(ok, refused.ID, errors.Is(err, vector.ErrZero))
	fmt.Println(err)
	// Output:
	// true void true
	// vector: record 1 ("void"): all numbers are zero, so there is no direction
}

func ExampleMemory_Delete() {
	ctx := context.Background()
	var store vector.Memory
	err := store.Upsert(ctx, vector.Record{ID: "mug", Vector: []float32{1, 0}})
	if err == nil {
		err = store.Delete(ctx, "mug", "never stored")
	}
	matches, searchErr := store.Search(ctx, vector.Query{Vector: []float32{1, 0}})
	fmt.Println(len(matches), err, searchErr)
	// Output: 0 <nil> <nil>
}

func ExampleCheck() {
	dimension, err := vector.Check(0, vector.Record{ID: "mug", Vector: []float32{1, 0}})
	fmt.Println(dimension, err)
	_, err = vector.Check(dimension, vector.Record{ID: "cup", Vector: []float32{1, 0, 0}})
	fmt.Println(err)
	// Output:
	// 2 <nil>
	// vector: record 0 ("cup"): 3 numbers instead of 2: wrong dimension
}

func ExampleGraph() {
	ctx := context.Background()
	store := vector.NewGraph(nil)
	var records []vector.Record
	for hour := range 24 * 60 {
		angle := 2 * math.Pi * float64(hour) / (24 * 60)
		records = append(records, vector.Record{ID: fmt.Sprintf("%02d:%02d", hour/60, hour%60),
			Vector: []float32{float32(math.Cos(angle)), float32(math.Sin(angle))}})
	}
	if err := store.Upsert(ctx, records...); err != nil {
		fmt.Println(err)
		return
	}
	matches, err := store.Search(ctx, vector.Query{Vector: []float32{-1, 0}, K: 3})
	for _, m := range matches {
		fmt.Printf("%s %.5f\n", m.ID, m.Score)
	}
	fmt.Println(err)
	// Output:
	// 12:00 1.00000
	// 11:59 0.99999
	// 12:01 0.99999
	// <nil>
}

func ExampleGraph_WriteTo() {
	ctx := context.Background()
	store := vector.NewGraph(nil)
	err := store.Upsert(ctx, vector.Record{ID: "mug", Vector: []float32{3, 4}})
	var file bytes.Buffer
	if err == nil {
		_, err = store.WriteTo(&file)
	}
	read := vector.NewGraph(nil)
	if err == nil {
		_, err = read.ReadFrom(&file)
	}
	matches, searchErr := read.Search(ctx, vector.Query{Vector: []float32{3, 4}})
	fmt.Println(matches, err, searchErr)
	// Output: [{mug 1}] <nil> <nil>
}

func ExampleGraph_Restore() {
	ctx := context.Background()
	records := []vector.Record{{ID: "mug", Vector: []float32{1, 0}}, {ID: "rug", Vector: []float32{0, 1}}}
	store := vector.NewGraph(nil)
	err := store.Upsert(ctx, records...)
	var links bytes.Buffer // the records are in the host's database
	if err == nil {
		_, err = store.WriteLinks(&links)
	}
	fromDatabase := func(yield func(vector.Record, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}
	restored := vector.NewGraph(nil)
	if err == nil {
		err = restored.Restore(ctx, &links, fromDatabase)
	}
	matches, searchErr := restored.Search(ctx, vector.Query{Vector: []float32{0, 1}, K: 1})
	fmt.Println(matches, err, searchErr)
	// Output: [{rug 1}] <nil> <nil>
}

func ExampleSearchAll() {
	ctx := context.Background()
	var store vector.Memory
	err := store.Upsert(ctx, vector.Record{ID: "mug", Vector: []float32{1, 0}}, vector.Record{ID: "rug", Vector: []float32{0, 1}})
	if err != nil {
		fmt.Println(err)
		return
	}
	found, err := vector.SearchAll(ctx, &store, []vector.Query{{Vector: []float32{2, 0}, K: 1}, {Vector: []float32{0, 3}, K: 1}})
	fmt.Println(found, err)
	// Output: [[{mug 1}] [{rug 1}]] <nil>
}
