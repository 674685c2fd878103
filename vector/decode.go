package vector

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
)

// decoder reads until the first error, which end returns. After it, numbers are 0 and texts empty.
type decoder struct {
	r   *bufio.Reader
	sum uint32
	n   int64
	err error
}

func newDecoder(r io.Reader) *decoder { return &decoder{r: bufio.NewReaderSize(r, 1<<16)} }

func (d *decoder) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf("%w: %s", ErrGraph, fmt.Sprintf(format, args...))
	}
}

func (d *decoder) bytes(b []byte) {
	if d.err != nil {
		return
	}
	n, err := io.ReadFull(d.r, b)
	d.n += int64(n)
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		d.fail("it ends after %d bytes", d.n)
	case err != nil:
		d.err = err
	default:
		d.sum = crc32.Update(d.sum, castagnoli, b)
	}
}

func (d *decoder) format(want string) {
	got := make([]byte, len(want))
	if d.bytes(got); d.err == nil && string(got) != want {
		d.fail("it starts with %q", got)
	}
}

func (d *decoder) number(most int) int {
	var b [4]byte
	d.bytes(b[:])
	n := int(binary.LittleEndian.Uint32(b[:]))
	if n > most {
		d.fail("%d is larger than %d", n, most)
	}
	if d.err != nil {
		return 0
	}
	return n
}

// floats appends numbers to v.
func (d *decoder) floats(v []float32, n int) []float32 {
	b := make([]byte, 4*min(n, partNumbers))
	for ; n > 0 && d.err == nil; n -= partNumbers {
		b = b[:4*min(n, partNumbers)]
		d.bytes(b)
		for at := 0; at < len(b); at += 4 {
			v = append(v, math.Float32frombits(binary.LittleEndian.Uint32(b[at:])))
		}
	}
	return v
}

// text reads in pieces, since a damaged length may be any.
func (d *decoder) text() string {
	var text []byte
	for left := d.number(math.MaxInt32); left > 0 && d.err == nil; {
		piece := make([]byte, min(left, 4096))
		d.bytes(piece)
		text, left = append(text, piece...), left-len(piece)
	}
	if !isText(string(text)) {
		d.fail("%q is no text", text)
	}
	return string(text)
}

func (d *decoder) end() error {
	sum := d.sum
	if got := d.number(math.MaxUint32); d.err == nil && uint32(got) != sum {
		d.fail("its checksum is not that of its bytes")
	}
	return d.err
}
