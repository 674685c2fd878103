package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/store/sqlite"
	"github.com/clmkit/clmkit/vector"
	"github.com/clmkit/clmkit/vector/vectortest"
)

func TestGraphIsAStore(t *testing.T) {
	vectortest.Run(t, func(t *testing.T) vector.Store { return fresh(t).Graph("model", nil) })
}

// crowd returns records around ten centres. Every tenth is about customer c-1.
func crowd(n int, seed uint64) []vector.Record {
	random := rand.New(rand.NewPCG(seed, 1))
	records := make([]vector.Record, n)
	for i := range records {
		v := make([]float32, 12)
		for j := range v {
			v[j] = float32(random.NormFloat64() * 0.5)
		}
		v[i%10]++
		records[i] = vector.Record{ID: fmt.Sprintf("r%04d", i), Vector: v}
		if i%10 == 7 {
			records[i].Attributes = map[string]string{vector.Customer: "c-1"}
		}
	}
	return records
}

// requireAgreement compares a graph with the exact search over the same set.
func requireAgreement(t *testing.T, db *sqlite.DB, what string) {
	t.Helper()
	found, all := 0, 0
	for _, r := range crowd(40, 9) {
		q := vector.Query{Vector: r.Vector}
		want, err := db.Vectors("model").Search(t.Context(), q)
		require.NoError(t, err, what)
		got, err := db.Graph("model", nil).Search(t.Context(), q)
		require.NoError(t, err, what)
		require.Len(t, got, len(want), what)
		for _, m := range got {
			for _, w := range want {
				if m == w {
					found++
				}
			}
		}
		all += len(want)
	}
	require.GreaterOrEqual(t, float64(found), 0.97*float64(all), what)
}

// saved counts the graphs in a file.
func saved(t *testing.T, path string) (n int) {
	t.Helper()
	pool, err := sql.Open("sqlite3", path)
	require.NoError(t, err)
	defer pool.Close()
	require.NoError(t, pool.QueryRow("SELECT count(*) FROM vector_graphs").Scan(&n))
	return n
}

func TestAGraphIsSavedWithItsSet(t *testing.T) {
	ctx, path := t.Context(), filepath.Join(t.TempDir(), "shop.db")
	records := crowd(3000, 1)
	open := func() *sqlite.DB {
		db, err := sqlite.Open(ctx, path, nil)
		require.NoError(t, err)
		return db
	}
	db := open()
	require.NoError(t, db.Graph("model", nil).Save(ctx), "nothing to save yet")
	require.NoError(t, db.Graph("model", nil).Upsert(ctx, records...))
	require.NoError(t, db.Graph("model", nil).Save(ctx))
	requireAgreement(t, db, "built")
	require.NoError(t, db.Vectors("model").Delete(ctx, "r0001", "r0002"))
	moved := crowd(200, 5)
	require.NoError(t, db.Vectors("model").Upsert(ctx, moved...))
	requireAgreement(t, db, "changed behind the graph")
	require.NoError(t, db.Close())

	db = open()
	requireAgreement(t, db, "read from what was saved before the changes")
	require.NoError(t, db.Graph("model", nil).Save(ctx))
	require.NoError(t, db.Close())
	require.Equal(t, 1, saved(t, path))

	execute(t, path, "UPDATE vector_graphs SET links = CAST('damaged' AS BLOB)")
	db = open()
	_, err := db.Graph("model", nil).Search(ctx, vector.Query{Vector: records[0].Vector})
	require.ErrorIs(t, err, sqlite.ErrCorrupt, "what was saved is what is read")
	require.NoError(t, db.Close())
}

func TestAnErasureLeavesNothingInAGraph(t *testing.T) {
	for _, c := range []struct {
		name  string
		erase func(db *sqlite.DB) error
	}{
		{"from the set", func(db *sqlite.DB) error { return db.Vectors("model").Erase(t.Context(), "c-1") }},
		{"from its graph", func(db *sqlite.DB) error { return db.Graph("model", nil).Erase(t.Context(), "c-1") }},
		{"from the file", func(db *sqlite.DB) error { return db.Erase(t.Context(), "c-1") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, path := t.Context(), filepath.Join(t.TempDir(), "shop.db")
			db, err := sqlite.Open(ctx, path, nil)
			require.NoError(t, err)
			g := db.Graph("model", nil)
			require.NoError(t, g.Upsert(ctx, crowd(2500, 1)...))
			require.NoError(t, g.Save(ctx))
			require.NoError(t, c.erase(db))
			requireAgreement(t, db, "erased")
			matches, err := g.Search(ctx, vector.Query{Vector: crowd(1, 1)[0].Vector, K: 5000})
			require.NoError(t, err)
			assert.Len(t, matches, 2250)
			require.NoError(t, db.Close())
			assert.Zero(t, saved(t, path), "it names what was erased")
		})
	}
}

func ExampleDB_Graph() {
	ctx := context.Background()
	db, folder := must()
	defer os.RemoveAll(folder)
	defer db.Close()
	items := db.Graph("text-embedding-3-small", nil)
	err := items.Upsert(ctx,
		vector.Record{ID: "mug", Vector: []float32{1, 0}},
		vector.Record{ID: "cup", Vector: []float32{0.9, 0.1}},
		vector.Record{ID: "rug", Vector: []float32{0, 1}})
	if err != nil {
		log.Fatal(err)
	}
	if err := items.Save(ctx); err != nil { // the next process need not join them anew
		log.Fatal(err)
	}
	matches, err := items.Search(ctx, vector.Query{Vector: []float32{1, 0}, K: 2})
	if err != nil {
		log.Fatal(err)
	}
	for _, m := range matches {
		fmt.Printf("%s %.3f\n", m.ID, m.Score)
	}
	// Output:
	// mug 1.000
	// cup 0.994
}

// BenchmarkFirstSearch measures what the first search of a process costs, over 20,000 records of 64 numbers, where the
// graph was saved and where it was not.
func BenchmarkFirstSearch(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 1))
	records := make([]vector.Record, 20_000)
	for i := range records {
		v := make([]float32, 64)
		for j := range v {
			v[j] = float32(random.NormFloat64())
		}
		v[i%40] += 4
		records[i] = vector.Record{ID: fmt.Sprint(i), Vector: v}
	}
	for _, saved := range []bool{true, false} {
		b.Run(fmt.Sprintf("saved=%v", saved), func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "shop.db")
			db, err := sqlite.Open(b.Context(), path, nil)
			require.NoError(b, err)
			require.NoError(b, db.Vectors("model").Upsert(b.Context(), records...))
			if saved {
				require.NoError(b, db.Graph("model", nil).Save(b.Context()))
			}
			require.NoError(b, db.Close())
			for b.Loop() {
				db, err := sqlite.Open(b.Context(), path, nil)
				require.NoError(b, err)
				_, err = db.Graph("model", nil).Search(b.Context(), vector.Query{Vector: records[0].Vector})
				require.NoError(b, err)
				require.NoError(b, db.Close())
			}
		})
	}
}
