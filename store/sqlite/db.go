package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"github.com/ncruces/go-sqlite3/driver"
)

// A DB is one SQLite file. Several processes may have the same file open, as
// long as they are on one machine. It is safe for concurrent use.
type DB struct {
	file       string
	pool       *sql.DB
	owned      bool // the pool is ours to close
	now        func() time.Time
	partitions int
	sync       Sync
	writer     *writer
	readers    *readers
	grown      signal
	closing    sync.Once

	mu      sync.Mutex
	vectors map[string]*Vectors // by name: the copies in memory are shared
	graphs  map[string]*Vectors // the same, of those that are searched by a graph
}

// Open opens the file at path, and makes it when there is none; its folder has
// to exist. Beside the file SQLite keeps two more while it is open, whose names
// end in "-wal" and "-shm": they belong to it.
func Open(ctx context.Context, path string, o *Options) (*DB, error) {
	file, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("sqlite: %s: %w", path, err)
	}
	pool, err := driver.Open(file)
	if err != nil {
		return nil, fmt.Errorf("sqlite: %s: %w", file, err)
	}
	db, err := open(ctx, pool, file, o)
	if err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	db.owned = true
	return db, nil
}

// New uses a database that the host opened, with ncruces/go-sqlite3 or with
// modernc.org/sqlite. It takes connections from it, as many as [Options.Readers]
// and one more, sets them up for itself, and closes them when it is closed. The
// pool stays the host's to close. It has to be a file: every connection to a
// database in memory is another one. Do not open one file with both drivers in one
// process: their locks know nothing of each other.
func New(ctx context.Context, pool *sql.DB, o *Options) (*DB, error) {
	var file string
	err := pool.QueryRowContext(ctx, "SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&file)
	if err != nil {
		return nil, fmt.Errorf("sqlite: name of the file: %w", err)
	}
	if file == "" {
		return nil, errors.New("sqlite: a database in memory cannot be shared by connections: a file is needed")
	}
	return open(ctx, pool, file, o)
}

func open(ctx context.Context, pool *sql.DB, file string, o *Options) (*DB, error) {
	opts := o.defaults()
	if err := opts.check(); err != nil {
		return nil, err
	}
	if limit := pool.Stats().MaxOpenConnections; limit == 1 {
		return nil, fmt.Errorf("sqlite: %s: the pool allows one connection, at least 2 are needed", file)
	} else if limit > 1 {
		opts.Readers = min(opts.Readers, limit-1)
	}
	db := &DB{file: file, pool: pool, now: opts.Now, sync: opts.Sync, grown: newSignal(), vectors: map[string]*Vectors{}, graphs: map[string]*Vectors{}}
	if err := db.start(ctx, &opts); err != nil {
		return nil, db.fail(ctx, "open", err)
	}
	return db, nil
}

// start changes nothing in the file until it is known to be ours.
func (db *DB) start(ctx context.Context, o *Options) error {
	c, err := connect(ctx, db.pool, []string{o.patience()})
	if err != nil {
		return err
	}
	db.writer = &writer{conn: c, turn: make(chan struct{}, 1)}
	db.readers = newReaders(o.Readers, func(ctx context.Context) (*conn, error) {
		return connect(ctx, db.pool, o.settings())
	})
	if err := db.prepare(ctx, o); err != nil {
		return errors.Join(err, db.writer.close(), db.readers.close())
	}
	return nil
}

func (db *DB) prepare(ctx context.Context, o *Options) error {
	if err := migrate(ctx, db.writer, o); err != nil {
		return err
	}
	for _, s := range o.settings() {
		if err := db.writer.conn.control(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	if _, err := db.writer.conn.row("SELECT partitions FROM state", nil, &db.partitions); err != nil {
		return err
	}
	if err := db.fail(ctx, "sweep", db.sweep(ctx)); err != nil && !errors.Is(err, ErrBusy) && !errors.Is(err, ErrReadOnly) {
		return err
	}
	if o.Partitions != 0 && o.Partitions != db.partitions {
		return fmt.Errorf("the log has %d partitions, not %d", db.partitions, o.Partitions)
	}
	return nil
}

// Close waits for the calls at work and closes the file. Calls that come later
// get [ErrClosed].
func (db *DB) Close() error {
	var errs []error
	db.closing.Do(func() {
		errs = append(errs, db.writer.close(), db.readers.close())
		if db.owned {
			errs = append(errs, db.pool.Close())
		}
	})
	return db.fail(background, "close", errors.Join(errs...))
}

func (db *DB) write(ctx context.Context, doing string, run func(*conn) error) error {
	return db.fail(ctx, doing, db.writer.do(ctx, run))
}

func (db *DB) read(ctx context.Context, doing string, f func(*conn) error) error {
	return db.fail(ctx, doing, db.readers.do(ctx, f))
}

// A signal wakes everybody who waits for it.
type signal struct {
	mu *sync.Mutex
	ch *chan struct{}
}

func newSignal() signal {
	ch := make(chan struct{})
	return signal{new(sync.Mutex), &ch}
}

func (s signal) wait() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *s.ch
}

func (s signal) fire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(*s.ch)
	*s.ch = make(chan struct{})
}
