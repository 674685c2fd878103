package segment

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatIsAMark(t *testing.T) {
	for _, c := range []struct {
		name                   string
		here, of, there, other int
		want                   bool
	}{
		{"three times as many", 60, 100, 200, 1000, true},
		{"nobody else", 30, 100, 0, 1000, true},
		{"as many as elsewhere", 60, 100, 600, 1000, false},
		{"fewer than elsewhere", 20, 100, 600, 1000, false},
		{"more, and it may be chance", 6, 20, 40, 200, false},
		{"more, and hardly", 600_000, 1_000_000, 500_000, 1_000_000, false},
		{"more, and few of the segment", 100, 1000, 100, 10_000, false},
		{"more, and four people", 4, 5, 0, 1000, false},
		{"no others", 10, 10, 0, 0, false},
		{"an empty segment", 0, 0, 5, 10, false},
	} {
		k := newMark(attribute{ByBrand, "Acme"}, c.here, c.of, c.there, c.other)
		require.Equal(t, c.want, k.tells(1e-4), "%s: %+v", c.name, k)
	}
}
