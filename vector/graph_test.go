package vector_test

import (
	"bytes"
	"context"
	"fmt"
	"hash/crc32"
	"iter"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/vector"
	"github.com/clmkit/clmkit/vector/vectortest"
)

func TestGraphIsAStore(t *testing.T) {
	vectortest.Run(t, func(*testing.T) vector.Store { return new(vector.Graph) })
}

// embeddings returns records that crowd in few directions, as embeddings do: around one of 50 centres, with variances
// that fall from one number to the next. One in a hundred is rare, one in three is red, and a record is far when it is
// far from the first axis.
func embeddings(n, dimension int, seed uint64) []vector.Record {
	random := rand.New(rand.NewPCG(seed, 5))
	centres := rand.New(rand.NewPCG(1, 5))
	var at [50][]float32
	for i := range at {
		at[i] = randomVector(centres, dimension)
	}
	records := make([]vector.Record, n)
	for i := range records {
		v := randomVector(random, dimension)
		for j, x := range at[random.IntN(len(at))] {
			v[j] = (v[j] + 0.7*x) / float32(math.Sqrt(1+float64(j)/8))
		}
		records[i] = vector.Record{ID: fmt.Sprintf("r%05d", i), Vector: v, Attributes: map[string]string{
			"rare": fmt.Sprint(i%100 == 7), "colour": []string{"red", "blue", "green"}[i%3], "far": fmt.Sprint(v[0] < 0)}}
	}
	return records
}

// recall returns the mean share of the ten nearest records, by Memory, that a store finds.
func recall(t testing.TB, exact, s vector.Store, queries []vector.Record, f vector.Filter) float64 {
	t.Helper()
	found, all := 0, 0
	for _, r := range queries {
		q := vector.Query{Vector: r.Vector, Filter: f}
		want, err := exact.Search(t.Context(), q)
		require.NoError(t, err)
		got, err := s.Search(t.Context(), q)
		require.NoError(t, err)
		require.Len(t, got, len(want), "as many as there are, whatever the graph comes by")
		scores := map[string]float64{}
		for _, m := range want {
			scores[m.ID] = m.Score
		}
		for _, m := range got {
			if score, ok := scores[m.ID]; ok {
				assert.Equal(t, score, m.Score, "the bits of Memory")
				found++
			}
		}
		all += len(want)
	}
	return float64(found) / float64(all)
}

func ids(records []vector.Record) []string {
	var ids []string
	for _, r := range records {
		ids = append(ids, r.ID)
	}
	return ids
}

// TestGraphFindsNearlyAll holds the promise of the documentation while records come and go, and shows with a graph that
// is too thin that the bar can be missed.
func TestGraphFindsNearlyAll(t *testing.T) {
	ctx := t.Context()
	records, queries := embeddings(5000, 32, 1), embeddings(100, 32, 2)
	exact, g, thin := new(vector.Memory), vector.NewGraph(nil), vector.NewGraph(&vector.GraphOptions{Links: 2, Build: 2, Width: 1})
	stores := []vector.Store{exact, g, thin}
	check := func(what string) {
		assert.GreaterOrEqual(t, recall(t, exact, g, queries, nil), 0.97, what)
		assert.Less(t, recall(t, exact, thin, queries, nil), 0.9, "the control: %s", what)
	}
	for _, s := range stores {
		require.NoError(t, s.Upsert(ctx, records...))
	}
	check("built in one call")
	for _, s := range stores {
		require.NoError(t, s.Delete(ctx, ids(records[:1500])...))
	}
	check("3 of 10 deleted")
	moved := embeddings(1000, 32, 3)
	for i := range moved {
		moved[i].ID = records[2000+i].ID
	}
	for _, s := range stores {
		require.NoError(t, s.Upsert(ctx, moved...))
	}
	check("2 of 10 moved")
	for i, r := range records[:300] {
		for _, s := range stores {
			require.NoError(t, s.Upsert(ctx, r))
			if i%2 == 0 {
				require.NoError(t, s.Delete(ctx, records[4000+i].ID))
			}
		}
	}
	check("one by one")
}

