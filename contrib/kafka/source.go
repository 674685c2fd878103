package kafka

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// A Source reads a topic that others write, in clear and with whatever
// partitioner they use. It is no [clm.Log]: nothing is appended to it, a
// customer's events may be in another partition than [clm.PartitionOf] says,
// repeats are not recognised, and who was erased is still in it. [Copy] brings
// its events into a log that is one.
//
// It is safe for concurrent use.
type Source struct {
	topic *topic
	opts  SourceOptions
}

// SourceOptions are the settings of [OpenSource].
type SourceOptions struct {
	// Decode makes an event of a record's value. It does not keep it.
	// Default: the JSON of [clm.Event].
	Decode func(value []byte) (clm.Event, error)
	// Aside, if not nil, is called for each record that Decode refuses or
	// whose event is not valid, in each reading that comes across it: write
	// it down under its partition and position. An error ends the reading.
	// Default: such a record ends the reading with its [*Aside] as the error,
	// because passing over it in silence would lose it.
	Aside func(ctx context.Context, a *Aside) error
	// Now is the clock that decides which events are in the future.
	// Default: [time.Now].
	Now func() time.Time
	// Timeout is how long a request is tried again while brokers are away.
	// Default: 30 seconds.
	Timeout time.Duration
	// Client are further options of the client: TLS, SASL, a logger.
	Client []kgo.Opt
}

// defaultTimeout is Kafka's own request.timeout.ms.
const defaultTimeout = 30 * time.Second

// OpenSource opens a topic that others write. A topic that does not exist is an
// error.
func OpenSource(ctx context.Context, seeds []string, name string, o *SourceOptions) (*Source, error) {
	s := &Source{}
	if o != nil {
		s.opts = *o
	}
	if s.opts.Decode == nil {
		s.opts.Decode = decodeJSON
	}
	if s.opts.Now == nil {
		s.opts.Now = time.Now
	}
	if s.opts.Timeout <= 0 {
		s.opts.Timeout = defaultTimeout
	}
	t, err := dial(seeds, name, s.opts.Timeout, s.opts.Client)
	if err != nil {
		return nil, err
	}
	found, err := t.find(ctx)
	if err == nil && !found {
		err = fmt.Errorf("kafka: topic %s: there is none", name)
	}
	if err != nil {
		t.client.Close()
		return nil, err
	}
	s.topic = t
	return s, nil
}

// dial makes a topic's client. It connects when it is first used.
func dial(seeds []string, name string, timeout time.Duration, host []kgo.Opt) (*topic, error) {
	client, err := kgo.NewClient(clientOptions(seeds, timeout, host)...)
	if err != nil {
		return nil, fmt.Errorf("kafka: %w", err)
	}
	return &topic{name: name, timeout: timeout, client: client}, nil
}

func decodeJSON(value []byte) (e clm.Event, err error) {
	err = json.Unmarshal(value, &e)
	return e, err
}

// Partitions returns the number of partitions of the topic.
func (s *Source) Partitions() int { return s.topic.count }

// Read yields the events of a partition, as [clm.Log] describes it.
func (s *Source) Read(ctx context.Context, partition int, after clm.Position) iter.Seq2[clm.Entry, error] {
	r := reading{topic: s.topic, partition: partition, open: s.open, aside: s.opts.Aside}
	return r.entries(ctx, after, 0)
}

func (s *Source) open(context.Context, []*kgo.Record) (func(*kgo.Record) (clm.Event, error), error) {
	now := s.opts.Now()
	return func(r *kgo.Record) (clm.Event, error) {
		e, err := s.opts.Decode(r.Value)
		if err != nil {
			return clm.Event{}, err
		}
		return e, e.Validate(now)
	}, nil
}

// Close ends the client. Readings that go on end with an error.
func (s *Source) Close() { s.topic.client.Close() }
