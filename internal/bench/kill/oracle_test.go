package kill

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDifferencesAreCounted(t *testing.T) {
	for _, c := range []struct {
		name        string
		sent, there []uint64
		want        Findings
	}{
		{"the same", []uint64{1, 2, 3}, []uint64{1, 2, 3}, Findings{}},
		{"one lost", []uint64{1, 2, 3}, []uint64{1, 3}, Findings{Lost: 1}},
		{"all lost", []uint64{1, 2, 3}, nil, Findings{Lost: 3}},
		{"one doubled", []uint64{1, 2}, []uint64{1, 2, 2}, Findings{Doubled: 1}},
		{"one three times", []uint64{1, 2}, []uint64{2, 1, 2, 2}, Findings{Doubled: 2}},
		{"swapped", []uint64{1, 2}, []uint64{2, 1}, Findings{OutOfOrder: 1}},
		{"a stranger", []uint64{1}, []uint64{1, 9}, Findings{Foreign: 1}},
		{"one changed", []uint64{1, 2}, []uint64{1, 9}, Findings{Lost: 1, Foreign: 1}},
	} {
		var got Findings
		got.compare(c.sent, c.there)
		assert.Equal(t, c.want, got, c.name)
		assert.Equal(t, c.want == Findings{}, got.None(), c.name)
	}
}

func TestLanesHoldEachEventOnceAndCustomersWhole(t *testing.T) {
	trial := &Trial{Events: 12_345, Customers: 300, Seed: 7}
	lane := map[string]int{}
	n := 0
	for chunk := range trial.chunks() {
		for l := range lanes {
			for _, e := range trial.lane(chunk, l) {
				n++
				if was, ok := lane[string(e.Customer)]; ok {
					require.Equal(t, was, l)
				}
				lane[string(e.Customer)] = l
			}
		}
	}
	require.Equal(t, 12_345, n)
}

func TestProgressIsReadAsItIsWritten(t *testing.T) {
	p := progress{{1, 2}, {3, 4}, {5, 6}, {70, 8000}}
	got, err := parseProgress(p.String())
	require.NoError(t, err)
	require.Equal(t, p, got)
	_, err = parseProgress("1:2,3:x,")
	require.ErrorContains(t, err, "no progress")
}