func TestAFilteredGraphStillFindsTheNearest(t *testing.T) {
	records, queries := embeddings(8000, 16, 1), embeddings(50, 16, 2)
	exact, g := new(vector.Memory), vector.NewGraph(&vector.GraphOptions{Width: 20})
	require.NoError(t, exact.Upsert(t.Context(), records...))
	require.NoError(t, g.Upsert(t.Context(), records...))
	is := func(attribute string, values ...string) vector.Condition {
		return vector.Condition{Attribute: attribute, AnyOf: values}
	}
	for _, c := range []struct {
		name   string
		filter vector.Filter
		least  float64
	}{
		{"one in a hundred is compared one by one", vector.Filter{is("rare", "true")}, 1},
		{"one in three", vector.Filter{is("colour", "red")}, 0.95},
		{"two in three", vector.Filter{is("colour", "red", "blue")}, 0.95},
		{"two conditions that few records meet together", vector.Filter{is("colour", "blue"), is("rare", "true")}, 1},
		{"half of them, on one side", vector.Filter{is("far", "true")}, 0.95},
		{"all", vector.Filter{is("rare", "true", "false")}, 0.95},
		{"none", vector.Filter{is("colour", "white")}, math.NaN()},
	} {
		got := recall(t, exact, g, queries, c.filter)
		if math.IsNaN(c.least) {
			assert.True(t, math.IsNaN(got), c.name)
			continue
		}
		assert.GreaterOrEqual(t, got, c.least, c.name)
	}
}

func written(t *testing.T, g *vector.Graph) []byte {
	t.Helper()
	var b bytes.Buffer
	n, err := g.WriteTo(&b)
	require.NoError(t, err)
	require.EqualValues(t, b.Len(), n)
	return b.Bytes()
}

func TestAGraphIsTheSameOnAnyNumberOfProcessors(t *testing.T) {
	build := func(processors int) []byte {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
		g := vector.NewGraph(nil)
		records := embeddings(1200, 12, 1)
		require.NoError(t, g.Upsert(t.Context(), records...))
		require.NoError(t, g.Delete(t.Context(), ids(records[500:900])...))
		require.NoError(t, g.Upsert(t.Context(), embeddings(600, 12, 2)...))
		return written(t, g)
	}
	one := build(1)
	require.True(t, bytes.Equal(one, build(4)))
	require.True(t, bytes.Equal(one, build(2)))
}

// TestAGraphHasTheSameBytesOnEveryKindOfProcessor compares the bytes with those of amd64 with AVX2, of which arm64 and
// portable Go gave the same when they were written down.
func TestAGraphHasTheSameBytesOnEveryKindOfProcessor(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var records []vector.Record
	for i := range 1500 {
		v := make([]float32, 37)
		for j := range v {
			v[j] = float32(random.IntN(2001) - 1000) // whole numbers, which no processor rounds
		}
		records = append(records, vector.Record{ID: fmt.Sprint(i), Vector: v})
	}
	g := vector.NewGraph(nil)
	require.NoError(t, g.Upsert(t.Context(), records...))
	require.NoError(t, g.Delete(t.Context(), ids(records[:100])...))
	require.Equal(t, uint32(0xdffa5cb4), crc32.ChecksumIEEE(written(t, g)))
}

func TestAGraphIsReadAsItWasWritten(t *testing.T) {
	require.Equal(t, written(t, vector.NewGraph(nil)), written(t, new(vector.Graph)), "the zero value is the default")
	for _, n := range []int{0, 1, 2000} {
		g := vector.NewGraph(&vector.GraphOptions{Links: 8})
		records := embeddings(n, 12, 1)
		require.NoError(t, g.Upsert(t.Context(), records...))
		require.NoError(t, g.Delete(t.Context(), ids(records[:n/150])...))
		b := written(t, g)
		read := vector.NewGraph(&vector.GraphOptions{Links: 20})
		size, err := read.ReadFrom(bytes.NewReader(b))
		require.NoError(t, err)
		require.EqualValues(t, len(b), size)
		require.True(t, bytes.Equal(b, written(t, read)))
		more := embeddings(500, 12, 4)
		for _, s := range []*vector.Graph{g, read} {
			require.NoError(t, s.Upsert(t.Context(), more...))
			require.NoError(t, s.Delete(t.Context(), ids(more[:100])...))
		}
		require.True(t, bytes.Equal(written(t, g), written(t, read)), "it goes on as the one that was written")
	}
}

func TestADamagedGraphIsRefused(t *testing.T) {
	g := vector.NewGraph(nil)
	require.NoError(t, g.Upsert(t.Context(), embeddings(50, 4, 1)...))
	b := written(t, g)
	kept := vector.NewGraph(nil)
	require.NoError(t, kept.Upsert(t.Context(), vector.Record{ID: "kept", Vector: []float32{1}}))
	for i := range b {
		damaged := bytes.Clone(b)
		damaged[i] ^= 0x10
		_, err := kept.ReadFrom(bytes.NewReader(damaged))
		require.ErrorIs(t, err, vector.ErrGraph, "byte %d", i)
		_, err = kept.ReadFrom(bytes.NewReader(b[:i]))
		require.ErrorIs(t, err, vector.ErrGraph, "%d bytes", i)
	}
	matches, err := kept.Search(t.Context(), vector.Query{Vector: []float32{1}})
	require.NoError(t, err)
	require.Equal(t, []vector.Match{{ID: "kept", Score: 1}}, matches)
}

