package orders

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
)

const (
	// maxLine is the longest line in bytes that can be a row.
	maxLine = 1 << 20
	// maxSpan is over how many lines a quoted field may go. It bounds what is
	// looked at again after a quote that is never closed.
	maxSpan = 32
)

var errLong = errors.New("line longer than 1 MiB")

// records splits an export into rows. The csv package alone would take what
// follows a stray quote for one endless field; here a quote that is not closed
// costs one line, and reading goes on with the next.
type records struct {
	in     *bufio.Reader
	ahead  [][]byte // lines that were read and not used; nil is one too long
	line   int      // number of the line that the last row started in
	next   int      // number of the next line
	fields int      // columns of a row; 0 until the first is read

	parser *csv.Reader
	feed   bytes.Reader // what the parser reads: one row
	long   []byte
}

func newRecords(in *bufio.Reader) *records { return &records{in: in, next: 1} }

// read returns the fields of the next row, valid until the next call. A row
// that cannot be parsed is a [*csv.ParseError] or errLong, after which reading
// can go on; io.EOF is the end, and everything else an error of the source.
func (r *records) read() ([]string, error) {
	for {
		r.line = r.next
		row, err := r.take()
		switch {
		case err != nil:
			return nil, err
		case len(bytes.TrimRight(row, "\r\n")) == 0:
			continue // as the csv package does
		case bytes.Count(row, []byte{'"'})%2 == 0:
			return r.parse(row)
		}
		return r.span(row)
	}
}

// span reads a row whose first line leaves a quote open.
func (r *records) span(first []byte) ([]string, error) {
	first = bytes.Clone(first)
	row := first
	for n := range maxSpan {
		err := r.look(n)
		if err == io.EOF || err == errLong {
			break
		}
		if err != nil {
			return nil, err
		}
		row = append(row, r.ahead[n]...)
		if bytes.Count(row, []byte{'"'})%2 != 0 {
			continue
		}
		if fields, err := r.parse(row); err == nil {
			r.ahead = r.ahead[n+1:]
			r.next += n + 1
			return fields, nil
		}
		break
	}
	fields, err := r.parse(first)
	if err == nil { // the parser ends an open field at the end of its input
		err = &csv.ParseError{StartLine: 1, Line: 1, Err: csv.ErrQuote}
	}
	return fields, err
}

// parse splits one row.
func (r *records) parse(row []byte) ([]string, error) {
	if r.parser == nil {
		r.parser = csv.NewReader(&r.feed)
		r.parser.ReuseRecord = true
		r.parser.FieldsPerRecord = r.fields
	}
	r.feed.Reset(row)
	fields, err := r.parser.Read()
	if err != nil {
		r.parser = nil // it may hold the rest of the row
		return nil, unexpected(err)
	}
	r.fields = len(fields)
	return fields, nil
}

// take returns the next line, valid until the next call.
func (r *records) take() ([]byte, error) {
	if len(r.ahead) > 0 {
		line := r.ahead[0]
		r.ahead = r.ahead[1:]
		r.next++
		if line == nil {
			return nil, errLong
		}
		return line, nil
	}
	line, err := r.readLine()
	if err == nil || err == errLong {
		r.next++
	}
	return line, err
}

// look makes sure that r.ahead has a line n, unless that is too long.
func (r *records) look(n int) error {
	if n == len(r.ahead) {
		line, err := r.readLine()
		if err != nil && err != errLong {
			return err
		}
		r.ahead = append(r.ahead, bytes.Clone(line))
	}
	if r.ahead[n] == nil {
		return errLong
	}
	return nil
}

// readLine returns the next line of the input with its end. The last line may
// lack an end.
func (r *records) readLine() ([]byte, error) {
	line, err := r.in.ReadSlice('\n')
	if err == nil || err == io.EOF && len(line) > 0 {
		return line, nil
	}
	if err != bufio.ErrBufferFull {
		return nil, err
	}
	r.long = append(r.long[:0], line...)
	tooLong := false
	for err == bufio.ErrBufferFull {
		line, err = r.in.ReadSlice('\n')
		if tooLong = tooLong || len(r.long)+len(line) > maxLine; !tooLong {
			r.long = append(r.long, line...)
		}
	}
	switch {
	case err != nil && err != io.EOF:
		return nil, err
	case tooLong:
		return nil, errLong
	}
	return r.long, nil
}
