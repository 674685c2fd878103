package postgres

import (
	"context"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/jackc/pgx/v5"
)

// Leases shares slots out among processes. It is a [clm.Leases]. Its clock is the
// database's, unless [Options.Now] is set. [Profiles.Commit] knows of a new owner
// from the claim on: both lock the slot's row.
type Leases struct{ db *DB }

// Leases returns the leases.
func (db *DB) Leases() *Leases { return &Leases{db} }

const (
	sqlAddGroup = `INSERT INTO {schema}.groups (tenant, name) VALUES ($1, $2) ON CONFLICT (tenant, name) DO NOTHING`

	sqlLockGroup = `SELECT name FROM {schema}.groups WHERE tenant = $1 AND name = $2 FOR UPDATE`

	sqlClaim = `
INSERT INTO {schema}.members (tenant, name, owner, expires) VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant, name, owner) DO UPDATE SET expires = excluded.expires`

	sqlBury = `DELETE FROM {schema}.members WHERE tenant = $1 AND name = $2 AND expires <= $3`

	sqlLiving = `SELECT count(*) FROM {schema}.members WHERE tenant = $1 AND name = $2`

	sqlSlots = `SELECT slot, owner, epoch, expires FROM {schema}.slots WHERE tenant = $1 AND name = $2 AND slot < $3 ORDER BY slot`

	sqlPutSlot = `
INSERT INTO {schema}.slots (tenant, name, slot, owner, epoch, expires) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (tenant, name, slot) DO UPDATE SET owner = excluded.owner, epoch = excluded.epoch, expires = excluded.expires
`

	sqlResign = `DELETE FROM {schema}.members WHERE tenant = $1 AND name = $2 AND owner = $3`

	sqlVacate = `UPDATE {schema}.slots SET owner = '' WHERE tenant = $1 AND name = $2 AND owner = $3`
)

// Claim implements [clm.Leases]. Claims of one group come one after another, and
// wait for the commits under the leases that they change.
func (l *Leases) Claim(ctx context.Context, m clm.Member) ([]clm.Lease, error) {
	var held []clm.Lease
	err := l.db.transaction(ctx, func(tx pgx.Tx) error {
		now, err := l.enter(ctx, tx, m.Group)
		if err != nil {
			return err
		}
		living, err := l.living(ctx, tx, m, now)
		if err != nil {
			return err
		}
		slots, err := l.slots(ctx, tx, m)
		if err != nil {
			return err
		}
		var changed []int
		held, changed = clm.Share(m, slots, living, now)
		return l.put(ctx, tx, m, slots, changed)
	})
	return held, fail(ctx, "claim", err)
}

// Leave implements [clm.Leases].
func (l *Leases) Leave(ctx context.Context, m clm.Member) error {
	return fail(ctx, "leave", l.db.transaction(ctx, func(tx pgx.Tx) error {
		if _, err := l.enter(ctx, tx, m.Group); err != nil {
			return err
		}
		for _, sql := range []string{sqlResign, sqlVacate} {
			if _, err := tx.Exec(ctx, l.db.sql(sql), l.db.tenant, m.Group, m.Owner); err != nil {
				return err
			}
		}
		return nil
	}))
}

// enter locks a group and returns the time, as it is once the lock is there, in
// the microseconds that the database keeps.
func (l *Leases) enter(ctx context.Context, tx pgx.Tx, group string) (now time.Time, err error) {
	for _, sql := range []string{sqlAddGroup, sqlLockGroup} {
		if _, err := tx.Exec(ctx, l.db.sql(sql), l.db.tenant, group); err != nil {
			return time.Time{}, err
		}
	}
	if l.db.now != nil {
		return l.db.now().Truncate(time.Microsecond), nil
	}
	return now, tx.QueryRow(ctx, sqlNow).Scan(&now)
}

// living says that the member is alive, and returns how many are.
func (l *Leases) living(ctx context.Context, tx pgx.Tx, m clm.Member, now time.Time) (n int, err error) {
	if _, err := tx.Exec(ctx, l.db.sql(sqlBury), l.db.tenant, m.Group, now); err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, l.db.sql(sqlClaim), l.db.tenant, m.Group, m.Owner, now.Add(m.TTL)); err != nil {
		return 0, err
	}
	return n, tx.QueryRow(ctx, l.db.sql(sqlLiving), l.db.tenant, m.Group).Scan(&n)
}

// slots returns the group's slots by number. Those that nobody ever had are not
// stored.
func (l *Leases) slots(ctx context.Context, tx pgx.Tx, m clm.Member) ([]clm.Slot, error) {
	slots := make([]clm.Slot, m.Slots)
	found, err := tx.Query(ctx, l.db.sql(sqlSlots), l.db.tenant, m.Group, m.Slots)
	if err != nil {
		return nil, err
	}
	var number int
	var s clm.Slot
	var epoch int64
	_, err = pgx.ForEachRow(found, []any{&number, &s.Owner, &epoch, &s.Expires}, func() error {
		s.Epoch = uint64(epoch)
		slots[number] = s
		return nil
	})
	return slots, err
}

// put writes the changed slots, in one round trip.
func (l *Leases) put(ctx context.Context, tx pgx.Tx, m clm.Member, slots []clm.Slot, changed []int) error {
	var batch pgx.Batch
	for _, i := range changed {
		s := slots[i]
		batch.Queue(l.db.sql(sqlPutSlot), l.db.tenant, m.Group, i, s.Owner, int64(s.Epoch), s.Expires)
	}
	return tx.SendBatch(ctx, &batch).Close()
}

var _ clm.Leases = (*Leases)(nil)
