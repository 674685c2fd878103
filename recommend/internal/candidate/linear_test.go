package candidate

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func anyLists(t *rapid.T) [][]near {
	n := rapid.IntRange(1, 12).Draw(t, "items")
	of := make([][]near, n)
	for i := range of {
		for _, item := range rapid.SliceOfNDistinct(rapid.Int32Range(0, int32(n-1)), 0, n, rapid.ID[int32]).Draw(t, "list") {
			of[i] = append(of[i], near{item, float32(rapid.IntRange(-4, 4).Draw(t, "score"))})
		}
	}
	return of
}

func TestInvertedListsHaveTheSamePairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		of := anyLists(t)
		rows := sorted(of)
		turned := rows.invert()
		require.Len(t, turned.All, len(rows.All))
		for i := range of {
			for _, n := range of[i] {
				require.Equal(t, float64(n.score), rows.between(int32(i), n.item))
				require.Equal(t, float64(n.score), turned.between(n.item, int32(i)))
			}
		}
		back := turned.invert()
		require.Equal(t, append([]near{}, rows.All...), append([]near{}, back.All...))
	})
}

func TestACutLeavesWhatCountsMost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := sorted(anyLists(t))
		n := rapid.IntRange(1, 5).Draw(t, "n")
		cut := rows.cut(n)
		for i := range rows.Ends {
			want := slices.Clone(rows.Of(int32(i)))
			slices.SortStableFunc(want, func(a, b near) int {
				return cmp.Compare(math.Abs(float64(b.score)), math.Abs(float64(a.score)))
			})
			want = want[:min(n, len(want))]
			slices.SortFunc(want, func(a, b near) int { return cmp.Compare(a.item, b.item) })
			require.Equal(t, append([]near{}, want...), append([]near{}, cut.Of(int32(i))...))
		}
	})
}
