package kafka_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/clmkit/clmkit/contrib/kafka"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func TestANewTopicKeepsEverything(t *testing.T) {
	c := fake(t)
	log := open(t, c.ListenAddrs(), topicName, new(kafka.MemoryKeys), &kafka.Options{
		Partitions: 3, Replicas: 3, Topic: map[string]string{"min.insync.replicas": "2"},
	})
	require.Equal(t, 3, log.Partitions())
	info := c.TopicInfo(topicName)
	assert.Equal(t, 3, info.NumReplicas)
	for key, want := range map[string]string{"retention.ms": "-1", "retention.bytes": "-1", "cleanup.policy": "delete", "min.insync.replicas": "2"} {
		require.NotNil(t, info.Configs[key], key)
		assert.Equal(t, want, *info.Configs[key], key)
	}
}

func TestATopicHasAsManyPartitionsAsAskedFor(t *testing.T) {
	c := fake(t)
	require.NoError(t, c.CreateTopic(topicName, 4, nil))
	_, err := kafka.Open(t.Context(), c.ListenAddrs(), topicName, new(kafka.MemoryKeys), &kafka.Options{Partitions: 5})
	require.ErrorIs(t, err, kafka.ErrPartitions)
	require.ErrorContains(t, err, "has 4 partitions, not 5")
	require.Equal(t, 4, open(t, c.ListenAddrs(), topicName, new(kafka.MemoryKeys), nil).Partitions())
	require.Equal(t, 8, open(t, c.ListenAddrs(), "another", new(kafka.MemoryKeys), nil).Partitions())
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	c := fake(t)
	require.NoError(t, c.CreateTopic("compacted", 1, map[string]string{"cleanup.policy": "compact"}))
	for _, test := range []struct {
		name, topic string
		fault       *kfake.Fault
		says        string
	}{
		{"a compacted topic", "compacted", nil, "cleanup.policy=compact"},
		{"no right to see the topic", "x", &kfake.Fault{Keys: []kmsg.Key{kmsg.Metadata}, Topic: "x", Err: kerr.TopicAuthorizationFailed}, "TOPIC_AUTHORIZATION_FAILED"},
		{"no right to make it", "y", &kfake.Fault{Keys: []kmsg.Key{kmsg.CreateTopics}, Topic: "y", Err: kerr.TopicAuthorizationFailed}, "make topic y: TOPIC_AUTHORIZATION_FAILED"},
		{"no right to its settings", "z", &kfake.Fault{Keys: []kmsg.Key{kmsg.DescribeConfigs}, Err: kerr.TopicAuthorizationFailed}, "settings of topic z"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.fault != nil {
				defer c.Fault(*test.fault).Remove()
			}
			_, err := kafka.Open(t.Context(), c.ListenAddrs(), test.topic, new(kafka.MemoryKeys), nil)
			require.ErrorContains(t, err, test.says)
			require.ErrorContains(t, err, test.topic)
		})
	}
	_, err := kafka.Open(t.Context(), c.ListenAddrs(), topicName, nil, nil)
	require.ErrorContains(t, err, "no keyring")
	open(t, c.ListenAddrs(), "x", new(kafka.MemoryKeys), nil) // the same call, once the fault is gone
}

func TestOpenGivesUpWithoutBrokers(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := kafka.Open(ctx, []string{"127.0.0.1:1"}, topicName, new(kafka.MemoryKeys), nil)
	require.ErrorContains(t, err, "topic events")
}

func TestProcessesThatOpenAtOnceShareTheTopic(t *testing.T) {
	c := fake(t)
	var keys kafka.MemoryKeys
	logs := make([]*kafka.Log, 6)
	var group sync.WaitGroup
	for i := range logs {
		group.Go(func() {
			log, err := kafka.Open(t.Context(), c.ListenAddrs(), topicName, &keys, &kafka.Options{Partitions: 3})
			if assert.NoError(t, err) {
				t.Cleanup(log.Close)
			}
			logs[i] = log
		})
	}
	group.Wait()
	require.NoError(t, logs[0].Append(t.Context(), sample...))
	for _, log := range logs {
		requireSame(t, sample, events(t, log))
	}
}

func TestAClosedLogSaysSo(t *testing.T) {
	c := fake(t)
	log, err := kafka.Open(t.Context(), c.ListenAddrs(), topicName, new(kafka.MemoryKeys), &kafka.Options{Partitions: 1})
	require.NoError(t, err)
	require.NoError(t, log.Append(t.Context(), sample[0]))
	log.Close()
	log.Close()
	require.ErrorIs(t, log.Append(t.Context(), sample[1]), kafka.ErrClosed)
	require.Error(t, failure(t, log, 0, 0))
}
