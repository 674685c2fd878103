package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/codec"
)

// Items are the [clm.Items] of a file.
type Items struct{ db *DB }

// Items returns the items of the file.
func (db *DB) Items() *Items { return &Items{db} }

// Put adds or replaces items, all or none.
func (s *Items) Put(ctx context.Context, items ...clm.Item) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	bodies := make([]string, len(items))
	for i := range items {
		if err := items[i].Validate(); err != nil {
			return err
		}
		body, err := codec.Encode(&items[i])
		if err != nil {
			return s.db.fail(ctx, "put items", fmt.Errorf("item %s: %w", items[i].ID, err))
		}
		bodies[i] = string(body)
	}
	return s.db.write(ctx, "put items", func(c *conn) error {
		for i := range items {
			_, err := c.exec("INSERT INTO items (id, body) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body", string(items[i].ID), bodies[i])
			if err != nil {
				return fmt.Errorf("item %s: %w", items[i].ID, err)
			}
		}
		return nil
	})
}

// Remove removes items.
func (s *Items) Remove(ctx context.Context, ids ...clm.ItemID) error {
	return s.db.write(ctx, "remove items", func(c *conn) error {
		for _, id := range ids {
			if _, err := c.exec("DELETE FROM items WHERE id = ?", string(id)); err != nil {
				return fmt.Errorf("item %s: %w", id, err)
			}
		}
		return nil
	})
}

// Catalogue reads all items: they are in memory twice while it is made.
func (s *Items) Catalogue(ctx context.Context) (*clm.Catalogue, error) {
	var items []clm.Item
	err := s.db.read(ctx, "catalogue", func(c *conn) error {
		var body sql.RawBytes
		return c.rows("SELECT CAST(body AS BLOB) FROM items ORDER BY id", nil, func(scan func(...any) error) (bool, error) {
			if err := scan(&body); err != nil {
				return false, err
			}
			var item clm.Item
			if err := codec.Decode(body, &item); err != nil {
				return false, fmt.Errorf("%w: %w", ErrCorrupt, err)
			}
			items = append(items, item)
			return true, ctx.Err()
		})
	})
	if err != nil {
		return nil, err
	}
	return clm.NewCatalogue(items...)
}
