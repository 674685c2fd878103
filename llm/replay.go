package llm

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"sync"
)

// ErrNotRecorded is the cause of the error of a [Replay] that was asked what its recording does not have. The error is
// [ErrInvalid] as well.
var ErrNotRecorded = errors.New("not recorded")

// ReplayOptions are the settings of [NewReplay].
type ReplayOptions struct {
	// Model replays the lines of that model only; see RecordOptions.Model. Default: all lines.
	Model string
	// Strict gives each recorded answer once. By default, when a request comes more often than it was recorded, the last
	// answer is given again.
	Strict bool
}

// Replay is a [Model] and [Streamer] that answers from a recording: what was asked before with an equal [Key] is answered
// as then, errors included. Requests that were recorded several times get their answers in the order of the lines. It is
// safe for concurrent use; which of several concurrent equal requests gets which answer is not determined.
//
// A streamed answer comes in the pieces in which it was recorded, and one that was not, in one. A stream that its reader
// broke off gives what had come by then, and ErrTruncated. Nothing waits for as long as the recorded call took.
//
// A request that is not in the recording is an error that matches [ErrNotRecorded], and that says which fields differ
// from the nearest request that is, but not the texts.
type Replay struct {
	opts  ReplayOptions
	lines []*replayLine
	calls map[Key]*replayCalls

	mu sync.Mutex // of what is used, and what is next
}

var (
	_ Model    = (*Replay)(nil)
	_ Streamer = (*Replay)(nil)
)

type replayLine struct {
	numbered
	used bool
}

// replayCalls are the lines of equal requests.
type replayCalls struct {
	lines []*replayLine
	next  int
}

// NewReplay reads a recording, which stays in memory; see [Recordings] for its errors.
func NewReplay(r io.Reader, opts *ReplayOptions) (*Replay, error) {
	p := &Replay{calls: map[Key]*replayCalls{}}
	if opts != nil {
		p.opts = *opts
	}
	for line, err := range recordingLines(r) {
		if err != nil {
			return nil, err
		}
		if p.opts.Model == "" || p.opts.Model == line.recording.Model {
			p.add(&replayLine{numbered: line})
		}
	}
	return p, nil
}

func (p *Replay) add(line *replayLine) {
	key := line.recording.Key
	if p.calls[key] == nil {
		p.calls[key] = &replayCalls{}
	}
	p.calls[key].lines = append(p.calls[key].lines, line)
	p.lines = append(p.lines, line)
}

// Unused are the numbers of the lines that nobody has asked for, in order: a test may demand that there are none.
func (p *Replay) Unused() []int {
	p.mu.Lock()
	defer p.mu.Unlock()
	var numbers []int
	for _, line := range p.lines {
		if !line.used {
			numbers = append(numbers, line.number)
		}
	}
	return numbers
}

// Generate answers as the recorded call was answered.
func (p *Replay) Generate(ctx context.Context, req *Request) (*Response, error) {
	rec, err := p.find(ctx, req)
	switch {
	case err != nil:
		return nil, err
	case rec.Error != nil:
		return nil, rec.Error.err()
	}
	return rec.Response.Clone(), nil
}

// Stream answers as the recorded call was answered.
func (p *Replay) Stream(ctx context.Context, req *Request) iter.Seq2[Delta, error] {
	return func(yield func(Delta, error) bool) {
		rec, err := p.find(ctx, req)
		if err != nil {
			yield(Delta{}, err)
			return
		}
		if rec.Error != nil {
			failed := rec.Error.err()
			e, _ := errors.AsType[*Error](failed)
			if handOut(ctx, rec, partial(e), nil, yield) {
				yield(Delta{}, failed)
			}
			return
		}
		handOut(ctx, rec, rec.Response.Text, rec.Response.Clone(), yield)
	}
}

func partial(e *Error) string {
	if e == nil {
		return ""
	}
	return e.Partial
}

// handOut yields text in its recorded pieces, the last one with done. It reports whether the reader wants more.
func handOut(ctx context.Context, rec *Recording, text string, done *Response, yield func(Delta, error) bool) bool {
	pieces := rec.pieces(text)
	given := 0
	for i, piece := range pieces {
		if ctx.Err() != nil {
			yield(Delta{}, &Error{Kind: ErrCanceled, Partial: text[:given], Err: ctx.Err()})
			return false
		}
		d := Delta{Text: piece}
		if i == len(pieces)-1 {
			d.Done = done
		}
		if given += len(piece); !yield(d, nil) {
			return false
		}
	}
	return true
}

// find is the recording of the next call that is equal to req.
func (p *Replay) find(ctx context.Context, req *Request) (*Recording, error) {
	if ctx.Err() != nil {
		return nil, left(ctx, Usage{})
	}
	calls := p.calls[KeyOf("", req)]
	if calls == nil {
		return nil, p.unknown(req)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if calls.next == len(calls.lines) {
		if p.opts.Strict {
			return nil, notRecorded("the request was recorded %d times, the last in line %d, and comes once more", calls.next, calls.lines[calls.next-1].number)
		}
		calls.next--
	}
	line := calls.lines[calls.next]
	calls.next++
	line.used = true
	return line.recording, nil
}

func notRecorded(format string, args ...any) error {
	return &Error{Kind: ErrInvalid, Provider: "replay", Err: fmt.Errorf("%w: "+format, append([]any{ErrNotRecorded}, args...)...)}
}
