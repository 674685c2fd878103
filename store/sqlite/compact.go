package sqlite

import (
	"context"
	"errors"
)

// Compact gives the room of what was deleted back to the operating system, by
// writing the file anew. Without it the file keeps its size and reuses the room:
// what was deleted is overwritten at once, so nobody has to compact for the sake
// of privacy. It takes as much room again while it runs, in the file's log and in
// a temporary file without a name, and all writes wait for it.
func (db *DB) Compact(ctx context.Context) error {
	return db.fail(ctx, "compact", db.writer.exclusively(ctx, func(c *conn) error {
		if err := c.control(ctx, "PRAGMA temp_store = FILE"); err != nil {
			return err
		}
		err := c.control(ctx, "VACUUM")
		return errors.Join(err, c.control(background, "PRAGMA temp_store = MEMORY"), checkpoint(c))
	}))
}
