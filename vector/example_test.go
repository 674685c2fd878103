package vector_test

import (
	"context"
	"errors"
	"fmt"

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
