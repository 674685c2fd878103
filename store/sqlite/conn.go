package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
)

// background is the context of statements. An interrupted statement may take
// the transaction of others with it, and a context that can end costs a goroutine
// for each query; so contexts are looked at between statements, which are short.
var background = context.Background()

// A conn is one connection with its prepared statements. One goroutine at a
// time uses it.
type conn struct {
	raw   *sql.Conn
	stmts map[string]*sql.Stmt
}

// connect takes a connection out of the pool for good and sets it up.
func connect(ctx context.Context, pool *sql.DB, settings []string) (*conn, error) {
	raw, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range settings {
		if _, err := raw.ExecContext(ctx, s); err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", s, err), raw.Close())
		}
	}
	return &conn{raw: raw, stmts: map[string]*sql.Stmt{}}, nil
}

// close closes the connection instead of giving it back, so that the pool has
// none with our settings.
func (c *conn) close() error {
	var errs []error
	for _, s := range c.stmts {
		errs = append(errs, s.Close())
	}
	err := c.raw.Raw(func(any) error { return driver.ErrBadConn })
	if errors.Is(err, driver.ErrBadConn) {
		err = nil
	}
	if closed := c.raw.Close(); !errors.Is(closed, sql.ErrConnDone) {
		err = errors.Join(err, closed)
	}
	return errors.Join(append(errs, err)...)
}

func (c *conn) prepare(query string) (*sql.Stmt, error) {
	if s := c.stmts[query]; s != nil {
		return s, nil
	}
	s, err := c.raw.PrepareContext(background, query)
	if err != nil {
		return nil, err
	}
	c.stmts[query] = s
	return s, nil
}

// exec runs a statement and returns the number of rows that it changed.
func (c *conn) exec(query string, args ...any) (int64, error) {
	s, err := c.prepare(query)
	if err != nil {
		return 0, err
	}
	result, err := s.ExecContext(background, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// control runs a statement that is not worth preparing, such as BEGIN.
func (c *conn) control(ctx context.Context, statement string) error {
	_, err := c.raw.ExecContext(ctx, statement)
	return err
}

// row reads the one row of a query into dest. It reports false when there is
// none.
func (c *conn) row(query string, args []any, dest ...any) (bool, error) {
	found := false
	err := c.rows(query, args, func(scan func(...any) error) (bool, error) {
		found = true
		return false, scan(dest...)
	})
	return found, err
}

// rows calls each for every row of a query until it reports false.
func (c *conn) rows(query string, args []any, each func(scan func(...any) error) (bool, error)) error {
	s, err := c.prepare(query)
	if err != nil {
		return err
	}
	rows, err := s.QueryContext(background, args...)
	if err != nil {
		return err
	}
	for rows.Next() {
		more, err := each(rows.Scan)
		if err != nil || !more {
			return errors.Join(err, rows.Close())
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}
