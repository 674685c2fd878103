package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
)

// What a caller can decide about. The errors that wrap them wrap the server's
// *pgconn.PgError too. After each of them nothing of the call is written, and the
// same call succeeds once the cause is gone.
var (
	// ErrNewer is a schema of a newer version of this package. It is left as
	// it is.
	ErrNewer = errors.New("made by a newer version of clmkit")
	// ErrFull is a server without space on its disk, or without memory.
	ErrFull = errors.New("the server has no space left")
	// ErrReadOnly is a server that cannot be written: a standby, or one whose
	// transactions are read-only.
	ErrReadOnly = errors.New("the server cannot be written")
)

// SQLSTATE codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
const (
	codeSerialization   = "40001"
	codeDeadlock        = "40P01"
	codeUnique          = "23505"
	codeReadOnly        = "25006"
	codeInsufficient    = "53" // the class: disk full, out of memory, too many connections
	codeTooMany         = "53300"
	codeUndefinedTable  = "42P01"
	codeDuplicateTable  = "42P07"
	codeDuplicateSchema = "42P06"
	codeDuplicateObject = "42710"
	codeInternal        = "XX000" // "tuple concurrently updated", from DDL side by side
)

// code returns the server's code for an error, or "".
func code(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return ""
}

// sentinel returns the decision that belongs to an error of the server, or nil.
func sentinel(err error) error {
	switch c := code(err); {
	case c == codeReadOnly:
		return ErrReadOnly
	case len(c) == 5 && c[:2] == codeInsufficient && c != codeTooMany:
		return ErrFull
	}
	return nil
}

// fail says what was being done. An error of the context stays recognisable,
// whatever the driver made of it.
func fail(ctx context.Context, doing string, err error) error {
	if err == nil {
		return nil
	}
	if cause := ctx.Err(); cause != nil && !errors.Is(err, cause) {
		return fmt.Errorf("postgres: %s: %w: %w", doing, cause, err)
	}
	if s := sentinel(err); s != nil {
		return fmt.Errorf("postgres: %s: %w: %w", doing, s, err)
	}
	return fmt.Errorf("postgres: %s: %w", doing, err)
}
