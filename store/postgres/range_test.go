package postgres_test

import (
	"context"
	"slices"
	"testing"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/pgtest"
	"github.com/clmkit/clmkit/internal/traffic"
	"github.com/clmkit/clmkit/profile"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRangesOfSplitCoverEveryCustomerOnce(t *testing.T) {
	db := open(t, pgtest.Open(t), nil)
	events := slices.Collect(traffic.Events(traffic.Options{Seed: 1, Customers: 95}, 3000))
	require.NoError(t, db.Log().Append(t.Context(), events...))
	set := db.Profiles("main")
	_, err := clm.CatchUp(t.Context(), db.Log(), nil, profile.NewView(set, profile.NewFolder(nil, nil)))
	require.NoError(t, err)
	var want []clm.CustomerID
	for p, err := range set.All(t.Context()) {
		require.NoError(t, err)
		want = append(want, p.Customer)
	}

	type split = func(ctx context.Context, after clm.CustomerID, n int) (clm.CustomerID, int, error)
	for name, split := range map[string]split{"of the log": db.Log().Split, "of a set": set.Split} {
		for _, size := range []int{1, 10, len(want), 1000} {
			var after clm.CustomerID
			covered := 0
			for {
				through, n, err := split(t.Context(), after, size)
				require.NoError(t, err)
				if n == 0 {
					break
				}
				covered += n
				require.LessOrEqual(t, covered, len(want))
				assert.Equal(t, want[covered-1], through, "%s, %d at a time", name, size)
				assert.True(t, n == size || covered == len(want))
				after = through
			}
			assert.Equal(t, len(want), covered, "%s, %d at a time", name, size)
		}
	}
}
