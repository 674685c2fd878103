package nats

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/clmkit/clmkit/clm"
	natsgo "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// A Log is a [clm.Log] in one JetStream stream. It is safe for concurrent use,
// by any number of processes at once, and has nothing to close: it starts no
// goroutine, and the connection stays the caller's.
type Log struct {
	conn       *natsgo.Conn
	js         jetstream.JetStream
	stream     jetstream.Stream
	name       string
	partitions int
	part       int // bytes of an event that one message takes
	now        func() time.Time
	patience   time.Duration

	sending chan struct{} // one token for each batch that may be under way
	acked   atomic.Uint64 // highest sequence that an Append of this Log knows of

	mu      sync.Mutex
	changed chan struct{}
}

// Options are the settings of [Open].
type Options struct {
	// Stream is the name of the stream, and the first token of its subjects:
	// letters, digits, - and _. Default: "clm".
	Stream string
	// Partitions is the number of partitions of a stream that Open makes; the
	// number of one that is there has to be the same. Default: what the
	// stream has, or 8.
	Partitions int
	// Replicas is how many servers hold a stream that Open makes: 1, 3 or 5.
	// An existing stream keeps its own. Default: 3.
	Replicas int
	// Now is the clock that decides which events are in the future.
	// Default: [time.Now].
	Now func() time.Time
	// Patience is how long a call keeps trying while the cluster has no
	// leader, or the connection no server. An election takes the servers 4 to
	// 10 seconds. Default: 30 seconds.
	Patience time.Duration
}

const (
	defaultStream     = "clm"
	defaultPartitions = 8
	defaultReplicas   = 3
	defaultPatience   = 30 * time.Second

	// parallel is how many batches a Log sends at a time. A server takes 50 of
	// one stream, so that twelve processes are no trouble.
	parallel = 4
)

// Open returns the log in a stream, and makes the stream if there is none. The
// error wraps [ErrStream] when there is one that cannot be the log, because its
// number of partitions is another or a setting would break what the log
// promises. The ctx limits the opening only.
func Open(ctx context.Context, conn *natsgo.Conn, o *Options) (*Log, error) {
	var opts Options
	if o != nil {
		opts = *o
	}
	js, err := jetstream.New(conn)
	if err != nil {
		return nil, fmt.Errorf("nats: %w", err)
	}
	l := &Log{
		conn: conn, js: js, name: opts.Stream, part: partSize(conn.MaxPayload()), now: opts.Now, patience: opts.Patience,
		sending: make(chan struct{}, parallel), changed: make(chan struct{}),
	}
	if l.name == "" {
		l.name = defaultStream
	}
	if l.now == nil {
		l.now = time.Now
	}
	if l.patience <= 0 {
		l.patience = defaultPatience
	}
	if l.part < 1 {
		return nil, fmt.Errorf("nats: the servers take messages of at most %d bytes, too few for an event", conn.MaxPayload())
	}
	err = l.persist(ctx, "open stream "+l.name, func(ctx context.Context) error { return l.open(ctx, &opts) })
	if err != nil {
		return nil, err
	}
	return l, nil
}

// Partitions returns the number of partitions.
func (l *Log) Partitions() int { return l.partitions }

// Changed returns a channel that is closed by the next Append of this Log that
// adds events. It does not hear of those of other processes.
func (l *Log) Changed() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.changed
}

// reaches notes that the stream has a sequence.
func (l *Log) reaches(sequence uint64) {
	for {
		old := l.acked.Load()
		if old >= sequence || l.acked.CompareAndSwap(old, sequence) {
			return
		}
	}
}

// grew notes that an Append added messages, the last with a sequence.
func (l *Log) grew(sequence uint64) {
	l.reaches(sequence)
	l.mu.Lock()
	defer l.mu.Unlock()
	close(l.changed)
	l.changed = make(chan struct{})
}

var (
	_ clm.Log      = (*Log)(nil)
	_ clm.Notifier = (*Log)(nil)
	_ clm.Eraser   = (*Log)(nil)
)
