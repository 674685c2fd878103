package orders

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/clmkit/clmkit/clm"
)

// A History is what a set of exports says.
type History struct {
	// Events are the orders and returns by time, then by ID. The events are
	// valid but for the clock: dates in the future are left to the log.
	Events []clm.Event
	// Catalogue are the products that were sold or returned.
	Catalogue *clm.Catalogue
	// Report says what became of each row.
	Report Report
}

// Read reads exports into one history, so that an invoice may go on in the
// next source. Rows that cannot be used are set aside, counted and reported,
// and never end it. A source that is no export is an error that wraps
// [ErrFormat]; an error of a reader, such as [io.ErrUnexpectedEOF] for a cut
// gzip file, is wrapped as it is; both name the source. Then there is no
// history: half a file is no result. A header without rows is no error.
//
// Read keeps the events, a digest of 16 bytes for each row, and each different
// text once. It holds no state between calls.
func Read(ctx context.Context, sources []Source, o *Options) (*History, error) {
	sizes := make([]int64, len(sources))
	for i := range sources {
		sizes[i] = sources[i].Size
	}
	h, err := newHistory(o, sizes)
	if err != nil {
		return nil, err
	}
	for i := range sources {
		if err := h.read(ctx, sources[i].Name, sources[i].Reader); err != nil {
			return nil, err
		}
	}
	return h.finish()
}

// reader collects the rows of all sources.
type reader struct {
	opts     Options
	meter    meter
	report   Report
	tally    tally
	seen     map[[16]byte]struct{} // digests of rows
	buf      []byte
	strings  map[string]string
	invoices map[string]*invoice
	goods    goods
}

func newHistory(o *Options, sizes []int64) (*reader, error) {
	h := &reader{
		opts:     o.defaults(),
		seen:     map[[16]byte]struct{}{},
		strings:  map[string]string{},
		invoices: map[string]*invoice{},
		goods:    goods{},
	}
	if c := h.opts.Currency; c != "" {
		if err := (clm.Money{Currency: c}).Validate(); err != nil {
			return nil, fmt.Errorf("orders: Options.Currency: %w", err)
		}
	}
	h.tally = tally{max(0, h.opts.Examples), map[Reason]*Aside{}}
	h.meter.progress = h.opts.Progress
	for _, size := range sizes {
		if size <= 0 {
			h.meter.total = 0
			break
		}
		h.meter.total += size
	}
	return h, nil
}

// read takes in one source.
func (h *reader) read(ctx context.Context, name string, r io.Reader) error {
	h.meter.r = r
	err := h.readRows(ctx, name)
	if err != nil {
		return fmt.Errorf("orders: %s: %w", name, err)
	}
	return nil
}

func (h *reader) readRows(ctx context.Context, name string) error {
	in, err := decompress(&h.meter)
	if err != nil {
		return err
	}
	rows := newRecords(in)
	table, err := h.readHeader(rows)
	if err != nil {
		return err
	}
	for {
		if h.report.Rows%1024 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		fields, err := rows.read()
		if err == io.EOF {
			return nil
		}
		p := malformed(err)
		if err != nil && p == nil {
			return fmt.Errorf("line %d: %w", rows.line, err)
		}
		h.report.Rows++
		if p == nil {
			p = h.row(table, fields)
		}
		if p != nil {
			h.tally.add(p.reason, Example{name, rows.line, p.text})
		}
	}
}

func (h *reader) readHeader(rows *records) (*table, error) {
	header, err := rows.read()
	switch {
	case err == io.EOF:
		return nil, fmt.Errorf("empty: %w", ErrFormat)
	case malformed(err) != nil:
		return nil, fmt.Errorf("line %d: %w: %w", rows.line, err, ErrFormat)
	case err != nil:
		return nil, err
	}
	for _, name := range header {
		if !utf8.ValidString(name) || strings.ContainsRune(name, 0) {
			return nil, fmt.Errorf("the header is not text: %w", ErrFormat)
		}
	}
	return newTable(header, &h.opts)
}

// malformed returns the problem of a row that could not be split into fields,
// or nil when err is none or another one.
func malformed(err error) *problem {
	if parse, ok := errors.AsType[*csv.ParseError](err); ok {
		return aside(Malformed, "%v", parse.Err)
	}
	if err == errLong {
		return aside(Malformed, "%v", err)
	}
	return nil
}

// row takes in one row, or says why not.
func (h *reader) row(t *table, fields []string) *problem {
	r, p := t.identify(fields)
	if p == nil && !h.opts.KeepDuplicates && h.repeated(fields) {
		p = aside(Duplicate, "invoice %s, stock code %s", r.invoice, r.code)
	}
	if p == nil {
		p = t.complete(&r, fields)
	}
	if p == nil {
		p = h.line(&r)
	}
	if p == nil || p.reason == Guest {
		h.goods.sold(h.intern(r.code), &r, h.intern)
	}
	return p
}

// repeated reports whether an equal row was there before. Rows are compared by
// 128 bits of SHA-256, which nobody makes collide by accident.
func (h *reader) repeated(fields []string) bool {
	h.buf = h.buf[:0]
	for _, field := range fields {
		h.buf = append(append(h.buf, field...), 0)
	}
	sum := sha256.Sum256(h.buf)
	digest := [16]byte(sum[:])
	_, ok := h.seen[digest]
	h.seen[digest] = struct{}{}
	return ok
}

// intern returns a copy of s that does not hold the row it is from.
func (h *reader) intern(s string) string {
	if own, ok := h.strings[s]; ok {
		return own
	}
	s = strings.Clone(s)
	h.strings[s] = s
	return s
}