func all(records []vector.Record) iter.Seq2[vector.Record, error] {
	return func(yield func(vector.Record, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func TestAGraphIsRestoredFromLinksAndRecords(t *testing.T) {
	records, queries := embeddings(4000, 24, 1), embeddings(50, 24, 2)
	g := vector.NewGraph(nil)
	require.NoError(t, g.Upsert(t.Context(), records...))
	var links bytes.Buffer
	_, err := g.WriteLinks(&links)
	require.NoError(t, err)
	require.Less(t, links.Len(), 4000*150, "no vectors")

	same := vector.NewGraph(nil)
	require.NoError(t, same.Restore(t.Context(), bytes.NewReader(links.Bytes()), all(records)))
	require.True(t, bytes.Equal(written(t, g), written(t, same)))

	exact, rest := new(vector.Memory), vector.NewGraph(nil)
	require.NoError(t, exact.Upsert(t.Context(), records[1000:]...))
	require.NoError(t, rest.Restore(t.Context(), bytes.NewReader(links.Bytes()), all(records[1000:])))
	require.GreaterOrEqual(t, recall(t, exact, rest, queries, nil), 0.97, "a quarter of the records is gone")

	more := embeddings(500, 24, 7)
	for i := range more {
		more[i].ID = fmt.Sprint("new ", i)
	}
	require.NoError(t, exact.Upsert(t.Context(), more...))
	require.NoError(t, rest.Restore(t.Context(), bytes.NewReader(links.Bytes()), all(append(more, records[1000:]...))))
	require.GreaterOrEqual(t, recall(t, exact, rest, queries, nil), 0.97, "records that the links do not know")

	require.NoError(t, rest.Restore(t.Context(), bytes.NewReader(links.Bytes()), all(nil)))
	matches, err := rest.Search(t.Context(), vector.Query{Vector: []float32{1}})
	require.NoError(t, err)
	require.Empty(t, matches, "no record is left")

	err = rest.Restore(t.Context(), bytes.NewReader(links.Bytes()), all([]vector.Record{records[0], {ID: records[1].ID, Vector: []float32{1}}}))
	require.ErrorIs(t, err, vector.ErrDimension)
	err = rest.Restore(t.Context(), bytes.NewReader(written(t, g)), all(records))
	require.ErrorIs(t, err, vector.ErrGraph, "a whole graph is not links")
}

// impatient is cancelled when it has been asked some times.
type impatient struct {
	context.Context
	left int
}

func (c *impatient) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

func TestACancelledWriteLeavesTheGraphAsItWas(t *testing.T) {
	records := embeddings(2000, 12, 1)
	exact, g := new(vector.Memory), vector.NewGraph(nil)
	require.NoError(t, exact.Upsert(t.Context(), records[:1000]...))
	require.NoError(t, g.Upsert(t.Context(), records[:1000]...))
	moved := embeddings(1500, 12, 9) // the first thousand of them replace
	for _, left := range []int{0, 1, 10, 40} {
		require.ErrorIs(t, g.Upsert(&impatient{t.Context(), left}, moved...), context.Canceled)
	}
	require.GreaterOrEqual(t, recall(t, exact, g, embeddings(50, 12, 2), nil), 0.99)
	matches, err := g.Search(t.Context(), vector.Query{Vector: records[0].Vector, K: 5000})
	require.NoError(t, err)
	require.Len(t, matches, 1000)
	require.NoError(t, g.Upsert(&impatient{t.Context(), 1000}, moved...), "patience is enough at last")
}

func TestNewAttributesAloneLeaveTheLinksAlone(t *testing.T) {
	records := embeddings(1000, 12, 1)
	g := vector.NewGraph(nil)
	require.NoError(t, g.Upsert(t.Context(), records...))
	var before, after bytes.Buffer
	_, err := g.WriteLinks(&before)
	require.NoError(t, err)
	for i := range records {
		records[i].Attributes = map[string]string{"colour": "white"}
	}
	require.NoError(t, g.Upsert(t.Context(), records...))
	_, err = g.WriteLinks(&after)
	require.NoError(t, err)
	require.True(t, bytes.Equal(before.Bytes(), after.Bytes()))
	matches, err := g.Search(t.Context(), vector.Query{Vector: records[0].Vector, Filter: vector.Filter{{Attribute: "colour", AnyOf: []string{"white"}}}})
	require.NoError(t, err)
	require.Len(t, matches, vector.DefaultK)
	require.Equal(t, records[0].ID, matches[0].ID)
}
