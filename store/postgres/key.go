package postgres

import (
	"context"
	"crypto/rand"
	"encoding/hex"

	"github.com/clmkit/clmkit/clm"
	"github.com/jackc/pgx/v5"
)

// Keys are the secret keys of customers, one each: what contrib/kafka seals
// events with, and forgets to erase a customer from a log whose records cannot be
// deleted one by one. Nothing is cached, so that a key that was forgotten in one
// process is forgotten in all.
type Keys struct{ db *DB }

// Keys returns the tenant's keys.
func (db *DB) Keys() *Keys { return &Keys{db} }

const (
	sqlKeysOf = `
SELECT k.customer, k.id, k.key FROM unnest($2::text[]) AS c (customer) CROSS JOIN LATERAL (
	SELECT customer, id, key FROM {schema}.keys WHERE tenant = $1 AND customer = c.customer LIMIT 1
) AS k`

	sqlMakeKeys = `
INSERT INTO {schema}.keys (tenant, id, customer, key)
SELECT $1, n.id, n.customer, n.key FROM unnest($2::text[], $3::text[], $4::bytea[]) AS n (id, customer, key)
ORDER BY n.customer
ON CONFLICT (tenant, customer) DO NOTHING`

	sqlLookupKeys = `
SELECT k.id, k.key FROM unnest($2::text[]) AS asked (id) CROSS JOIN LATERAL (
	SELECT id, key FROM {schema}.keys WHERE tenant = $1 AND id = asked.id LIMIT 1
) AS k`

	sqlForgetKey = `UPDATE {schema}.keys SET customer = NULL, key = NULL WHERE tenant = $1 AND customer = $2`
)

const (
	keyBytes   = 32 // AES-256
	keyIDBytes = 16
)

type customerKey struct {
	id  string
	key []byte
}

// Keys returns the id and the key of each customer, row i for customers[i], and
// makes those that are missing. An id has 32 hexadecimal digits, a key 32 bytes;
// both are random. When all keys are there nothing is written.
func (k *Keys) Keys(ctx context.Context, customers []clm.CustomerID) (ids []string, keys [][]byte, err error) {
	found, err := k.find(ctx, customers)
	if err != nil {
		return nil, nil, fail(ctx, "keys", err)
	}
	missing := without(customers, found)
	if len(missing) > 0 {
		if err := k.make(ctx, missing); err != nil {
			return nil, nil, fail(ctx, "make keys", err)
		}
		if found, err = k.find(ctx, customers); err != nil {
			return nil, nil, fail(ctx, "keys", err)
		}
	}
	for _, c := range customers {
		ids = append(ids, found[c].id)
		keys = append(keys, append([]byte(nil), found[c].key...))
	}
	return ids, keys, nil
}

func (k *Keys) find(ctx context.Context, customers []clm.CustomerID) (map[clm.CustomerID]customerKey, error) {
	rows, err := k.db.pool.Query(ctx, k.db.sql(sqlKeysOf), k.db.tenant, customers)
	if err != nil {
		return nil, err
	}
	found := make(map[clm.CustomerID]customerKey, len(customers))
	var customer clm.CustomerID
	var own customerKey
	_, err = pgx.ForEachRow(rows, []any{&customer, &own.id, &own.key}, func() error {
		found[customer] = customerKey{own.id, append([]byte(nil), own.key...)}
		return nil
	})
	return found, err
}

// without returns the customers that have no key, each once.
func without(customers []clm.CustomerID, found map[clm.CustomerID]customerKey) []clm.CustomerID {
	var missing []clm.CustomerID
	seen := map[clm.CustomerID]bool{}
	for _, c := range customers {
		if _, known := found[c]; !known && !seen[c] {
			seen[c] = true
			missing = append(missing, c)
		}
	}
	return missing
}

// make makes keys. Another process may be faster: its keys count.
func (k *Keys) make(ctx context.Context, customers []clm.CustomerID) error {
	ids, keys := make([]string, len(customers)), make([][]byte, len(customers))
	for i := range customers {
		random := make([]byte, keyIDBytes+keyBytes)
		_, _ = rand.Read(random) // the program ends where there is no randomness
		ids[i], keys[i] = hex.EncodeToString(random[:keyIDBytes]), random[keyIDBytes:]
	}
	return retry(ctx, func() error {
		_, err := k.db.pool.Exec(ctx, k.db.sql(sqlMakeKeys), k.db.tenant, ids, customers, keys)
		return err
	})
}

// Lookup returns the keys of ids. The id of a key that was forgotten is in the map
// with a nil key; an id that was never given out is not in the map.
func (k *Keys) Lookup(ctx context.Context, ids []string) (map[string][]byte, error) {
	rows, err := k.db.pool.Query(ctx, k.db.sql(sqlLookupKeys), k.db.tenant, ids)
	if err != nil {
		return nil, fail(ctx, "keys", err)
	}
	found := make(map[string][]byte, len(ids))
	var id string
	var key []byte
	_, err = pgx.ForEachRow(rows, []any{&id, &key}, func() error {
		found[id] = append([]byte(nil), key...)
		return nil
	})
	return found, fail(ctx, "keys", err)
}

// Forget destroys the key of a customer; its id stays, and says nothing about
// anybody. An unknown customer is no error. [DB.Erase] forgets the key too. See
// the package's comment on what PostgreSQL keeps.
func (k *Keys) Forget(ctx context.Context, customer clm.CustomerID) error {
	return k.db.erase(ctx, sqlForgetKey, customer)
}
