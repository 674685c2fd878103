package kafka

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// A Log is a [clm.Log] on a Kafka topic whose events are sealed with a key per
// customer. See the package's comment for what it promises.
//
// It is safe for concurrent use. Any number of processes may read the topic;
// one appends to it, and is fenced by the next one that does.
type Log struct {
	topic *topic
	keys  Keyring
	opts  Options

	// turn is held by whoever writes: it guards the writer and the window.
	turn   chan struct{}
	writer *writer

	// committed is how far each partition reached after the latest commit of
	// this process, so that a reader sees it even if the broker lags.
	committed []atomic.Int64
	// quiet is what the latest complete reading of each partition found at
	// its end.
	quiet []atomic.Pointer[tail]

	mu     sync.Mutex
	queue  []*call
	closed bool
}

// Options are the settings of [Open].
type Options struct {
	// Partitions is the number of partitions. A topic that has another number
	// is an error. Default: as many as the topic has; 8 for a new one.
	Partitions int
	// Replicas is the replication factor of a new topic. Default: the
	// cluster's.
	Replicas int
	// Topic are further settings of a new topic, such as
	// "min.insync.replicas": without it, and more than one replica, "durable"
	// means that one broker has the event. Default: deletion by time and by
	// size is off, max.message.bytes is MaxEvent.
	Topic map[string]string
	// MaxEvent is how many bytes the largest event may have in a new topic,
	// as JSON. Default: 9 MiB, which is two texts of [clm.MaxText] and what
	// is around them. In a topic that exists its max.message.bytes decides.
	MaxEvent int
	// TransactionalID is what fences one appending process against another:
	// the same in all of them, and of no other topic.
	// Default: "clmkit-" and the name of the topic.
	TransactionalID string
	// Window is the number of latest events of each partition whose ids are
	// remembered, in order to pass over repeats. It costs about 100 bytes an
	// event, and the first Append reads as many. Default: 10,000.
	Window int
	// Aside, if not nil, is called for each record that is not an event of
	// this log, in each reading that comes across it: write it down under its
	// partition and position. It wraps [ErrKey] where the key is unknown. An
	// error ends the reading. Default: such a record ends the reading with
	// its [*Aside] as the error.
	Aside func(ctx context.Context, a *Aside) error
	// Now is the clock that decides which events are in the future.
	// Default: [time.Now].
	Now func() time.Time
	// Timeout is how long a request is tried again while brokers are away,
	// and how long a transaction may take. Default: 30 seconds.
	Timeout time.Duration
	// Client are further options of the clients: TLS, SASL, a logger.
	Client []kgo.Opt
}

// ErrPartitions is wrapped by the error of [Open] for a topic with another
// number of partitions than asked for.
var ErrPartitions = errors.New("another number of partitions")

// ErrClosed is wrapped by the error of a call of a log that was closed.
var ErrClosed = errors.New("the log is closed")

