package clm

import (
	"context"
	"errors"
	"iter"
)

// IngestOptions are the settings of [Ingest].
type IngestOptions struct {
	// BatchSize is the number of events appended at once. Default: 1000.
	BatchSize int
	// SetAside, if not nil, is called for each event that the log refused, in
	// the order of the source. An error ends the ingestion.
	// Default: refused events are only counted.
	SetAside func(ctx context.Context, a Aside) error
	// Progress, if not nil, is called after each batch with the number of
	// events that were read for it.
	Progress func(events int)
}

// Ingested is what [Ingest] did. Read = Appended + Aside once it returned
// without an error.
type Ingested struct {
	Read     int `json:"read"`     // events that the source gave
	Appended int `json:"appended"` // events given to the log, repeats of known ids included
	Aside    int `json:"aside"`    // events that the log refused as invalid
}

// Ingest appends the events of a source to the log in batches. An event that
// is not valid is set aside with its reason, counted, and never stops the
// stream or takes its neighbours with it. An error of the source, or of the
// log for another cause than an invalid event, ends the ingestion; what was
// appended before stays, and a second run over the same source goes on where
// the first stopped, because the log ignores repeated ids.
func Ingest(ctx context.Context, log Log, source iter.Seq2[Event, error], o *IngestOptions) (Ingested, error) {
	in := ingester{log: log}
	if o != nil {
		in.opts = *o
	}
	if in.opts.BatchSize < 1 {
		in.opts.BatchSize = 1000
	}
	for event, err := range source {
		if err != nil {
			return in.done, errors.Join(err, in.flush(ctx))
		}
		in.done.Read++
		in.batch = append(in.batch, event)
		if len(in.batch) < in.opts.BatchSize {
			continue
		}
		if err := in.flush(ctx); err != nil {
			return in.done, err
		}
	}
	return in.done, in.flush(ctx)
}

type ingester struct {
	log   Log
	opts  IngestOptions
	batch []Event
	done  Ingested
}

// flush appends the batch. Where the log refuses it because of one event, the
// events are offered one by one, so that only the bad ones stay out.
func (in *ingester) flush(ctx context.Context) error {
	if len(in.batch) == 0 {
		return nil
	}
	err := in.log.Append(ctx, in.batch...)
	switch {
	case errors.Is(err, ErrInvalid):
		err = in.oneByOne(ctx)
	case err == nil:
		in.done.Appended += len(in.batch)
	}
	if in.opts.Progress != nil {
		in.opts.Progress(len(in.batch))
	}
	in.batch = in.batch[:0]
	return err
}

func (in *ingester) oneByOne(ctx context.Context) error {
	for _, event := range in.batch {
		err := in.log.Append(ctx, event)
		switch {
		case err == nil:
			in.done.Appended++
			continue
		case !errors.Is(err, ErrInvalid):
			return err
		}
		in.done.Aside++
		if in.opts.SetAside == nil {
			continue
		}
		if err := in.opts.SetAside(ctx, Aside{Event: event, Err: err}); err != nil {
			return err
		}
	}
	return nil
}
