package vector

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// requireSound checks what holds of every graph: its rows and links belong together.
func requireSound(t require.TestingT, g *Graph) {
	n := len(g.table.ids)
	require.Len(t, g.table.rows, n)
	require.Len(t, g.table.values, n*g.table.dimension)
	require.Len(t, g.codes.steps, n)
	if n == 0 {
		require.Empty(t, g.layers)
		return
	}
	highest := 0
	for row, id := range g.table.ids {
		require.Equal(t, row, g.table.rows[id])
		want := g.codes.encode(g.table.row(row))
		require.Equal(t, want, g.codes.row(uint32(row)), "row %d", row)
		highest = max(highest, g.level(id))
	}
	require.Len(t, g.layers, highest+1)
	require.Equal(t, highest, g.level(g.table.ids[g.entry]), "the entry is in the highest layer")
	for i, l := range g.layers {
		requireSoundLayer(t, g, i, l)
	}
}

func requireSoundLayer(t require.TestingT, g *Graph, i int, l *layer) {
	rows := 0
	l.each(func(row uint32, links []uint32) {
		rows++
		require.GreaterOrEqual(t, g.level(g.table.ids[row]), i)
		require.LessOrEqual(t, len(links), l.width)
		seen := map[uint32]bool{row: true}
		for _, other := range links {
			require.False(t, seen[other], "row %d is joined to %d twice or to itself", row, other)
			seen[other] = true
			require.Less(t, int(other), len(g.table.ids))
			require.GreaterOrEqual(t, g.level(g.table.ids[other]), i)
		}
	})
	want := 0
	for _, id := range g.table.ids {
		if g.level(id) >= i {
			want++
		}
	}
	require.Equal(t, want, rows, "layer %d", i)
}

// reachable counts the rows to which links lead from the entry.
func reachable(g *Graph) int {
	seen := map[uint32]bool{g.entry: true}
	for next := []uint32{g.entry}; len(next) > 0; next = next[1:] {
		for _, other := range g.layers[0].links(next[0]) {
			if !seen[other] {
				seen[other] = true
				next = append(next, other)
			}
		}
	}
	return len(seen)
}

func smallRecord(id, seed int) Record {
	random := rand.New(rand.NewPCG(uint64(seed), 7))
	v := make([]float32, 5)
	for i := range v {
		v[i] = float32(random.NormFloat64())
	}
	return Record{ID: strconv.Itoa(id), Vector: v, Attributes: map[string]string{"parity": strconv.Itoa(seed % 2)}}
}

func TestAGraphIsSoundAfterAnyWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := NewGraph(&GraphOptions{Links: rapid.IntRange(2, 5).Draw(t, "links"), Build: 10})
		held := map[string]bool{}
		for range rapid.IntRange(1, 6).Draw(t, "writes") {
			first := rapid.IntRange(0, 150).Draw(t, "first")
			ids := rapid.IntRange(1, 120).Draw(t, "ids")
			seed := rapid.IntRange(0, 3).Draw(t, "seed")
			if rapid.Bool().Draw(t, "delete") {
				var gone []string
				for id := first; id < first+ids; id++ {
					gone = append(gone, strconv.Itoa(id))
					delete(held, strconv.Itoa(id))
				}
				require.NoError(t, g.Delete(t.Context(), gone...))
			} else {
				var records []Record
				for id := first; id < first+ids; id++ {
					records = append(records, smallRecord(id, id*(seed+1)))
					held[strconv.Itoa(id)] = true
				}
				require.NoError(t, g.Upsert(t.Context(), records...))
			}
			requireSound(t, g)
			require.Len(t, g.table.ids, len(held))
			for id := range held {
				require.Contains(t, g.table.rows, id)
			}
		}
	})
}

