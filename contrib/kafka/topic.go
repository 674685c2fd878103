package kafka

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// topic is a topic of a cluster, and what Log and Source share: a client, which
// partitions there are, and who leads them.
type topic struct {
	name    string
	id      kadm.TopicID // zero before Kafka 2.8
	count   int          // partitions
	timeout time.Duration
	client  *kgo.Client

	mu      sync.Mutex
	leaders []leader
}

// leader is the broker that a partition is read from.
type leader struct {
	broker, epoch int32
}

// clientOptions are those of every client here. What the host adds comes after
// and wins, but for what decides whether events are lost, which comes last
// where a client needs it.
func clientOptions(seeds []string, timeout time.Duration, host []kgo.Opt) []kgo.Opt {
	return append([]kgo.Opt{
		kgo.SeedBrokers(seeds...),
		kgo.ClientID("clmkit"),
		kgo.RetryTimeout(timeout),
		kgo.RetryBackoffFn(backoff),
		kgo.MetadataMinAge(100 * time.Millisecond),
		kgo.DisableClientMetrics(),
		kgo.AlwaysRetryEOF(), // a broker that restarts closes new connections too
	}, host...)
}

// backoff is how long to wait after a number of failures: 10 ms, doubled each
// time up to 1 s, give or take a half so that clients do not return at once.
func backoff(failures int) time.Duration {
	d := 10 * time.Millisecond << min(max(failures-1, 0), 7)
	return min(time.Second, time.Duration(float64(d)*(0.5+rand.Float64())))
}

// again does something until it succeeds, fails for good, or ctx ends.
func again(ctx context.Context, do func() error) error {
	for failures := 1; ; failures++ {
		err := do()
		if err == nil || !passes(err) || !sleep(ctx, backoff(failures)) {
			return err
		}
	}
}

// find reads what the cluster says of the topic; false where it has none.
func (t *topic) find(ctx context.Context) (bool, error) {
	found, err := t.metadata(ctx)
	if errors.Is(err, kerr.UnknownTopicOrPartition) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("kafka: topic %s: %w", t.name, err)
	}
	t.id, t.count = kadm.TopicID(found.TopicID), len(found.Partitions)
	return true, nil
}

// metadata asks for the topic and keeps who leads its partitions.
func (t *topic) metadata(ctx context.Context) (*kmsg.MetadataResponseTopic, error) {
	req := kmsg.NewPtrMetadataRequest()
	asked := kmsg.NewMetadataRequestTopic()
	asked.Topic = &t.name
	req.Topics = append(req.Topics, asked)
	resp, err := req.RequestWith(ctx, t.client)
	if err != nil {
		return nil, err
	}
	if len(resp.Topics) != 1 {
		return nil, fmt.Errorf("the cluster answered about %d topics", len(resp.Topics))
	}
	got := &resp.Topics[0]
	if err := kerr.ErrorForCode(got.ErrorCode); err != nil {
		return nil, err
	}
	leaders := make([]leader, len(got.Partitions))
	for _, p := range got.Partitions {
		if p.Partition < 0 || int(p.Partition) >= len(leaders) {
			return nil, fmt.Errorf("partition %d of %d", p.Partition, len(leaders))
		}
		leaders[p.Partition] = leader{p.Leader, p.LeaderEpoch}
	}
	t.mu.Lock()
	t.leaders = leaders
	t.mu.Unlock()
	return got, nil
}

// refresh asks anew who leads the partitions. A topic that was deleted and made
// again has other positions, and is an error.
func (t *topic) refresh(ctx context.Context) error {
	found, err := t.metadata(ctx)
	if err != nil {
		return err
	}
	if kadm.TopicID(found.TopicID) != t.id || len(found.Partitions) != t.count {
		return fmt.Errorf("%w: open it again", errRecreated)
	}
	return nil
}

var errRecreated = errors.New("the topic was made anew or got more partitions since it was opened")

func (t *topic) leader(partition int) leader {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.leaders[partition]
}

// create makes the topic. That another process did so first is no error.
func (t *topic) create(ctx context.Context, partitions, replicas int, configs map[string]*string) error {
	made, err := kadm.NewClient(t.client).CreateTopic(ctx, int32(partitions), int16(replicas), configs, t.name)
	switch {
	case errors.Is(err, kerr.TopicAlreadyExists):
		return nil
	case err != nil && made.ErrMessage != "":
		return fmt.Errorf("kafka: make topic %s: %w: %s", t.name, err, made.ErrMessage)
	case err != nil:
		return fmt.Errorf("kafka: make topic %s: %w", t.name, err)
	}
	return nil
}

// settings checks that the topic keeps what it gets, and returns the number of
// bytes that one batch of records may have.
func (t *topic) settings(ctx context.Context) (maxBytes int, err error) {
	all, err := kadm.NewClient(t.client).DescribeTopicConfigs(ctx, t.name)
	if err != nil {
		return 0, fmt.Errorf("kafka: settings of topic %s: %w", t.name, err)
	}
	one, err := all.On(t.name, nil)
	if err == nil {
		err = one.Err
	}
	if err != nil {
		return 0, fmt.Errorf("kafka: settings of topic %s: %w", t.name, err)
	}
	for _, c := range one.Configs {
		switch value := c.MaybeValue(); {
		case c.Key == "cleanup.policy" && strings.Contains(value, "compact"):
			return 0, fmt.Errorf("kafka: topic %s has cleanup.policy=%s: a log does not drop what has a successor", t.name, value)
		case c.Key == "max.message.bytes":
			if maxBytes, err = strconv.Atoi(value); err != nil {
				return 0, fmt.Errorf("kafka: topic %s: max.message.bytes: %w", t.name, err)
			}
		}
	}
	if maxBytes <= 0 {
		return 0, fmt.Errorf("kafka: topic %s: the cluster does not say max.message.bytes", t.name)
	}
	return maxBytes, nil
}

// check is the error for a partition that the topic does not have.
func (t *topic) check(partition int) error {
	if partition < 0 || partition >= t.count {
		return fmt.Errorf("kafka: partition %d of %d: %w", partition, t.count, clm.ErrPartition)
	}
	return nil
}
