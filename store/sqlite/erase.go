package sqlite

import (
	"context"
	"fmt"

	"github.com/clmkit/clmkit/clm"
)

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
		return countErasure(c)
	})
}

// countErasure moves every mark on, so that no batch that was read before the
// erasure is written after it.
func countErasure(c *conn) error {
	_, err := c.exec("UPDATE state SET erasures = erasures + 1")
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
	return db.fail(ctx, doing, db.writer.exclusively(ctx, func(c *conn) error { return sweep(c) }))
}

// sweep empties the write-ahead log, in which pages from before an erasure
// stand. It waits for readers of other processes as long as the busy timeout.
func sweep(c *conn) error {
	var traces int64
	if _, err := c.row("SELECT traces FROM state", nil, &traces); err != nil || traces == 0 {
		return err
	}
	var busy, pages, moved int
	if err := c.raw.QueryRowContext(background, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil {
		return err
	}
	if busy != 0 {
		return fmt.Errorf("%w: what was erased is gone from the tables, but not yet from the write-ahead log: erase again", ErrBusy)
	}
	_, err := c.exec("UPDATE state SET traces = 0 WHERE traces = ?", traces)
	return err
}
