package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/store/sqlite"
)

// TestAMillionPartitionsCostWhatIsInThem would not end in time if a pass asked for
// each partition.
func TestAMillionPartitionsCostWhatIsInThem(t *testing.T) {
	const customers = 300
	db := openAt(t, filepath.Join(t.TempDir(), "shop.db"), &sqlite.Options{Now: later, Partitions: 1_000_000})
	events := clmtest.Events(2*customers, customers)
	require.NoError(t, db.Log().Append(t.Context(), events...))
	view := profile.NewView(db.Profiles(""), profile.NewFolder(nil, nil))
	caught, err := clm.CatchUp(t.Context(), db.Log(), nil, view)
	require.NoError(t, err)
	require.Equal(t, clm.Caught{Events: 2 * customers}, caught)
	caught, err = clm.CatchUp(t.Context(), db.Log(), nil, view)
	require.NoError(t, err)
	require.Equal(t, clm.Caught{}, caught)
	marks, err := db.Profiles("").Marks(t.Context())
	require.NoError(t, err)
	require.LessOrEqual(t, len(marks), customers)
}
