package postgres_test

import (
	"bytes"
	"testing"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/internal/pgtest"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/store/postgres"
	"github.com/clmkit/clmkit/vector"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fill writes something of every kind about the customers c-0 to c-2. Mark is
// text that it all contains.
func fill(t *testing.T, db *postgres.DB, mark string) {
	t.Helper()
	ctx := t.Context()
	events := clmtest.Events(300, 3)
	for i := range events {
		events[i].Session = mark
	}
	require.NoError(t, db.Log().Append(ctx, events[:30]...))
	require.NoError(t, db.Log().Append(ctx, events[30:]...))
	set := db.Profiles("main")
	_, err := clm.CatchUp(ctx, db.Log(), nil, profile.NewView(set, profile.NewFolder(nil, nil)))
	require.NoError(t, err)
	at, err := set.Mark(ctx, 99)
	require.NoError(t, err)
	refused := events[1]
	refused.Text = mark
	require.NoError(t, set.Commit(ctx, profile.Change{
		Partition: 99, After: at, Through: at.Position + 1,
		Aside: []clm.Aside{{Position: at.Position + 1, Event: refused, Err: clm.ErrOverflow}},
	}))
	require.NoError(t, db.Items().Put(ctx, clm.Item{ID: "mug", Title: mark}))
	for _, c := range []clm.CustomerID{"c-0", "c-1", "c-2"} {
		require.NoError(t, db.Exposures().Expose(ctx, clm.Exposure{
			Decision: "d-" + string(c), Customer: c, Time: clmtest.Start, Policy: mark,
		}))
		require.NoError(t, vectors(t, db).Upsert(ctx, vector.Record{
			ID: string(c), Vector: []float32{1, 2, 3}, Attributes: map[string]string{vector.Customer: string(c), "mark": mark},
		}))
	}
}

func vectors(t *testing.T, db *postgres.DB) *postgres.Vectors {
	v, err := db.Vectors(t.Context(), "customers", 3, nil)
	require.NoError(t, err)
	return v
}

func export(t *testing.T, db *postgres.DB, customer clm.CustomerID) string {
	t.Helper()
	var text bytes.Buffer
	require.NoError(t, db.Export(t.Context(), customer, &text))
	return text.String()
}

func TestTenantsWithTheSameCustomersNeverSeeEachOther(t *testing.T) {
	pool := pgtest.Open(t)
	red := open(t, pool, &postgres.Options{Tenant: "red"})
	blue := open(t, pool, &postgres.Options{Tenant: "blue"})
	fill(t, red, "a red thing")
	assert.Empty(t, export(t, blue, "c-1"), "blue has nothing yet")
	fill(t, blue, "a blue thing")
	before := export(t, blue, "c-1")
	assert.Contains(t, before, "a blue thing")
	assert.NotContains(t, before, "a red thing")
	assert.Contains(t, export(t, red, "c-1"), "a red thing")

	require.NoError(t, red.Erase(t.Context(), "c-1"))
	assert.Empty(t, export(t, red, "c-1"))
	assert.Equal(t, before, export(t, blue, "c-1"), "erasing a customer of red")
	mark, err := blue.Profiles("main").Mark(t.Context(), 0)
	require.NoError(t, err)
	assert.Zero(t, mark.Revision)

	found, err := vectors(t, blue).Search(t.Context(), vector.Query{Vector: []float32{1, 2, 3}, K: 9})
	require.NoError(t, err)
	assert.Len(t, found, 3)
	for _, db := range []*postgres.DB{red, blue} {
		leases, err := db.Leases().Claim(t.Context(), clm.Member{Group: "g", Owner: db.Tenant(), Slots: 4, TTL: 1e9})
		require.NoError(t, err)
		assert.Len(t, leases, 4, "of a group of the same name")
		catalogue, err := db.Items().Catalogue(t.Context())
		require.NoError(t, err)
		assert.Contains(t, catalogue.Item("mug").Title, db.Tenant())
	}
}
