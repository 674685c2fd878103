package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/ncruces/go-sqlite3"
)

// What a caller can decide about. The errors that wrap them name the file and
// what was being done. After each of them nothing of the call is written, and the
// same call succeeds once the cause is gone.
var (
	// ErrForeign is a file that holds something else: another program's
	// database, or no database at all. It is left as it is.
	ErrForeign = errors.New("not a file of clmkit")
	// ErrNewer is a file of a newer version of this package. It is left as it
	// is.
	ErrNewer = errors.New("made by a newer version of clmkit")
	// ErrCorrupt is a file that is damaged.
	ErrCorrupt = errors.New("the file is damaged")
	// ErrFull is a disk, or a limit of the file's size, that is full.
	ErrFull = errors.New("no space left")
	// ErrReadOnly is a file that cannot be written.
	ErrReadOnly = errors.New("the file cannot be written")
	// ErrBusy is a file that another process held for longer than
	// [Options.Wait].
	ErrBusy = errors.New("another process holds the file")
	// ErrClosed is a [DB] after its Close.
	ErrClosed = errors.New("closed")
)

// Primary result codes of SQLite: https://sqlite.org/rescode.html
const (
	codeError    = 1
	codeBusy     = 5
	codeLocked   = 6
	codeReadOnly = 8
	codeCorrupt  = 11
	codeFull     = 13
	codeNotADB   = 26
)

// code returns SQLite's primary result code, or 0 for an error that is not
// SQLite's. Other drivers than the shipped one tell theirs by a method Code.
func code(err error) int {
	if c, ok := errors.AsType[sqlite3.ErrorCode](err); ok {
		return int(c)
	}
	var other interface {
		error
		Code() int
	}
	if errors.As(err, &other) {
		return other.Code() & 0xff
	}
	return 0
}

// sentinel returns the decision that belongs to an error of the driver, or nil.
func sentinel(err error) error {
	if errors.Is(err, sql.ErrConnDone) {
		return ErrClosed
	}
	switch code(err) {
	case codeBusy, codeLocked:
		return ErrBusy
	case codeReadOnly:
		return ErrReadOnly
	case codeCorrupt:
		return ErrCorrupt
	case codeFull:
		return ErrFull
	case codeNotADB:
		return ErrForeign
	}
	return nil
}

// fail names the file and what was being done. An error of the context stays
// recognisable, whatever the driver made of it.
func (db *DB) fail(ctx context.Context, doing string, err error) error {
	if err == nil {
		return nil
	}
	if cause := ctx.Err(); cause != nil && !errors.Is(err, cause) && code(err) != 0 {
		return fmt.Errorf("sqlite: %s: %s: %w: %w", db.file, doing, cause, err)
	}
	if s := sentinel(err); s != nil && !errors.Is(err, s) {
		return fmt.Errorf("sqlite: %s: %s: %w: %w", db.file, doing, s, err)
	}
	return fmt.Errorf("sqlite: %s: %s: %w", db.file, doing, err)
}
