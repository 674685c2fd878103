package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
	"github.com/ncruces/go-sqlite3/vfs"
)

// sweep removes what erasures left behind: copies in the slack of pages, and old
// pages in the write-ahead log. The count of traces says that there is something
// to remove until it is done, so that it is done after a crash too. Nothing of
// this process is written meanwhile.
//
// Pages with copies stand in the caches of other connections, too. The
// transaction that ends the sweep makes every connection read anew before it
// writes. A reader's connection sweeps, because it never writes another page.
func (db *DB) sweep(ctx context.Context) error {
	return db.writer.exclusively(ctx, func(*conn) error {
		return db.readers.do(ctx, func(c *conn) error {
			var traces int64
			if _, err := c.row("SELECT traces FROM state", nil, &traces); err != nil || traces == 0 {
				return err
			}
			s := sweeper{ctx: ctx, conn: c, traces: traces}
			if err := s.run(); err != nil {
				return fmt.Errorf("what was erased is gone from all tables, but there are copies left in the file: erase again: %w", err)
			}
			return nil
		})
	})
}

// A sweeper overwrites the slack of all pages of a file.
type sweeper struct {
	ctx    context.Context
	conn   *conn
	traces int64 // how many erasures it sweeps for
	size   int   // of a page, in bytes
}

// sweepTries is how often the log may be found filled again by another process.
const sweepTries = 100

// run goes through the file beneath SQLite where the shipped driver gives it,
// and through SQLite's own table of pages with other drivers.
func (s *sweeper) run() error {
	if _, err := s.conn.row("PRAGMA page_size", nil, &s.size); err != nil {
		return err
	}
	file, log, err := s.files()
	if errors.Is(err, errors.ErrUnsupported) {
		return s.table()
	}
	for range sweepTries {
		if err != nil {
			return err
		}
		var done bool
		if done, err = s.beneath(file, log); done {
			return nil
		}
	}
	return errors.Join(err, fmt.Errorf("%w: other processes kept writing", ErrBusy))
}

// files returns the files that the connection has open: the database and its
// write-ahead log.
func (s *sweeper) files() (file, log vfs.File, err error) {
	err = s.conn.raw.Raw(func(raw any) error {
		shipped, ok := raw.(driver.Conn)
		if !ok {
			return errors.ErrUnsupported
		}
		main, err := shipped.Raw().FileControl("main", sqlite3.FCNTL_FILE_POINTER)
		if err != nil {
			return err
		}
		journal, err := shipped.Raw().FileControl("main", sqlite3.FCNTL_JOURNAL_POINTER)
		if err != nil {
			return err
		}
		file, ok = main.(vfs.File)
		log, _ = journal.(vfs.File)
		if !ok || log == nil {
			return fmt.Errorf("no files below the connection: %T, %T", main, journal)
		}
		return nil
	})
	return file, log, err
}

// beneath overwrites slack in the file itself, while the log is empty and nobody
// else can write. Zeros in slack leave a page whole, whenever they stop. It
// reports false when another process wrote after the log was emptied.
func (s *sweeper) beneath(file, log vfs.File) (done bool, err error) {
	if err := checkpoint(s.conn); err != nil {
		return false, err
	}
	if err := s.conn.control(s.ctx, "BEGIN IMMEDIATE"); err != nil {
		return false, s.rollback(err)
	}
	size, err := log.Size()
	if err != nil || size > 0 {
		return false, s.rollback(err)
	}
	if err := s.file(file); err != nil {
		return false, s.rollback(err)
	}
	return true, s.finish()
}

// finish ends the transaction and the sweep.
func (s *sweeper) finish() error {
	if _, err := s.conn.exec("UPDATE state SET traces = 0 WHERE traces = ?", s.traces); err != nil {
		return s.rollback(err)
	}
	if err := s.conn.control(background, "COMMIT"); err != nil {
		return s.rollback(err)
	}
	return nil
}

func (s *sweeper) rollback(cause error) error { return rollback(s.conn, cause) }

// stretch is the number of pages that are read at once.
const stretch = 256

func (s *sweeper) file(f vfs.File) error {
	size, err := f.Size()
	if err != nil {
		return err
	}
	if size/int64(s.size) >= maxPages {
		return fmt.Errorf("a file of %d bytes is too large to be swept", size)
	}
	buffer := make([]byte, stretch*s.size)
	for at := int64(0); at < size; at += int64(len(buffer)) {
		part := buffer[:min(int64(len(buffer)), size-at)]
		if n, err := f.ReadAt(part, at); n < len(part) {
			return fmt.Errorf("page %d: %w", at/int64(s.size)+1, err)
		}
		if err := s.part(f, at, part); err != nil {
			return err
		}
	}
	return f.Sync(vfs.SYNC_FULL)
}

// part sweeps the pages of one stretch. Of a page it writes the slack and nothing
// else: there is no copy of the page to go back to, and a power cut may leave
// anything where it interrupts a write.
func (s *sweeper) part(f vfs.File, at int64, part []byte) error {
	for i := 0; i+s.size <= len(part); i += s.size {
		page := part[i : i+s.size]
		number := int((at+int64(i))/int64(s.size)) + 1
		dirty, err := clearSlack(number, page)
		if err != nil {
			return err
		}
		if !dirty {
			continue
		}
		from, to, err := slack(number, page)
		if err != nil {
			return err
		}
		if _, err := f.WriteAt(page[from:to], at+int64(i+from)); err != nil {
			return err
		}
	}
	return s.ctx.Err()
}

// table overwrites slack through the table sqlite_dbpage, which drivers other
// than the shipped one have, and empties the log after.
func (s *sweeper) table() error {
	if err := s.conn.control(s.ctx, "BEGIN IMMEDIATE"); err != nil {
		return s.rollback(err)
	}
	var count int
	if _, err := s.conn.row("PRAGMA page_count", nil, &count); err != nil {
		return s.rollback(err)
	}
	for number := 1; number <= count; number++ {
		if err := s.page(number); err != nil {
			return s.rollback(err)
		}
	}
	if err := s.conn.control(background, "COMMIT"); err != nil {
		return s.rollback(err)
	}
	if err := checkpoint(s.conn); err != nil {
		return err
	}
	if err := s.conn.control(s.ctx, "BEGIN IMMEDIATE"); err != nil {
		return s.rollback(err)
	}
	return s.finish()
}

func (s *sweeper) page(number int) error {
	var read sql.RawBytes
	var page []byte
	err := s.conn.rows("SELECT data FROM sqlite_dbpage WHERE pgno = ?", []any{number}, func(scan func(...any) error) (bool, error) {
		err := scan(&read)
		page = append(page, read...)
		return false, err
	})
	if err != nil || len(page) == 0 {
		return err
	}
	dirty, err := clearSlack(number, page)
	if err != nil || !dirty {
		return err
	}
	_, err = s.conn.exec("UPDATE sqlite_dbpage SET data = ? WHERE pgno = ?", page, number)
	return err
}

// checkpoint empties the write-ahead log. It waits for readers and writers of
// other processes as long as the busy timeout.
func checkpoint(c *conn) error {
	var busy, pages, moved int
	if err := c.raw.QueryRowContext(background, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil {
		return err
	}
	if busy != 0 {
		return fmt.Errorf("%w: the write-ahead log could not be emptied", ErrBusy)
	}
	return nil
}
