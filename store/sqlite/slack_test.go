package sqlite_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/store/sqlite"
)

// leaf returns a page of a table's b-tree with the numbers of its rows and of
// their first byte, all else filled.
func leaf(cells, first int) []byte {
	page := bytes.Repeat([]byte{0xaa}, 512)
	page[0] = 13
	binary.BigEndian.PutUint16(page[3:], uint16(cells))
	binary.BigEndian.PutUint16(page[5:], uint16(first))
	return page
}

func TestOnlySlackIsOverwritten(t *testing.T) {
	page := leaf(3, 400)
	dirty, err := sqlite.ClearSlack(2, page)
	require.NoError(t, err)
	require.True(t, dirty)
	want := leaf(3, 400)
	clear(want[8+2*3 : 400])
	require.Equal(t, want, page)
	dirty, err = sqlite.ClearSlack(2, page)
	require.NoError(t, err)
	require.False(t, dirty, "there is nothing left to overwrite")
}

func TestPagesThatAreNoTreeAreLeftAlone(t *testing.T) {
	for _, first := range []byte{0, 1, 3, 4, 6, 9, 11, 12, 14, 255} {
		page := bytes.Repeat([]byte{0xaa}, 512)
		page[0] = first
		before := bytes.Clone(page)
		dirty, err := sqlite.ClearSlack(2, page)
		require.NoError(t, err)
		require.False(t, dirty)
		require.Equal(t, before, page)
	}
}

func TestAPageThatContradictsItselfIsAnError(t *testing.T) {
	for _, page := range [][]byte{leaf(300, 400), leaf(3, 513), leaf(3, 0), leaf(3, 10)} {
		before := bytes.Clone(page)
		_, err := sqlite.ClearSlack(2, page)
		require.ErrorIs(t, err, sqlite.ErrCorrupt)
		require.Equal(t, before, page)
	}
}

func FuzzClearSlack(f *testing.F) {
	f.Add(1, leaf(3, 400))
	f.Add(2, leaf(3, 400))
	f.Add(2, []byte{13, 0})
	f.Fuzz(func(t *testing.T, number int, page []byte) {
		before := bytes.Clone(page)
		dirty, err := sqlite.ClearSlack(number, page)
		if err != nil || !dirty {
			require.Equal(t, before, page)
			return
		}
		for i := range page {
			require.True(t, page[i] == before[i] || page[i] == 0, "byte %d", i)
		}
	})
}
