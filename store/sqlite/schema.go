package sqlite

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"path"
)

// application marks a file as ours: "clmk" in ASCII.
const application = 0x636c6d6b

//go:embed schema/*.sql
var schema embed.FS

// migrations are the steps from an empty file to the newest version, in order.
// Version n of a file is the state after the first n.
func migrations() ([]string, error) {
	names, err := fs.Glob(schema, "schema/*.sql") // sorted
	if err != nil {
		return nil, err
	}
	var steps []string
	for _, name := range names {
		text, err := schema.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path.Base(name), err)
		}
		steps = append(steps, string(text))
	}
	return steps, nil
}

// identity is how a file says what it is.
type identity struct {
	application, version, objects int
}

func identify(c *conn) (identity, error) {
	var id identity
	for query, dest := range map[string]*int{
		"PRAGMA application_id":              &id.application,
		"PRAGMA user_version":                &id.version,
		"SELECT count(*) FROM sqlite_schema": &id.objects,
	} {
		if err := c.raw.QueryRowContext(background, query).Scan(dest); err != nil {
			return id, err
		}
	}
	return id, nil
}

// check refuses files that are not ours. An empty file is ours to be.
func (id identity) check(newest int) error {
	empty := id.application == 0 && id.version == 0 && id.objects == 0
	switch {
	case id.application != application && !empty:
		return fmt.Errorf("%w: application id %#x, %d tables and indexes", ErrForeign, id.application, id.objects)
	case id.version > newest:
		return fmt.Errorf("%w: version %d, this one knows %d", ErrNewer, id.version, newest)
	}
	return nil
}

// migrate brings the file to the newest version in one transaction. Several
// processes may do it at once: the first does the work.
func migrate(ctx context.Context, w *writer, o *Options) error {
	steps, err := migrations()
	if err != nil {
		return err
	}
	id, err := identify(w.conn)
	if err != nil {
		return err
	}
	if err := id.check(len(steps)); err != nil {
		return err
	}
	if id.version == len(steps) {
		return nil
	}
	for _, lasting := range []string{"PRAGMA auto_vacuum = NONE", "PRAGMA journal_mode = WAL"} {
		if err := w.conn.control(ctx, lasting); err != nil {
			return fmt.Errorf("%s: %w", lasting, err)
		}
	}
	return w.do(ctx, func(c *conn) error {
		id, err := identify(c)
		if err != nil {
			return err
		}
		if err := id.check(len(steps)); err != nil {
			return err
		}
		return upgrade(c, id.version, steps, o)
	})
}

func upgrade(c *conn, version int, steps []string, o *Options) error {
	for i, step := range steps[version:] {
		if err := c.control(background, step); err != nil {
			return fmt.Errorf("migration %d: %w", version+i+1, err)
		}
	}
	if version == 0 {
		partitions := o.Partitions
		if partitions == 0 {
			partitions = 8
		}
		if _, err := c.exec("INSERT INTO state (one, partitions) VALUES (1, ?)", partitions); err != nil {
			return err
		}
	}
	if err := c.control(background, fmt.Sprintf("PRAGMA application_id = %d", application)); err != nil {
		return err
	}
	return c.control(background, fmt.Sprintf("PRAGMA user_version = %d", len(steps)))
}
