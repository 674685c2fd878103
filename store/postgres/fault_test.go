package postgres_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/internal/pgtest"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/store/postgres"
	"github.com/clmkit/clmkit/vector"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// write is one call that writes to some tables.
type write struct {
	name   string
	tables []string
	call   func(ctx context.Context, db *postgres.DB) error
}

// writes are all calls that write. Each changes the state when it is called the
// first time after fill, and can be repeated.
func writes(t *testing.T, at clm.Mark) []write {
	events := clmtest.Events(900, 3)
	change := profile.Change{
		Partition: 98, After: clm.Mark{Revision: at.Revision}, Through: 7, Fence: clm.Fence{Group: "g", Slot: 1, Epoch: 3},
		Profiles: []*profile.Profile{profile.New("c-1"), profile.New("new")},
		Aside:    []clm.Aside{{Position: 5, Event: events[0], Err: clm.ErrOverflow}},
	}
	records := []vector.Record{{ID: "x", Vector: []float32{1, 0, 0}}, {ID: "c-1", Vector: []float32{0, 1, 0}, Attributes: map[string]string{vector.Customer: "c-1"}}}
	shown := []clm.Exposure{{Decision: "x", Customer: "c-1", Time: clmtest.Start}, {Decision: "y", Customer: "c-2", Time: clmtest.Start}}
	member := clm.Member{Group: "g2", Owner: "me", Slots: 3, TTL: time.Minute}
	return []write{
		{"append by a statement", []string{"partitions", "events"}, func(ctx context.Context, db *postgres.DB) error { return db.Log().Append(ctx, events[290:350]...) }},
		{"append by COPY", []string{"partitions", "events"}, func(ctx context.Context, db *postgres.DB) error { return db.Log().Append(ctx, events[400:]...) }},
		{"append by COPY with known ids", []string{"partitions", "events"}, func(ctx context.Context, db *postgres.DB) error { return db.Log().Append(ctx, events...) }},
		{"commit", []string{"slots", "marks", "dead_letters", "profiles"}, func(ctx context.Context, db *postgres.DB) error { return db.Profiles("main").Commit(ctx, change) }},
		{"put items", []string{"items"}, func(ctx context.Context, db *postgres.DB) error {
			return db.Items().Put(ctx, clm.Item{ID: "mug"}, clm.Item{ID: "cup"})
		}},
		{"remove items", []string{"items"}, func(ctx context.Context, db *postgres.DB) error { return db.Items().Remove(ctx, "mug") }},
		{"expose", []string{"exposures"}, func(ctx context.Context, db *postgres.DB) error { return db.Exposures().Expose(ctx, shown...) }},
		{"upsert vectors", []string{"vectors_customers"}, func(ctx context.Context, db *postgres.DB) error {
			v, err := db.Vectors(ctx, "customers", 3, nil)
			if err != nil {
				return err
			}
			return v.Upsert(ctx, records...)
		}},
		{"claim", []string{"groups", "members", "slots"}, func(ctx context.Context, db *postgres.DB) error { _, err := db.Leases().Claim(ctx, member); return err }},
		{"leave", []string{"members", "slots"}, func(ctx context.Context, db *postgres.DB) error { return db.Leases().Leave(ctx, member) }},
		{"erase a profile", []string{"tenants", "profiles"}, func(ctx context.Context, db *postgres.DB) error { return db.Profiles("main").Erase(ctx, "c-2") }},
		{"erase", []string{"events", "tenants", "profiles", "dead_letters", "exposures", "vectors_customers"}, func(ctx context.Context, db *postgres.DB) error { return db.Erase(ctx, "c-1") }},
	}
}

// killer makes connections whose server's process it ends, from another
// connection, before the n-th time that something is sent on them: a statement, a
// batch, a part of a COPY, BEGIN or COMMIT. What comes after that is an error.
type killer struct {
	admin *pgxpool.Pool
	left  atomic.Int64 // 0: never
	fired atomic.Bool
	busy  sync.Mutex // while it kills: a COPY that has failed does not wait for what it sent last
}

type victim struct {
	net.Conn
	k *killer
}

func (v *victim) Write(b []byte) (int, error) {
	if v.k.left.Load() > 0 && counts(b) && v.k.left.Add(-1) == 0 {
		v.k.busy.Lock()
		defer v.k.busy.Unlock()
		v.k.fired.Store(true)
		if err := v.k.kill(); err != nil {
			return 0, err
		}
	}
	return v.Conn.Write(b)
}

// off ends the killing, and reports whether something was killed.
func (k *killer) off() bool {
	k.left.Store(0)
	k.busy.Lock()
	defer k.busy.Unlock()
	return k.fired.Load()
}

