package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/codec"
)

// DeadLetters yields the refused events by partition and position.
func (p *Profiles) DeadLetters(ctx context.Context) iter.Seq2[clm.DeadLetter, error] {
	return func(yield func(clm.DeadLetter, error) bool) {
		partition, position := -1<<62, clm.Position(0)
		for {
			chunk, err := p.letters(ctx, partition, position)
			if err != nil {
				yield(clm.DeadLetter{}, err)
				return
			}
			for _, letter := range chunk {
				if err := ctx.Err(); err != nil {
					yield(clm.DeadLetter{}, err)
					return
				}
				if !yield(letter, nil) {
					return
				}
			}
			if len(chunk) == 0 {
				return
			}
			last := &chunk[len(chunk)-1]
			partition, position = last.Partition, last.Position
		}
	}
}

// letters reads some dead letters behind a place.
func (p *Profiles) letters(ctx context.Context, partition int, position clm.Position) ([]clm.DeadLetter, error) {
	var chunk []clm.DeadLetter
	bytes := 0
	err := p.read(ctx, "dead letters", func(c *conn, set int64) error {
		var body sql.RawBytes
		var refusal string
		return c.rows("SELECT partition, position, CAST(body AS BLOB), refusal FROM dead_letters WHERE profile_set = ? AND (partition, position) > (?, ?) ORDER BY partition, position LIMIT ?",
			[]any{set, partition, int64(position), chunkRows}, func(scan func(...any) error) (bool, error) {
				var l clm.DeadLetter
				if err := scan(&l.Partition, &l.Position, &body, &refusal); err != nil {
					return false, err
				}
				l.Err = errors.New(refusal)
				if err := codec.Decode(body, &l.Event); err != nil {
					return false, fmt.Errorf("%w: %w", ErrCorrupt, err)
				}
				chunk = append(chunk, l)
				bytes += len(body)
				return bytes < chunkBytes, nil
			})
	})
	return chunk, err
}