// TestEveryRecordCanBeReached holds for crowds of equal vectors too.
func TestEveryRecordCanBeReached(t *testing.T) {
	const n = 2400
	for _, c := range []struct {
		name string
		seed func(i int) int
	}{
		{"all different", func(i int) int { return i }},
		{"hundreds of each", func(i int) int { return i % 3 }},
		{"in order of their crowd", func(i int) int { return i / 100 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewGraph(nil)
			var records []Record
			for i := range n {
				records = append(records, smallRecord(i, c.seed(i)))
			}
			require.NoError(t, g.Upsert(t.Context(), records...))
			requireSound(t, g)
			require.Greater(t, reachable(g), n*98/100)
			var gone []string
			for i := 0; i < n; i += 3 {
				gone = append(gone, strconv.Itoa(i))
			}
			require.NoError(t, g.Delete(t.Context(), gone...))
			requireSound(t, g)
			require.Equal(t, 2*n/3, reachable(g))
		})
	}
}

func TestCloseUpFillsEveryHoleOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 50).Draw(t, "rows")
		gone := rapid.SliceOfDistinct(rapid.Uint32Range(0, uint32(n-1)), rapid.ID[uint32]).Draw(t, "gone")
		slices.Sort(gone)
		var left []uint32
		rows := make([]uint32, n)
		for i := range rows {
			rows[i] = uint32(i)
			if !slices.Contains(gone, uint32(i)) {
				left = append(left, uint32(i))
			}
		}
		for _, m := range closeUp(gone, n) {
			rows[m.to] = rows[m.from]
		}
		got := slices.Sorted(slices.Values(rows[:n-len(gone)]))
		require.Equal(t, left, got)
	})
}

func TestCodesOfLongVectorsDoNotOverflow(t *testing.T) {
	unit := make([]float32, 1_000_000)
	for i := range unit {
		unit[i] = 1e-3
	}
	c := newCodes(len(unit))
	c.add(unit)
	require.InDelta(t, 1, similarity(c.row(0), c.row(0)), 0.05)
}

// FuzzReadGraph gives the reader damaged graphs whose checksum is right.
func FuzzReadGraph(f *testing.F) {
	for _, n := range []int{0, 1, 40} {
		g := NewGraph(&GraphOptions{Links: 2})
		for i := range n {
			require.NoError(f, g.Upsert(f.Context(), smallRecord(i, i)))
		}
		var whole, links bytes.Buffer
		_, err := g.WriteTo(&whole)
		require.NoError(f, err)
		_, err = g.WriteLinks(&links)
		require.NoError(f, err)
		f.Add(whole.Bytes())
		f.Add(links.Bytes())
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		b = withChecksum(b)
		g := NewGraph(nil)
		if _, err := g.ReadFrom(bytes.NewReader(b)); err == nil {
			var again bytes.Buffer
			_, err := g.WriteTo(&again)
			require.NoError(t, err)
			require.NoError(t, NewGraph(nil).reread(again.Bytes()))
		} else {
			require.ErrorIs(t, err, ErrGraph)
		}
		records := func(yield func(Record, error) bool) {
			for i := range 30 {
				if !yield(smallRecord(i, i), nil) {
					return
				}
			}
		}
		if err := g.Restore(t.Context(), bytes.NewReader(b), records); err != nil {
			require.ErrorIs(t, err, ErrGraph)
			return
		}
		_, err := g.Search(t.Context(), Query{Vector: []float32{1, 2, 3, 4, 5}})
		require.NoError(t, err)
	})
}

func withChecksum(b []byte) []byte {
	b = slices.Clone(b[:max(0, len(b)-4)])
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

// reread reads the bytes and reports whether they are written again as they were.
func (g *Graph) reread(b []byte) error {
	if _, err := g.ReadFrom(bytes.NewReader(b)); err != nil {
		return err
	}
	var again bytes.Buffer
	if _, err := g.WriteTo(&again); err != nil {
		return err
	}
	if !bytes.Equal(b, again.Bytes()) {
		return fmt.Errorf("%d bytes became %d others", len(b), again.Len())
	}
	return nil
}
