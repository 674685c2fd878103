package postgres

import "encoding/binary"

// copyData is what COPY reads in its binary format:
// https://www.postgresql.org/docs/current/sql-copy.html
//
// pgx can write it too, but asks the server for the columns' types each time and
// boxes every value.
type copyData struct{ bytes []byte }

// copyOverhead is at least what six columns, or the format as a whole, take
// beyond the texts.
const copyOverhead = 64

func newCopyData(size int) *copyData {
	c := &copyData{make([]byte, 0, size)}
	c.bytes = append(c.bytes, "PGCOPY\n\xff\r\n\x00"...)
	c.bytes = append(c.bytes, make([]byte, 8)...) // no flags, no extension
	return c
}

// row begins a row.
func (c *copyData) row(columns uint16) { c.bytes = binary.BigEndian.AppendUint16(c.bytes, columns) }

func (c *copyData) text(s string) {
	c.bytes = binary.BigEndian.AppendUint32(c.bytes, uint32(len(s)))
	c.bytes = append(c.bytes, s...)
}

func (c *copyData) integer(n int32) {
	c.bytes = binary.BigEndian.AppendUint32(c.bytes, 4)
	c.bytes = binary.BigEndian.AppendUint32(c.bytes, uint32(n))
}

func (c *copyData) bigint(n int64) {
	c.bytes = binary.BigEndian.AppendUint32(c.bytes, 8)
	c.bytes = binary.BigEndian.AppendUint64(c.bytes, uint64(n))
}

// end ends the data and returns it.
func (c *copyData) end() []byte { return binary.BigEndian.AppendUint16(c.bytes, 0xffff) }
