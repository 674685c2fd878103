package nats

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go/jetstream"
)

// ErrStream is wrapped by the error for a stream that cannot be the log.
var ErrStream = errors.New("the stream does not fit")

// Keys of the stream's metadata. A stream without them was not made by Open.
const (
	metaFormat     = "clmkit.format"
	metaPartitions = "clmkit.partitions"
	format         = "1"
)

// open finds or makes the stream.
func (l *Log) open(ctx context.Context, o *Options) error {
	stream, err := l.js.Stream(ctx, l.name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		stream, err = l.js.CreateStream(ctx, l.config(o))
		if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) { // somebody was faster
			stream, err = l.js.Stream(ctx, l.name)
		}
	}
	if err != nil {
		return err
	}
	config := stream.CachedInfo().Config
	partitions, err := partitionsOf(&config)
	if err == nil {
		err = misfit(&config, o.Partitions, partitions)
	}
	if err != nil {
		return err
	}
	l.stream, l.partitions = stream, partitions
	return nil
}

// config describes the stream that Open makes. A full stream refuses events
// rather than dropping old ones, should somebody limit it. Direct reads are off,
// because followers answer them from what they happen to have.
func (l *Log) config(o *Options) jetstream.StreamConfig {
	partitions, replicas := o.Partitions, o.Replicas
	if partitions < 1 {
		partitions = defaultPartitions
	}
	if replicas < 1 {
		replicas = defaultReplicas
	}
	return jetstream.StreamConfig{
		Name:               l.name,
		Description:        "event log of clmkit",
		Subjects:           []string{l.name + ".*.*.*"},
		Retention:          jetstream.LimitsPolicy,
		Discard:            jetstream.DiscardNew,
		Storage:            jetstream.FileStorage,
		Replicas:           replicas,
		AllowAtomicPublish: true,
		Metadata:           map[string]string{metaFormat: format, metaPartitions: strconv.Itoa(partitions)},
	}
}

func partitionsOf(config *jetstream.StreamConfig) (int, error) {
	if got := config.Metadata[metaFormat]; got != format {
		return 0, fmt.Errorf("its format is %q, %q is needed: %w", got, format, ErrStream)
	}
	n, err := strconv.Atoi(config.Metadata[metaPartitions])
	if err != nil || n < 1 {
		return 0, fmt.Errorf("its number of partitions is %q: %w", config.Metadata[metaPartitions], ErrStream)
	}
	return n, nil
}

// misfit says which setting of a stream would break what the log promises.
func misfit(config *jetstream.StreamConfig, want, partitions int) error {
	switch {
	case want > 0 && want != partitions:
		return fmt.Errorf("it has %d partitions, not %d: %w", partitions, want, ErrStream)
	case !config.AllowAtomicPublish:
		return fmt.Errorf("it does not take atomic batches, servers before 2.12 cannot: %w", ErrStream)
	case config.Retention != jetstream.LimitsPolicy:
		return fmt.Errorf("what consumers acknowledge is deleted from it: %w", ErrStream)
	case config.Discard != jetstream.DiscardNew:
		return fmt.Errorf("when it is full it drops the oldest events: %w", ErrStream)
	case config.MaxMsgsPerSubject > 0:
		return fmt.Errorf("it limits the messages of a subject: %w", ErrStream)
	case config.DenyDelete:
		return fmt.Errorf("nothing can be erased from it: %w", ErrStream)
	}
	return nil
}
