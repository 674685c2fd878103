package recommend

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/recommend/internal/candidate"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
	"github.com/clmkit/clmkit/recommend/internal/wire"
)

// ErrCorrupt is wrapped by the error of [Load] for bytes that no model wrote, or
// not all of them.
var ErrCorrupt = errors.New("not the bytes of a model")

// modelVersion is the first byte of an encoded model. What it means never
// changes; another layout gets another number.
const modelVersion = 1

// AppendBinary appends the model: what was known, what was learned from it, and
// how it is put together; some 60 bytes for each item of an event, and what the
// sources need, among it the vectors that [ContentOptions.Embedder] made. It
// holds personal data. What the catalogue says of the items, and exposures' later
// outcomes are not part of it.
func (m *Model) AppendBinary(b []byte) ([]byte, error) {
	b = append(b, modelVersion)
	past, err := m.past.AppendBinary(nil)
	if err != nil {
		return nil, err
	}
	b = wire.AppendNumbers(b, past)
	kinds := slices.Sorted(maps.Keys(m.o.Weights))
	b = wire.AppendUint(b, uint64(len(kinds)))
	for _, k := range kinds {
		b = wire.AppendNumber(wire.AppendString(b, k), m.o.Weights[k])
	}
	blends, err := json.Marshal(m.blends)
	if err != nil {
		return nil, err
	}
	b = wire.AppendNumbers(b, blends)
	b = wire.AppendUint(b, uint64(len(m.sources)))
	for i, s := range m.sources {
		b = wire.AppendString(b, m.names[i])
		var source []byte
		if content, ok := s.(*candidate.Content); ok {
			source = content.Append(nil)
		} else if source, err = candidate.Append(nil, s); err != nil {
			return nil, err
		}
		b = wire.AppendNumbers(b, source)
	}
	return b, nil
}

// MarshalBinary returns what [Model.AppendBinary] appends.
func (m *Model) MarshalBinary() ([]byte, error) { return m.AppendBinary(nil) }

// Load reads what [Model.MarshalBinary] wrote, for a shop with that catalogue. Of
// the options, Content, Fatigue, Ranker and Progress count; the rest is that of
// the model. With the same catalogue and embedder every score is that of the
// model, bit for bit. It costs a pass over the events. One text is embedded to
// see whether the embedder still makes the vectors that the model has; then only
// texts that the model did not have, or else all. The error wraps [ErrCorrupt],
// or is that of ctx or of the embedder.
func Load(ctx context.Context, data []byte, catalogue *clm.Catalogue, o *Options) (*Model, error) {
	opts, err := o.defaults()
	if err != nil {
		return nil, err
	}
	c := wire.NewCursor(data)
	if v := wire.One[uint8](c); v != modelVersion && c.Err() == nil {
		return nil, fmt.Errorf("recommend: load: version %d is not %d: %w", v, modelVersion, ErrCorrupt)
	}
	past, err := interaction.DecodePast(ctx, wire.Numbers[uint8](c), catalogue)
	if err != nil {
		return nil, corrupt(ctx, err)
	}
	opts.Weights = map[clm.Kind]float64{}
	for range c.Count(1) {
		kind := wire.String[clm.Kind](c)
		opts.Weights[kind] = wire.One[float64](c)
	}
	m := &Model{}
	if text := wire.Numbers[uint8](c); c.Err() == nil {
		if err := json.Unmarshal(text, &m.blends); err != nil {
			return nil, corrupt(ctx, err)
		}
	}
	var encoded [][]byte
	opts.Sources = nil
	for range c.Count(2) {
		opts.Sources = append(opts.Sources, wire.String[string](c))
		encoded = append(encoded, wire.Numbers[uint8](c))
	}
	if err := c.End(); err != nil {
		return nil, corrupt(ctx, err)
	}
	if err := opts.check(); err != nil {
		return nil, corrupt(ctx, err)
	}
	return m, m.restore(ctx, past, encoded, &opts)
}

func corrupt(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("recommend: load: %w: %w", ErrCorrupt, err)
}

// restore makes the model of a past and its encoded sources.
func (m *Model) restore(ctx context.Context, past *interaction.Past, encoded [][]byte, o *Options) error {
	with := *o
	if n := slices.Index(o.Sources, Content); n >= 0 {
		var err error
		if with.known, err = candidate.DecodeKnown(encoded[n]); err != nil {
			return corrupt(ctx, err)
		}
	}
	all, err := recipes(ctx, past.Vocabulary, &with)
	if err != nil {
		return err
	}
	s := &scene{past: past}
	for i, name := range o.Sources {
		n := slices.IndexFunc(all, func(r recipe) bool { return r.name == name })
		if n < 0 {
			continue // content of a catalogue without texts
		}
		var source candidate.Source
		if name == Content {
			source, err = all[n].train(ctx, past)
		} else if source, err = candidate.Decode(ctx, encoded[i], past); err != nil {
			err = corrupt(ctx, err)
		}
		if err != nil {
			return err
		}
		s.sources = append(s.sources, source)
	}
	return m.complete(ctx, s, all, o)
}

// Update returns a model that also knows events from the moment of this one to
// another, and another catalogue. Its blends and rankers are those of this one;
// what the new events do not touch is not learned again, nor a text embedded again,
// so that it costs a fraction of a fit; from time to time a new fit should choose anew. Events
// before the moment of this model are passed over: none is counted twice.
//
// It fails as [Fit] does, and for a moment before that of the model. This model
// is not changed.
func (m *Model) Update(ctx context.Context, events iter.Seq2[clm.Event, error], catalogue *clm.Catalogue, at time.Time) (*Model, error) {
	if at.Before(m.past.At) {
		return nil, fmt.Errorf("recommend: update to %s, before the moment of the model, %s", at.Format(time.RFC3339), m.past.At.Format(time.RFC3339))
	}
	records, err := interaction.Read(events, m.o.Weights, at)
	if err != nil {
		return nil, err
	}
	past, change, err := m.past.With(ctx, records, at, catalogue)
	if err != nil {
		return nil, err
	}
	with := *m.o
	with.known = m.content.Known()
	all, err := recipes(ctx, past.Vocabulary, &with)
	if err != nil {
		return nil, err
	}
	s := &scene{past: past}
	for _, r := range all {
		source, err := m.updated(ctx, r, past, change)
		if err != nil {
			return nil, fmt.Errorf("recommend: source %s: %w", r.name, err)
		}
		s.sources = append(s.sources, source)
	}
	later := &Model{blends: m.blends.clone()}
	return later, later.complete(ctx, s, all, m.o)
}

// updated returns a source that knows a later past.
func (m *Model) updated(ctx context.Context, r recipe, past *interaction.Past, change *interaction.Change) (candidate.Source, error) {
	n := slices.Index(m.names, r.name)
	if n < 0 || r.name == Content {
		return r.train(ctx, past)
	}
	return candidate.Update(ctx, m.sources[n], past, change)
}
