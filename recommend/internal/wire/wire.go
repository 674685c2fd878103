// Package wire turns what a recommender learned into bytes and back. Writing
// appends to a slice; reading moves a [Cursor], which remembers its first error,
// so that a reader checks once at the end, and which never makes room for more
// than the bytes that are there.
package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// ErrCorrupt is wrapped by the errors of bytes that were not written here, or
// not all of them.
var ErrCorrupt = errors.New("bytes are corrupt")

// A Number has a fixed size.
type Number interface {
	uint8 | int32 | uint32 | int64 | float32 | float64
}

// AppendUint appends a number that is often small.
func AppendUint(b []byte, x uint64) []byte { return binary.AppendUvarint(b, x) }

// AppendString appends a text with its length.
func AppendString[T ~string](b []byte, s T) []byte {
	return append(AppendUint(b, uint64(len(s))), s...)
}

// AppendNumber appends a number in its own size.
func AppendNumber[T Number](b []byte, x T) []byte {
	b, _ = binary.Append(b, binary.LittleEndian, x) // a number has a size
	return b
}

// AppendNumbers appends numbers with their count.
func AppendNumbers[T Number](b []byte, xs []T) []byte {
	b, _ = binary.Append(AppendUint(b, uint64(len(xs))), binary.LittleEndian, xs)
	return b
}

// AppendStrings appends texts with their count.
func AppendStrings[T ~string](b []byte, all []T) []byte {
	b = AppendUint(b, uint64(len(all)))
	for _, s := range all {
		b = AppendString(b, s)
	}
	return b
}

// A Cursor reads bytes from front to back. After an error everything that it
// reads is zero.
type Cursor struct {
	rest []byte
	err  error
}

// NewCursor returns a cursor at the beginning of the bytes.
func NewCursor(b []byte) *Cursor { return &Cursor{rest: b} }

// Fail remembers an error, unless there was one before.
func (c *Cursor) Fail(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf(format+": %w", append(args, ErrCorrupt)...)
	}
	c.rest = nil
}

// Err returns the first error.
func (c *Cursor) Err() error { return c.err }

// End returns the first error; bytes that were not read are one.
func (c *Cursor) End() error {
	if len(c.rest) > 0 {
		c.Fail("%d bytes behind the end", len(c.rest))
	}
	return c.err
}

// Uint reads what [AppendUint] wrote.
func (c *Cursor) Uint() uint64 {
	x, n := binary.Uvarint(c.rest)
	if n <= 0 {
		c.Fail("a number is cut off")
		return 0
	}
	c.rest = c.rest[n:]
	return x
}

// Count reads the number of things of at least size bytes each that follow.
func (c *Cursor) Count(size int) int {
	n := c.Uint()
	if n > uint64(len(c.rest)/size) {
		c.Fail("%d things of %d bytes in %d bytes", n, size, len(c.rest))
		return 0
	}
	return int(n)
}

func (c *Cursor) take(n int) []byte {
	if n > len(c.rest) {
		c.Fail("%d bytes of %d", n, len(c.rest))
		return nil
	}
	b := c.rest[:n]
	c.rest = c.rest[n:]
	return b
}

// String reads what [AppendString] wrote.
func String[T ~string](c *Cursor) T { return T(c.take(c.Count(1))) }

// Strings reads what [AppendStrings] wrote.
func Strings[T ~string](c *Cursor) []T {
	all := make([]T, c.Count(1))
	for i := range all {
		all[i] = String[T](c)
	}
	return all
}

// One reads what [AppendNumber] wrote.
func One[T Number](c *Cursor) (x T) {
	c.decode(&x, binary.Size(x))
	return x
}

// Numbers reads what [AppendNumbers] wrote.
func Numbers[T Number](c *Cursor) []T {
	var x T
	size := binary.Size(x)
	all := make([]T, c.Count(size))
	c.decode(all, size*len(all))
	return all
}

func (c *Cursor) decode(to any, size int) {
	if b := c.take(size); len(b) == size && size > 0 {
		if _, err := binary.Decode(b, binary.LittleEndian, to); err != nil {
			c.Fail("%v", err)
		}
	}
}
