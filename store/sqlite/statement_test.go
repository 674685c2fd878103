package sqlite_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync"
	"testing"

	ncruces "github.com/ncruces/go-sqlite3/driver"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/store/sqlite"
)

var errLost = errors.New("the statement was lost")

// statements is a driver over the shipped one that counts statements and loses
// one of them. Transactions are begun and ended by statements too. What ends one
// after a failure is not lost: the driver would be of no use any more.
type statements struct {
	mu      sync.Mutex
	seen, n int
}

// failAt loses the n-th statement from now on; 0 loses none. It returns the
// number of statements since the last call.
func (s *statements) failAt(n int) (seen int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	seen = s.seen
	s.seen, s.n = 0, n
	return seen
}

func (s *statements) next() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen++; s.seen == s.n {
		return errLost
	}
	return nil
}

func (s *statements) open(t *testing.T, path string) *sqlite.DB {
	t.Helper()
	s.failAt(0)
	pool := sql.OpenDB(connector{s, path})
	t.Cleanup(func() { require.NoError(t, pool.Close()) })
	db, err := sqlite.New(t.Context(), pool, &sqlite.Options{Now: later})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

type connector struct {
	*statements
	path string
}

func (c connector) Driver() driver.Driver { return &ncruces.SQLite{} }

func (c connector) Connect(context.Context) (driver.Conn, error) {
	conn, err := new(ncruces.SQLite).Open(c.path)
	if err != nil {
		return nil, err
	}
	return &lossyConn{conn.(ncruces.Conn), c.statements}, nil
}

// lossyConn is a connection of the shipped driver, files included.
type lossyConn struct {
	ncruces.Conn
	count *statements
}

func (c *lossyConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if query != "ROLLBACK" {
		if err := c.count.next(); err != nil {
			return nil, err
		}
	}
	return c.Conn.(driver.ExecerContext).ExecContext(ctx, query, args)
}

func (c *lossyConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	s, err := c.Conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return &lossyStmt{s.(stmt), c.count}, nil
}

// stmt is what statements of the shipped driver can do.
type stmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
	driver.NamedValueChecker
}

type lossyStmt struct {
	stmt
	count *statements
}

func (s *lossyStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	if err := s.count.next(); err != nil {
		return nil, err
	}
	return s.stmt.ExecContext(ctx, args)
}

func (s *lossyStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	if err := s.count.next(); err != nil {
		return nil, err
	}
	return s.stmt.QueryContext(ctx, args)
}
