package vector

import (
	"bufio"
	"encoding/binary"
	"hash/crc32"
	"io"
	"math"
	"slices"
)

// partNumbers is how many numbers are written or read at once.
const partNumbers = 1024

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// encoder writes until the first error, which end returns.
type encoder struct {
	w   *bufio.Writer
	sum uint32
	n   int64
	err error
}

func newEncoder(w io.Writer) *encoder { return &encoder{w: bufio.NewWriterSize(w, 1<<16)} }

func (e *encoder) bytes(b []byte) {
	if e.err != nil {
		return
	}
	e.sum = crc32.Update(e.sum, castagnoli, b)
	n, err := e.w.Write(b)
	e.n, e.err = e.n+int64(n), err
}

func (e *encoder) number(n int) {
	var b [4]byte
	binary.LittleEndian.PutUint32(b[:], uint32(n))
	e.bytes(b[:])
}

// floats writes many numbers at once.
func (e *encoder) floats(v []float32) {
	var b []byte
	for part := range slices.Chunk(v, partNumbers) {
		b = b[:0]
		for _, x := range part {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
		}
		e.bytes(b)
	}
}

func (e *encoder) text(s string) {
	e.number(len(s))
	e.bytes([]byte(s))
}

func (e *encoder) end() (int64, error) {
	e.number(int(e.sum))
	if e.err == nil {
		e.err = e.w.Flush()
	}
	return e.n, e.err
}