func (o *Options) defaults() Options {
	var d Options
	if o != nil {
		d = *o
	}
	if d.Replicas == 0 {
		d.Replicas = -1
	}
	if d.MaxEvent <= 0 {
		d.MaxEvent = 2*clm.MaxText + 1<<20
	}
	if d.Window <= 0 {
		d.Window = 10_000
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Timeout <= 0 {
		d.Timeout = defaultTimeout
	}
	return d
}

// Open opens the log in a topic of the cluster that the seed brokers belong to,
// and makes the topic if there is none. It does not begin to append: a process
// that only reads fences nobody.
func Open(ctx context.Context, seeds []string, name string, keys Keyring, o *Options) (*Log, error) {
	if keys == nil {
		return nil, errors.New("kafka: no keyring: what is in a topic in clear cannot be erased; OpenSource reads such topics")
	}
	opts := o.defaults()
	if opts.TransactionalID == "" {
		opts.TransactionalID = "clmkit-" + name
	}
	t, err := dial(seeds, name, opts.Timeout, opts.Client)
	if err != nil {
		return nil, err
	}
	l := &Log{topic: t, keys: keys, opts: opts, turn: make(chan struct{}, 1)}
	if err := l.open(ctx, seeds); err != nil {
		t.client.Close()
		return nil, err
	}
	return l, nil
}

func (l *Log) open(ctx context.Context, seeds []string) error {
	if err := l.find(ctx); err != nil {
		return err
	}
	if want := l.opts.Partitions; want > 0 && want != l.topic.count {
		return fmt.Errorf("kafka: topic %s has %d partitions, not %d: %w", l.topic.name, l.topic.count, want, ErrPartitions)
	}
	maxBytes, err := l.topic.settings(ctx)
	if err != nil {
		return err
	}
	l.committed = make([]atomic.Int64, l.topic.count)
	l.quiet = make([]atomic.Pointer[tail], l.topic.count)
	l.writer = newWriter(l, seeds, maxBytes)
	return nil
}

// find looks for the topic, and makes it. A new topic may take a moment until
// every broker knows it.
func (l *Log) find(ctx context.Context) error {
	found, err := l.topic.find(ctx)
	if err != nil || found {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, l.opts.Timeout)
	defer cancel()
	if err := l.topic.create(limited, l.newPartitions(), l.opts.Replicas, l.newSettings()); err != nil {
		return err
	}
	return again(limited, func() error {
		found, err := l.topic.find(limited)
		if err == nil && !found {
			err = fmt.Errorf("kafka: topic %s: %w after it was made", l.topic.name, kerr.UnknownTopicOrPartition)
		}
		return err
	})
}

func (l *Log) newPartitions() int {
	if l.opts.Partitions > 0 {
		return l.opts.Partitions
	}
	return 8
}

func (l *Log) newSettings() map[string]*string {
	settings := map[string]string{
		"cleanup.policy":    "delete",
		"retention.ms":      "-1",
		"retention.bytes":   "-1",
		"max.message.bytes": strconv.Itoa(envelopeSize(nil) + l.opts.MaxEvent + batchCost),
	}
	maps.Copy(settings, l.opts.Topic)
	values := map[string]*string{}
	for k, v := range settings {
		values[k] = &v
	}
	return values
}

// Partitions returns the number of partitions.
func (l *Log) Partitions() int { return l.topic.count }

// Read yields the entries of a partition after a position, as [clm.Log]
// describes it. It reads what is committed, in requests of about 1 MiB, and
// asks the keyring once for each of them. It holds nothing open in between, so
// that a slow loop stops nobody; what was read before an erasure is still
// yielded. Entries that the topic's retention deleted are a [*GapError].
func (l *Log) Read(ctx context.Context, partition int, after clm.Position) iter.Seq2[clm.Entry, error] {
	r := l.reading(partition, l.opts.Aside)
	return func(yield func(clm.Entry, error) bool) {
		need := int64(0)
		if l.topic.check(partition) == nil {
			need = l.committed[partition].Load()
			r.ended = func(last clm.Position, end int64) { l.quiet[partition].Store(&tail{last, end}) }
		}
		r.entries(ctx, after, need)(yield)
	}
}

func (l *Log) reading(partition int, aside func(context.Context, *Aside) error) *reading {
	u := unsealer{l.keys, partition, l.topic.count}
	return &reading{topic: l.topic, partition: partition, open: u.open, aside: aside}
}

// Erase makes a customer's events unreadable for everybody, by forgetting the
// key, and the ids with it. The sealed bytes stay in the topic, with their size,
// their time and a random number, until retention deletes them. It waits for
// the transaction that is under way in this process.
func (l *Log) Erase(ctx context.Context, customer clm.CustomerID) error {
	select {
	case l.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-l.turn }()
	if err := l.keys.Forget(ctx, customer); err != nil {
		return fmt.Errorf("kafka: topic %s: erase: %w", l.topic.name, err)
	}
	l.writer.window.forget(clm.PartitionOf(customer, l.topic.count), customer)
	return nil
}

// Close waits for the transaction that is under way and ends the clients.
// Later calls, and readings that go on, end with an error.
func (l *Log) Close() {
	l.turn <- struct{}{}
	defer func() { <-l.turn }()
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.writer.drop()
	l.topic.client.Close()
}
