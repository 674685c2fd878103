package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
	"github.com/jackc/pgx/v5"
)

const (
	sqlMark = `
SELECT t.revision, coalesce(m.position, 0) FROM {schema}.tenants AS t
LEFT JOIN {schema}.marks AS m ON m.tenant = t.tenant AND m.name = $2 AND m.partition = $3
WHERE t.tenant = $1`

	sqlMarks = `
SELECT m.partition, m.position, t.revision FROM {schema}.marks AS m
JOIN {schema}.tenants AS t ON t.tenant = m.tenant
WHERE m.tenant = $1 AND m.name = $2`

	sqlRevision = `SELECT revision FROM {schema}.tenants WHERE tenant = $1 FOR SHARE`

	sqlReplayRevision = `
UPDATE {schema}.tenants SET revision = revision + 1 WHERE tenant = $1 RETURNING revision - 1`

	sqlFirstMark = `
INSERT INTO {schema}.marks AS m (tenant, name, partition, position) VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant, name, partition) DO UPDATE SET position = excluded.position WHERE m.position = 0`

	sqlMoveMark = `
UPDATE {schema}.marks SET position = $4
WHERE tenant = $1 AND name = $2 AND partition = $3 AND position = $5`

	sqlEpoch = `SELECT epoch FROM {schema}.slots WHERE tenant = $1 AND name = $2 AND slot = $3 FOR SHARE`

	sqlLearnEpoch = `
INSERT INTO {schema}.slots AS s (tenant, name, slot, owner, epoch, expires) VALUES ($1, $2, $3, '', $4, $5)
ON CONFLICT (tenant, name, slot) DO UPDATE SET owner = '', epoch = excluded.epoch, expires = excluded.expires
WHERE s.epoch < excluded.epoch`
)

// Mark returns how far a partition has been read, and the revision of the
// tenant's sets.
func (s *Profiles) Mark(ctx context.Context, partition int) (clm.Mark, error) {
	var revision, position int64
	err := s.db.pool.QueryRow(ctx, s.db.sql(sqlMark), s.db.tenant, s.name, partition).Scan(&revision, &position)
	return mark(position, revision), fail(ctx, "mark", err)
}

func mark(position, revision int64) clm.Mark {
	return clm.Mark{Position: clm.Position(position), Revision: uint64(revision)}
}

// Marks returns the marks of the partitions that were read.
func (s *Profiles) Marks(ctx context.Context) (map[int]clm.Mark, error) {
	marks := map[int]clm.Mark{}
	found, err := s.db.pool.Query(ctx, s.db.sql(sqlMarks), s.db.tenant, s.name)
	if err == nil {
		var partition int
		var position, revision int64
		_, err = pgx.ForEachRow(found, []any{&partition, &position, &revision}, func() error {
			marks[partition] = mark(position, revision)
			return nil
		})
	}
	return marks, fail(ctx, "marks", err)
}

// Commit writes a change in a transaction of its own.
func (s *Profiles) Commit(ctx context.Context, c profile.Change) error {
	return fail(ctx, "commit", s.db.transaction(ctx, func(tx pgx.Tx) error { return s.commit(ctx, tx, &c) }))
}

// CommitTx is [Profiles.Commit] within a transaction of the caller, who ends it,
// and rolls it back after an error. What else the transaction writes, such as
// that a job is done, is then written with the change or not at all. Its level
// has to be READ COMMITTED, or the caller has to begin anew after a 40001.
func (s *Profiles) CommitTx(ctx context.Context, tx pgx.Tx, c profile.Change) error {
	return fail(ctx, "commit", s.commit(ctx, tx, &c))
}

// WriteTx writes profiles, and moves no mark, within a transaction of the caller:
// for jobs that make a set anew, range of customers after range of customers.
// Revision is that of the mark that was read before the events were. The error is
// [clm.ErrFenced] when a customer was erased or a dead letter replayed since.
func (s *Profiles) WriteTx(ctx context.Context, tx pgx.Tx, revision uint64, profiles ...*profile.Profile) error {
	err := s.revision(ctx, tx, revision, false)
	if err == nil {
		err = s.write(ctx, tx, profiles)
	}
	return fail(ctx, "write profiles", err)
}

// commit checks everything that fences, in an order that all commits have: the
// lease, the revision, the mark. Each check locks its row until the end, the
// first two for sharing, so that neither a claim nor an erasure comes in between.
func (s *Profiles) commit(ctx context.Context, tx pgx.Tx, c *profile.Change) error {
	if err := s.fence(ctx, tx, c.Fence); err != nil {
		return err
	}
	if err := s.revision(ctx, tx, c.After.Revision, len(c.Replayed) > 0); err != nil {
		return err
	}
	if err := s.move(ctx, tx, c); err != nil {
		return err
	}
	if err := s.forget(ctx, tx, c); err != nil {
		return err
	}
	if err := s.setAside(ctx, tx, c); err != nil || len(c.Profiles) == 0 {
		return err
	}
	return s.write(ctx, tx, c.Profiles)
}

// fence compares the lease with the newest that is known, and remembers one that
// is newer.
func (s *Profiles) fence(ctx context.Context, tx pgx.Tx, f clm.Fence) error {
	if f == (clm.Fence{}) {
		return nil
	}
	for range 2 {
		var newest int64
		err := tx.QueryRow(ctx, s.db.sql(sqlEpoch), s.db.tenant, f.Group, f.Slot).Scan(&newest)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		if f.Epoch < uint64(newest) {
			return fmt.Errorf("slot %d of group %s has epoch %d, not %d: %w", f.Slot, f.Group, newest, f.Epoch, clm.ErrFenced)
		}
		if f.Epoch == uint64(newest) {
			return nil
		}
		// Another transaction may be as quick: then the second look decides.
		if _, err := tx.Exec(ctx, s.db.sql(sqlLearnEpoch), s.db.tenant, f.Group, f.Slot, int64(f.Epoch), time.Unix(0, 0)); err != nil {
			return err
		}
	}
	return fmt.Errorf("slot %d of group %s has a newer epoch than %d: %w", f.Slot, f.Group, f.Epoch, clm.ErrFenced)
}

// revision compares the tenant's revision and locks it. A replay moves it: at
// once for writing, because two that share the lock could not.
func (s *Profiles) revision(ctx context.Context, tx pgx.Tx, want uint64, replay bool) error {
	sql := sqlRevision
	if replay {
		sql = sqlReplayRevision
	}
	var revision int64
	if err := tx.QueryRow(ctx, s.db.sql(sql), s.db.tenant).Scan(&revision); err != nil {
		return err
	}
	if uint64(revision) != want {
		return fmt.Errorf("the revision is %d, not %d: %w", revision, want, clm.ErrFenced)
	}
	return nil
}

// move moves the mark, if it is where the change begins.
func (s *Profiles) move(ctx context.Context, tx pgx.Tx, c *profile.Change) error {
	sql, args := sqlMoveMark, []any{s.db.tenant, s.name, c.Partition, bigint(c.Through), bigint(c.After.Position)}
	if c.After.Position == 0 {
		sql, args = sqlFirstMark, args[:4]
	}
	moved, err := tx.Exec(ctx, s.db.sql(sql), args...)
	if err != nil {
		return err
	}
	if moved.RowsAffected() == 0 {
		return fmt.Errorf("partition %d is not at %d: %w", c.Partition, c.After.Position, clm.ErrFenced)
	}
	return nil
}
