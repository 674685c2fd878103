package sqlite

import (
	"context"
	"crypto/rand"
	"encoding/hex"

	"github.com/clmkit/clmkit/clm"
)

// Keys are the secret keys of customers, one each: what contrib/kafka seals
// events with, and forgets to erase a customer from a log whose records cannot be
// deleted one by one. Nothing is cached, so that a key that was forgotten in one
// process is forgotten in all.
type Keys struct{ db *DB }

// Keys returns the keys of the file.
func (db *DB) Keys() *Keys { return &Keys{db} }

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
// both are random. What is returned is durable, in a relaxed file too. When all
// keys are there nothing is written.
func (k *Keys) Keys(ctx context.Context, customers []clm.CustomerID) (ids []string, keys [][]byte, err error) {
	found := make(map[clm.CustomerID]customerKey, len(customers))
	find := func(c *conn) error { return findKeys(c, customers, found) }
	if err := k.db.read(ctx, "keys", find); err != nil {
		return nil, nil, err
	}
	if err := k.make(ctx, customers, found); err != nil {
		return nil, nil, err
	}
	for _, c := range customers {
		ids = append(ids, found[c].id)
		keys = append(keys, append([]byte(nil), found[c].key...))
	}
	return ids, keys, nil
}

// findKeys adds the keys that there are to found.
func findKeys(c *conn, customers []clm.CustomerID, found map[clm.CustomerID]customerKey) error {
	for _, customer := range customers {
		if _, known := found[customer]; known {
			continue
		}
		var own customerKey
		there, err := c.row("SELECT id, key FROM keys WHERE customer = ?", []any{string(customer)}, &own.id, &own.key)
		if err != nil {
			return err
		}
		if there {
			found[customer] = own
		}
	}
	return nil
}

// make makes the keys that are not in found. Another process may be faster: its
// key counts.
func (k *Keys) make(ctx context.Context, customers []clm.CustomerID, found map[clm.CustomerID]customerKey) error {
	var missing []clm.CustomerID
	for _, c := range customers {
		if _, known := found[c]; !known {
			missing = append(missing, c)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	made := map[clm.CustomerID]customerKey{}
	err := k.db.write(ctx, "make keys", func(c *conn) error {
		clear(made)
		for _, customer := range missing {
			random := make([]byte, keyIDBytes+keyBytes)
			_, _ = rand.Read(random) // the program ends where there is no randomness
			_, err := c.exec("INSERT INTO keys (id, customer, key) VALUES (?, ?, ?) ON CONFLICT (customer) DO NOTHING",
				hex.EncodeToString(random[:keyIDBytes]), string(customer), random[keyIDBytes:])
			if err != nil {
				return err
			}
		}
		return findKeys(c, missing, made)
	})
	if err != nil {
		return err
	}
	for c, own := range made {
		found[c] = own
	}
	return k.db.fail(ctx, "make keys", k.db.settle(ctx))
}

// settle makes what was written durable in a relaxed file: a checkpoint begins
// with a sync of the write-ahead log.
func (db *DB) settle(ctx context.Context) error {
	if db.sync == Durable {
		return nil
	}
	return db.writer.exclusively(ctx, func(c *conn) error {
		return c.control(background, "PRAGMA wal_checkpoint(PASSIVE)")
	})
}

// Lookup returns the keys of ids. The id of a key that was forgotten is in the map
// with a nil key; an id that was never given out is not in the map.
func (k *Keys) Lookup(ctx context.Context, ids []string) (map[string][]byte, error) {
	found := make(map[string][]byte, len(ids))
	err := k.db.read(ctx, "keys", func(c *conn) error {
		for _, id := range ids {
			var key []byte
			there, err := c.row("SELECT key FROM keys WHERE id = ?", []any{id}, &key)
			if err != nil {
				return err
			}
			if there {
				found[id] = key
			}
		}
		return nil
	})
	return found, err
}

// Forget destroys the key of a customer, so that no byte of it is left in the
// file; its id stays, and says nothing about anybody. An unknown customer is no
// error. [DB.Erase] forgets the key too.
func (k *Keys) Forget(ctx context.Context, customer clm.CustomerID) error {
	return k.db.erase(ctx, "forget a key", func(c *conn) error { return forgetKey(c, customer) })
}

func forgetKey(c *conn, customer clm.CustomerID) error {
	_, err := c.exec("UPDATE keys SET customer = NULL, key = NULL WHERE customer = ?", string(customer))
	return err
}
