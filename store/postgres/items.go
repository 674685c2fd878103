package postgres

import (
	"context"
	"slices"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/codec"
	"github.com/jackc/pgx/v5"
)

// Items is the catalogue. It is a [clm.Items].
type Items struct{ db *DB }

// Items returns the catalogue.
func (db *DB) Items() *Items { return &Items{db} }

const (
	sqlPutItems = `
INSERT INTO {schema}.items (tenant, id, body)
SELECT $1, n.id, n.body FROM unnest($2::text[], $3::text[]) AS n (id, body)
ORDER BY n.id
ON CONFLICT (tenant, id) DO UPDATE SET body = excluded.body`
	sqlRemoveItems = `DELETE FROM {schema}.items WHERE tenant = $1 AND id = ANY($2::text[])`
	sqlItems       = `SELECT body FROM {schema}.items WHERE tenant = $1 ORDER BY id`
)

// Put validates the items and adds or replaces them, all or none, with one
// statement. Of two with the same id the later one wins.
func (s *Items) Put(ctx context.Context, items ...clm.Item) error {
	if err := ctx.Err(); err != nil || len(items) == 0 {
		return err
	}
	seen := make(map[clm.ItemID]bool, len(items))
	var ids, bodies []string
	for i := range items {
		if err := items[i].Validate(); err != nil {
			return err
		}
	}
	for _, item := range slices.Backward(items) {
		if seen[item.ID] {
			continue
		}
		seen[item.ID] = true
		body, err := codec.Encode(&item)
		if err != nil {
			return err
		}
		ids, bodies = append(ids, string(item.ID)), append(bodies, string(body))
	}
	return fail(ctx, "put items", s.exec(ctx, sqlPutItems, ids, bodies))
}

// Remove removes items. One that is not there is no error.
func (s *Items) Remove(ctx context.Context, ids ...clm.ItemID) error {
	if err := ctx.Err(); err != nil || len(ids) == 0 {
		return err
	}
	return fail(ctx, "remove items", s.exec(ctx, sqlRemoveItems, ids))
}

func (s *Items) exec(ctx context.Context, sql string, args ...any) error {
	return retry(ctx, func() error {
		_, err := s.db.pool.Exec(ctx, s.db.sql(sql), append([]any{s.db.tenant}, args...)...)
		return err
	})
}

// Catalogue reads all items.
func (s *Items) Catalogue(ctx context.Context) (*clm.Catalogue, error) {
	found, err := s.db.pool.Query(ctx, s.db.sql(sqlItems), s.db.tenant)
	if err != nil {
		return nil, fail(ctx, "read items", err)
	}
	var items []clm.Item
	var body []byte
	_, err = pgx.ForEachRow(found, []any{&body}, func() error {
		items = append(items, clm.Item{})
		return codec.Decode(body, &items[len(items)-1])
	})
	if err != nil {
		return nil, fail(ctx, "read items", err)
	}
	return clm.NewCatalogue(items...)
}

var _ clm.Items = (*Items)(nil)
