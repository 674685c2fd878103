package sqlite

import (
	"context"
	"slices"

	"github.com/clmkit/clmkit/clm"
)

// Erase removes a customer from everything that the file holds: events,
// profiles and dead letters of all sets, exposures, the secret key, and the vectors
// that carry the customer. It happens in one transaction. After it returned nil, no byte of
// it is in the file, nor in the files beside it: what is deleted is overwritten,
// and the write-ahead log is emptied. It waits for readers of other processes,
// up to [Options.Wait]; when they take longer the error wraps [ErrBusy]: the
// customer is gone for everybody who asks, and the next erasure, or the next
// [Open], removes the rest. So it does after a crash.
//
// It reads the customer's partition of the log and every page of the file, and does
// not work on files beyond 128 GiB, whose pages it cannot tell apart.
func (db *DB) Erase(ctx context.Context, customer clm.CustomerID) error {
	defer db.forgetVectors(customer)
	return db.erase(ctx, "erase", func(c *conn) error {
		if err := db.Log().erase(c, customer); err != nil {
			return err
		}
		for _, table := range []string{"profiles", "dead_letters"} {
			if _, err := c.exec("DELETE FROM "+table+" WHERE customer = ?", string(customer)); err != nil {
				return err
			}
		}
		if err := eraseExposures(c, customer); err != nil {
			return err
		}
		if err := forgetKey(c, customer); err != nil {
			return err
		}
		if err := eraseAllVectors(c, customer); err != nil {
			return err
		}
		return moveRevision(c)
	})
}

func eraseAllVectors(c *conn, customer clm.CustomerID) error {
	var sets []int64
	err := c.rows("SELECT DISTINCT vector_set FROM vectors WHERE customer = ?", []any{string(customer)}, func(scan func(...any) error) (bool, error) {
		var set int64
		err := scan(&set)
		sets = append(sets, set)
		return true, err
	})
	if err != nil {
		return err
	}
	for _, set := range sets {
		if err := eraseVectors(c, customer, set); err != nil {
			return err
		}
	}
	return nil
}

// forgetVectors takes a customer's records out of the copies of these sets, or of
// all.
func (db *DB) forgetVectors(customer clm.CustomerID, names ...string) {
	db.mu.Lock()
	defer db.mu.Unlock()
	for _, known := range []map[string]*Vectors{db.vectors, db.graphs} {
		for name, v := range known {
			if len(names) == 0 || slices.Contains(names, name) {
				v.forget(customer)
			}
		}
	}
}

// Erase removes the events of a customer. It reads the customer's partition.
func (l *Log) Erase(ctx context.Context, customer clm.CustomerID) error {
	return l.db.erase(ctx, "erase from the log", func(c *conn) error {
		return l.erase(c, customer)
	})
}

func (l *Log) erase(c *conn, customer clm.CustomerID) error {
	p := clm.PartitionOf(customer, l.db.partitions)
	_, err := c.exec("DELETE FROM events WHERE key > ? AND key < ? AND customer = ?", key(p, 0), key(p+1, 0), string(customer))
	return err
}

// Erase removes the profile and the dead letters of a customer from the set.
func (p *Profiles) Erase(ctx context.Context, customer clm.CustomerID) error {
	return p.db.erase(ctx, p.doing("erase"), func(c *conn) error {
		set, err := p.set(c)
		if err != nil {
			return err
		}
		for _, table := range []string{"profiles", "dead_letters"} {
			if _, err := c.exec("DELETE FROM "+table+" WHERE profile_set = ? AND customer = ?", set, string(customer)); err != nil {
				return err
			}
		}
		return moveRevision(c)
	})
}

// moveRevision moves every mark on, so that no batch that was read before an
// erasure or a replay is written after it.
func moveRevision(c *conn) error {
	_, err := c.exec("UPDATE state SET revision = revision + 1")
	return err
}

// erase removes something in one transaction, and then its traces.
func (db *DB) erase(ctx context.Context, doing string, remove func(*conn) error) error {
	err := db.write(ctx, doing, func(c *conn) error {
		if err := remove(c); err != nil {
			return err
		}
		_, err := c.exec("UPDATE state SET traces = traces + 1")
		return err
	})
	if err != nil {
		return err
	}
	return db.fail(ctx, doing, db.sweep(ctx))
}
