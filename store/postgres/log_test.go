package postgres_test

import (
	"testing"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/store/postgres"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLog(t *testing.T) {
	open := opener(t)
	clmtest.RunLog(t, func(t *testing.T) clm.Log { return open(t, nil).Log() })
}

func TestAMillionPartitionsCostWhatIsInThem(t *testing.T) {
	db := opener(t)(t, &postgres.Options{Partitions: 1_000_000})
	require.NoError(t, db.Log().Append(t.Context(), clmtest.Events(600, 200)...))
	ends, err := db.Log().Ends(t.Context())
	require.NoError(t, err)
	assert.Len(t, ends, 200, "each customer is alone")
	caught, err := clm.CatchUp(t.Context(), db.Log(), nil, profile.NewView(db.Profiles("main"), profile.NewFolder(nil, nil)))
	require.NoError(t, err)
	assert.Equal(t, 600, caught.Events)
}
