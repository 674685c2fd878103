package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/powercut"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/store/sqlite"
)

// cutStart is the time of the first event, and cutNow the clock of the store.
var cutStart = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

func cutNow() time.Time { return cutStart.AddDate(1, 0, 0) }

// cutStore is the store as it ships, on a disk of powercut.
type cutStore struct {
	disk     *powercut.Disk
	pool     *sql.DB
	db       *sqlite.DB
	profiles *sqlite.Profiles
}

// open opens the file. SQLite itself is told what the store cannot be asked
// for: the control without syncs, and to checkpoint more often than the store
// has it, so that checkpoints come between the cuts.
func (s *cutShop) open(ctx context.Context) (*cutStore, error) {
	fixed := map[string]string{}
	if s.task.control == cutsUnsynced {
		fixed["synchronous"] = "off"
	}
	if s.spill > 0 {
		fixed["wal_autocheckpoint"] = fmt.Sprint(s.spill)
	}
	pool, err := driver.Open("file:shop.db?vfs="+s.vfs, func(c *sqlite3.Conn) error { return fix(c, fixed) })
	if err != nil {
		return nil, err
	}
	db, err := sqlite.New(ctx, pool, &s.options)
	if err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return &cutStore{s.disk, pool, db, db.Profiles("")}, nil
}

// fix sets pragmas and ignores every later word on them.
func fix(c *sqlite3.Conn, pragmas map[string]string) error {
	if len(pragmas) == 0 {
		return nil
	}
	for name, value := range pragmas {
		if err := c.Exec("PRAGMA " + name + " = " + value); err != nil {
			return err
		}
	}
	return c.SetAuthorizer(func(action sqlite3.AuthorizerActionCode, name, value, _, _ string) sqlite3.AuthorizerReturnCode {
		if _, ours := pragmas[name]; action == sqlite3.AUTH_PRAGMA && ours && value != "" {
			return sqlite3.AUTH_IGNORE
		}
		return sqlite3.AUTH_OK
	})
}

// close closes the store and every connection. A nil store is closed.
func (s *cutStore) close() error {
	if s == nil {
		return nil
	}
	return errors.Join(s.db.Close(), s.pool.Close())
}

// whole is SQLite's own check of the file.
func (s *cutStore) whole(ctx context.Context) error {
	var said string
	if err := s.pool.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&said); err != nil {
		return err
	}
	if said != "ok" {
		return fmt.Errorf("integrity check: %s", said)
	}
	return nil
}

// checkpoint is what a tool beside the store does.
func (s *cutStore) checkpoint(ctx context.Context, mode string) error {
	_, err := s.pool.ExecContext(ctx, "PRAGMA wal_checkpoint("+mode+")")
	return err
}

// fold brings the profiles up to date: all partitions at once, or one after the
// other, which makes the order of the writes the same in every run.
func (s *cutStore) fold(ctx context.Context, batch int, together bool) error {
	view := profile.NewView(s.profiles, profile.NewFolder(nil, nil))
	o := &clm.RunOptions{BatchSize: batch}
	if together {
		_, err := clm.CatchUp(ctx, s.db.Log(), o, view)
		return err
	}
	for p := range s.db.Log().Partitions() {
		if _, err := clm.CatchUp(ctx, onePartition{s.db.Log(), p}, o, view); err != nil {
			return err
		}
	}
	return nil
}

// onePartition is a log of which one partition has grown.
type onePartition struct {
	*sqlite.Log
	partition int
}

// Ends returns the end of that partition.
func (l onePartition) Ends(ctx context.Context) (map[int]clm.Position, error) {
	ends, err := l.Log.Ends(ctx)
	if err != nil {
		return nil, err
	}
	return map[int]clm.Position{l.partition: ends[l.partition]}, nil
}
