package orders

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// ErrFormat is wrapped by the error of a source that is no order export: it is
// empty, not CSV, or lacks a column. The text names the source and the cause.
var ErrFormat = errors.New("not an order export")

// A Source is one export: CSV with a header, plain or compressed by gzip,
// which is told by the content.
type Source struct {
	Name   string // for errors and examples
	Reader io.Reader
	Size   int64 // bytes of Reader, for [Options.Progress]; 0 means unknown
}

// ReadFiles reads exports on disk into one history, as [Read] does. The files
// are opened one after another; errors name the file.
func ReadFiles(ctx context.Context, paths []string, o *Options) (*History, error) {
	sizes := make([]int64, len(paths))
	for i, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("orders: %w", err)
		}
		sizes[i] = info.Size()
	}
	h, err := newHistory(o, sizes)
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		if err := h.readFile(ctx, path); err != nil {
			return nil, err
		}
	}
	return h.finish()
}

func (h *reader) readFile(ctx context.Context, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("orders: %w", err)
	}
	defer f.Close() // only read from
	return h.read(ctx, path, f)
}

// meter counts the bytes that it passes on.
type meter struct {
	r           io.Reader
	read, total int64
	progress    func(read, total int64)
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	m.read += int64(n)
	if m.progress != nil {
		m.progress(m.read, m.total)
	}
	return n, err
}

// decompress returns what r holds, without gzip and without the mark of byte
// order that spreadsheets write.
func decompress(r io.Reader) (*bufio.Reader, error) {
	in := bufio.NewReaderSize(r, 1<<16)
	magic, err := in.Peek(2)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		zipped, err := gzip.NewReader(in)
		if err != nil {
			return nil, unexpected(err)
		}
		in = bufio.NewReaderSize(zipped, 1<<16)
	}
	if mark, _ := in.Peek(3); string(mark) == "\xef\xbb\xbf" {
		_, err = in.Discard(3)
		return in, err
	}
	return in, nil
}

// unexpected makes the end of a header that was cut short an error that is
// not taken for the end of the file.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