// kill returns when the process is gone, which the second question tells.
func (k *killer) kill() error {
	for left := 1; left > 0; {
		_, err := k.admin.Exec(context.Background(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'victim'")
		if err != nil {
			return err
		}
		err = k.admin.QueryRow(context.Background(), "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'victim'").Scan(&left)
		if err != nil {
			return err
		}
	}
	return nil
}

// counts leaves out the greeting, before which there is no process to end, the
// farewell, and rollbacks, which change nothing.
func counts(b []byte) bool {
	return b[0] != 0 && b[0] != 'X' && !bytes.Contains(b, []byte("rollback"))
}

// pool returns a pool of one connection that the killer can kill.
func (k *killer) pool(t *testing.T, address string) *pgxpool.Pool {
	config, err := pgxpool.ParseConfig(address)
	require.NoError(t, err)
	config.MaxConns = 1
	config.ConnConfig.RuntimeParams["application_name"] = "victim"
	dial := config.ConnConfig.DialFunc
	config.ConnConfig.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		return &victim{conn, k}, err
	}
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

// state is a hash of everything in the tenant's tables, but for the times of
// leases.
func state(t *testing.T, pool *pgxpool.Pool) string {
	t.Helper()
	var parts []string
	for _, table := range []string{"tenants", "partitions", "events", "profiles", "marks", "dead_letters", "items", "exposures", "vectors_customers", "groups"} {
		parts = append(parts, fmt.Sprintf("SELECT '%[1]s ' || md5(coalesce(string_agg(r::text, ' ' ORDER BY r::text), '')) AS s FROM clmkit.%[1]s AS r", table))
	}
	parts = append(parts, "SELECT 'slots ' || coalesce(string_agg(name || slot || owner || epoch, ' ' ORDER BY name, slot), '') FROM clmkit.slots")
	var all string
	sql := "SELECT string_agg(s, ' ' ORDER BY s) FROM (" + strings.Join(parts, " UNION ALL ") + ") AS parts"
	require.NoError(t, pool.QueryRow(t.Context(), sql).Scan(&all))
	return all
}

func TestAConnectionThatIsKilledBeforeAnythingThatIsSent(t *testing.T) {
	address := pgtest.URL(t)
	admin, err := pgxpool.New(t.Context(), address)
	require.NoError(t, err)
	t.Cleanup(admin.Close)
	k := &killer{admin: admin}
	db := open(t, k.pool(t, address), nil)
	fill(t, db, "x")
	at, err := db.Profiles("main").Mark(t.Context(), 0)
	require.NoError(t, err)

	for _, w := range writes(t, at) {
		before := state(t, admin)
		for n := 1; ; n++ {
			k.fired.Store(false)
			k.left.Store(int64(n))
			err := w.call(t.Context(), db)
			if !k.off() {
				require.NoError(t, err, "%s: the same call, not killed", w.name)
				require.Greater(t, n, 1, w.name)
				break
			}
			require.ErrorContains(t, err, "postgres: ", "%s, killed before %d", w.name, n)
			require.Equal(t, before, state(t, admin), "%s, killed before %d", w.name, n)
		}
		require.NotEqual(t, before, state(t, admin), "%s wrote something in the end", w.name)
	}
}

// A trigger makes the server itself refuse a write as it does when the disk is
// full, in each table in turn.
func TestAFullDiskInTheMiddleOfAWrite(t *testing.T) {
	pool := pgtest.Open(t)
	db := open(t, pool, nil)
	fill(t, db, "x")
	at, err := db.Profiles("main").Mark(t.Context(), 0)
	require.NoError(t, err)
	exec(t, pool, `CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
		BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$`)
	for _, w := range writes(t, at) {
		before := state(t, pool)
		for _, table := range w.tables {
			exec(t, pool, fmt.Sprintf("CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE OR DELETE ON clmkit.%s FOR EACH ROW EXECUTE FUNCTION full_disk()", table))
			err := w.call(t.Context(), db)
			exec(t, pool, fmt.Sprintf("DROP TRIGGER full_disk ON clmkit.%s", table))
			require.ErrorIs(t, err, postgres.ErrFull, "%s with a full %s", w.name, table)
			pgErr := new(pgconn.PgError)
			require.ErrorAs(t, err, &pgErr)
			require.Equal(t, "53100", pgErr.Code)
			require.Equal(t, before, state(t, pool), "%s with a full %s", w.name, table)
		}
		require.NoError(t, w.call(t.Context(), db), "%s: the same call with space", w.name)
		require.NotEqual(t, before, state(t, pool), "%s wrote something in the end", w.name)
	}
}

func TestAServerThatCannotBeWritten(t *testing.T) {
	address := pgtest.URL(t)
	pool, err := pgxpool.New(t.Context(), address)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	fill(t, open(t, pool, nil), "x")
	config, err := pgxpool.ParseConfig(address)
	require.NoError(t, err)
	config.ConnConfig.RuntimeParams["default_transaction_read_only"] = "on"
	standby, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(standby.Close)

	db := open(t, standby, nil)
	at, err := db.Profiles("main").Mark(t.Context(), 0)
	require.NoError(t, err)
	assert.NotEmpty(t, export(t, db, "c-1"), "it can be read")
	found, err := vectors(t, db).Search(t.Context(), vector.Query{Vector: []float32{1, 2, 3}})
	require.NoError(t, err)
	assert.Len(t, found, 3)
	before := state(t, pool)
	for _, w := range writes(t, at) {
		require.ErrorIs(t, w.call(t.Context(), db), postgres.ErrReadOnly, w.name)
		require.Equal(t, before, state(t, pool), w.name)
	}
	writable := open(t, pool, nil)
	for _, w := range writes(t, at) {
		require.NoError(t, w.call(t.Context(), writable), "%s: the same call where it can be written", w.name)
	}
	_, err = postgres.New(t.Context(), standby, &postgres.Options{Tenant: "new"})
	require.ErrorIs(t, err, postgres.ErrReadOnly, "a new tenant")
}

func TestIdsThatAreKnownInPartAreAppendedOnce(t *testing.T) {
	db := open(t, pgtest.Open(t), nil)
	events := clmtest.Events(2000, 40)
	moved := events[0]
	moved.Customer = "somebody else" // a repeat in another partition
	for _, batch := range [][]clm.Event{events[:10], events[5:300], events[100:150], {moved}, append([]clm.Event{moved}, events...), events} {
		require.NoError(t, db.Log().Append(t.Context(), batch...))
	}
	n := 0
	for e, err := range clm.Events(t.Context(), db.Log()) {
		require.NoError(t, err)
		require.NotEqual(t, moved.Customer, e.Customer)
		n++
	}
	assert.Equal(t, 2000, n)
}
