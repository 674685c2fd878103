package postgres

import (
	"encoding/binary"
	"fmt"
	"io"
	"sync"

	"github.com/clmkit/clmkit/internal/codec"
)

// copyEvents reads as events in the binary format of COPY:
// https://www.postgresql.org/docs/current/sql-copy.html
//
// The texts are made as they are read, so that the server works on the first
// meanwhile. It is safe for concurrent use, because pgx may still be reading when
// its CopyFrom has failed. pgx can write the format too, but asks the server for the columns'
// types each time and boxes every value.
type copyEvents struct {
	mu     sync.Mutex
	rows   *rows
	tenant int32
	ends   map[int32]int64
	known  map[string]bool // are left out
	left   []int64
	next   int    // row
	text   []byte // made and not read, from at on
	at     int
	ended  bool
	err    error // why there is no more
}

func newCopyEvents(b *rows, tenant int32, ends map[int32]int64, known map[string]bool) *copyEvents {
	c := &copyEvents{rows: b, tenant: tenant, ends: ends, known: known, left: b.leftAfter()}
	c.text = append(c.text, "PGCOPY\n\xff\r\n\x00"...)
	c.text = append(c.text, make([]byte, 8)...) // no flags, no extension
	return c
}

// Read implements [io.Reader].
func (c *copyEvents) Read(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at == len(c.text) && !c.ended {
		c.text, c.at = c.text[:0], 0
		c.fill(len(p))
	}
	if c.err != nil {
		return 0, c.err
	}
	if c.at == len(c.text) {
		return 0, io.EOF
	}
	n := copy(p, c.text[c.at:])
	c.at += n
	return n, nil
}

// close ends the reading, so that the events are the caller's again. It returns
// why an event has no text, if one has none.
func (c *copyEvents) close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	err := c.err
	c.err = io.ErrClosedPipe
	return err
}

// fill makes the texts of the next rows, about size bytes of them.
func (c *copyEvents) fill(size int) {
	for ; c.next < len(c.rows.events) && len(c.text) < size; c.next++ {
		if c.known[c.rows.events[c.next].ID] {
			continue
		}
		if c.err = c.row(c.next); c.err != nil {
			return
		}
	}
	if c.next == len(c.rows.events) {
		c.text = binary.BigEndian.AppendUint16(c.text, 0xffff)
		c.ended = true
	}
}

func (c *copyEvents) row(i int) error {
	e, partition := c.rows.events[i], c.rows.partitions[i]
	body, err := codec.Encode(e)
	if err != nil {
		return fmt.Errorf("event %s: %w", e.ID, err)
	}
	c.text = binary.BigEndian.AppendUint16(c.text, 6) // columns
	c.integer(c.tenant)
	c.integer(partition)
	c.bigint(c.ends[partition] - c.left[i])
	c.string(e.ID)
	c.string(string(e.Customer))
	c.string(string(body))
	return nil
}

func (c *copyEvents) string(s string) {
	c.text = binary.BigEndian.AppendUint32(c.text, uint32(len(s)))
	c.text = append(c.text, s...)
}

func (c *copyEvents) integer(n int32) {
	c.text = binary.BigEndian.AppendUint32(c.text, 4)
	c.text = binary.BigEndian.AppendUint32(c.text, uint32(n))
}

func (c *copyEvents) bigint(n int64) {
	c.text = binary.BigEndian.AppendUint32(c.text, 8)
	c.text = binary.BigEndian.AppendUint64(c.text, uint64(n))
}
