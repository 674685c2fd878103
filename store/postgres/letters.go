package postgres

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/codec"
	"github.com/clmkit/clmkit/profile"
	"github.com/jackc/pgx/v5"
)

const (
	sqlPutLetter = `
INSERT INTO {schema}.dead_letters (tenant, name, partition, position, customer, body, refusal)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (tenant, name, partition, position)
DO UPDATE SET customer = excluded.customer, body = excluded.body, refusal = excluded.refusal`

	sqlForgetLetters = `
DELETE FROM {schema}.dead_letters
WHERE tenant = $1 AND name = $2 AND partition = $3 AND position = ANY($4::bigint[])`

	sqlLetters = `
SELECT partition, position, body, refusal FROM {schema}.dead_letters
WHERE tenant = $1 AND name = $2 AND (partition, position) > ($3, $4)
ORDER BY partition, position LIMIT 1`
)

// setAside writes the refused events of a change down.
func (s *Profiles) setAside(ctx context.Context, tx pgx.Tx, c *profile.Change) error {
	for _, a := range c.Aside {
		body, err := codec.Encode(&a.Event)
		if err != nil {
			return err
		}
		// PostgreSQL takes no zero byte and nothing that is not UTF-8.
		refusal := strings.ReplaceAll(strings.ToValidUTF8(a.Err.Error(), "\uFFFD"), "\x00", "\uFFFD")
		_, err = tx.Exec(ctx, s.db.sql(sqlPutLetter), s.db.tenant, s.name, c.Partition, bigint(a.Position),
			a.Event.Customer, string(body), refusal)
		if err != nil {
			return err
		}
	}
	return nil
}

// forget deletes the dead letters that a change replays.
func (s *Profiles) forget(ctx context.Context, tx pgx.Tx, c *profile.Change) error {
	if len(c.Replayed) == 0 {
		return nil
	}
	positions := make([]int64, len(c.Replayed))
	for i, p := range c.Replayed {
		positions[i] = bigint(p)
	}
	gone, err := tx.Exec(ctx, s.db.sql(sqlForgetLetters), s.db.tenant, s.name, c.Partition, positions)
	if err == nil && gone.RowsAffected() != int64(len(positions)) {
		err = fmt.Errorf("not all of %v are dead letters of partition %d: %w", c.Replayed, c.Partition, clm.ErrFenced)
	}
	return err
}

// DeadLetters yields the refused events by partition and position. Each is read
// when it is asked for: there should be few.
func (s *Profiles) DeadLetters(ctx context.Context) iter.Seq2[clm.DeadLetter, error] {
	return func(yield func(clm.DeadLetter, error) bool) {
		for partition, position := -1, int64(0); ; {
			letter, err := s.letter(ctx, partition, position)
			if errors.Is(err, pgx.ErrNoRows) {
				return
			}
			if err = fail(ctx, "dead letters", err); err != nil {
				yield(clm.DeadLetter{}, err)
				return
			}
			if !yield(letter, nil) {
				return
			}
			partition, position = letter.Partition, bigint(letter.Position)
		}
	}
}

// letter returns the first dead letter after a position.
func (s *Profiles) letter(ctx context.Context, partition int, position int64) (clm.DeadLetter, error) {
	var l clm.DeadLetter
	var body []byte
	var refusal string
	row := s.db.pool.QueryRow(ctx, s.db.sql(sqlLetters), s.db.tenant, s.name, partition, position)
	if err := row.Scan(&l.Partition, &position, &body, &refusal); err != nil {
		return clm.DeadLetter{}, err
	}
	l.Position, l.Err = clm.Position(position), errors.New(refusal)
	return l, codec.Decode(body, &l.Event)
}
