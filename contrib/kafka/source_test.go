package kafka_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/contrib/kafka"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
)

// others writes JSON events as another program does: Kafka's own partitioner,
// keyed by customer, compressed, with bad records in between.
func others(t *testing.T, c *kfake.Cluster, sent []clm.Event, bad ...string) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(c.ListenAddrs()...), kgo.ProducerBatchCompression(kgo.GzipCompression()))
	require.NoError(t, err)
	defer client.Close()
	var records []*kgo.Record
	for i, e := range sent {
		body, err := json.Marshal(e)
		require.NoError(t, err)
		records = append(records, &kgo.Record{Topic: topicName, Key: []byte(e.Customer), Value: body})
		if i < len(bad) {
			records = append(records, &kgo.Record{Topic: topicName, Key: []byte(e.Customer), Value: []byte(bad[i])})
		}
	}
	require.NoError(t, client.ProduceSync(t.Context(), records...).FirstErr())
}

func source(t *testing.T, c *kfake.Cluster, o *kafka.SourceOptions) *kafka.Source {
	t.Helper()
	s, err := kafka.OpenSource(t.Context(), c.ListenAddrs(), topicName, o)
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s
}

func TestATopicOfOthersIsCopiedIntoALog(t *testing.T) {
	c := fake(t)
	require.NoError(t, c.CreateTopic(topicName, 3, nil))
	bad := []string{"", "{", `{"id":"e-1"}`, `{"id":"e-2","customer":"c","kind":"veiw","time":"2026-01-05T09:00:00Z"}`, `[]`, `{"id":7}`}
	others(t, c, sample, bad...)
	var asides []string
	s := source(t, c, &kafka.SourceOptions{Aside: func(_ context.Context, a *kafka.Aside) error {
		asides = append(asides, fmt.Sprintf("%d/%d %s", a.Partition, a.Position, a.Value))
		return nil
	}})
	record := clm.NewMemory(nil)
	read := 0
	for p := range s.Partitions() {
		copied, err := kafka.Copy(t.Context(), s, p, 0, record, nil)
		require.NoError(t, err)
		read += copied.Read
	}
	require.Equal(t, len(sample), read)
	require.Len(t, asides, len(bad), "every bad record is a reported row")
	for customer := range 13 {
		id := clm.CustomerID(fmt.Sprintf("c-%d", customer))
		var want []clm.Event
		for _, e := range sample {
			if e.Customer == id {
				want = append(want, e)
			}
		}
		require.Equal(t, want, history(t, record, id), "in order")
	}
}

func TestABadRecordEndsTheReadingWhereNobodyIsTold(t *testing.T) {
	c := fake(t)
	require.NoError(t, c.CreateTopic(topicName, 1, nil))
	others(t, c, sample[:3], "{")
	s := source(t, c, nil)
	require.Equal(t, []clm.Position{1}, upToFailure(t, s))
	var aside *kafka.Aside
	require.ErrorAs(t, failure(t, s, 0, 0), &aside)
	require.Equal(t, clm.Position(2), aside.Position)
	require.ErrorContains(t, aside, "topic events: partition 0: offset 1:")
	require.Len(t, positions(t, s, 0, aside.Position), 2, "the host decides to go on")
}

func upToFailure(t *testing.T, s *kafka.Source) (all []clm.Position) {
	t.Helper()
	for e, err := range s.Read(t.Context(), 0, 0) {
		if err == nil {
			all = append(all, e.Position)
		}
	}
	return all
}

func TestASourceDecodesWhatOthersWrite(t *testing.T) {
	c := fake(t)
	require.NoError(t, c.CreateTopic(topicName, 1, nil))
	put(t, c, []byte("c-1;i-1"), []byte("nonsense"), []byte("c-2;i-2"))
	var asides int
	s := source(t, c, &kafka.SourceOptions{
		Decode: func(value []byte) (clm.Event, error) {
			customer, item, found := strings.Cut(string(value), ";")
			if !found {
				return clm.Event{}, fmt.Errorf("no semicolon")
			}
			return clm.Event{ID: string(value), Customer: clm.CustomerID(customer), Kind: clm.Viewed, Time: clmtest.Start, Item: clm.ItemID(item)}, nil
		},
		Aside: func(context.Context, *kafka.Aside) error { asides++; return nil },
	})
	require.Len(t, positions(t, s, 0, 0), 2)
	require.Equal(t, 1, asides)
}

func TestASourceHasAClock(t *testing.T) {
	c := fake(t)
	require.NoError(t, c.CreateTopic(topicName, 1, nil))
	others(t, c, sample[:1])
	s := source(t, c, &kafka.SourceOptions{Now: func() time.Time { return clmtest.Start.AddDate(0, 0, -3) }})
	require.ErrorIs(t, failure(t, s, 0, 0), clm.ErrInvalid)
	require.ErrorContains(t, failure(t, s, 0, 0), "in the future")
}

func TestASourceNeedsItsTopic(t *testing.T) {
	_, err := kafka.OpenSource(t.Context(), fake(t).ListenAddrs(), "none", nil)
	require.ErrorContains(t, err, "topic none: there is none")
}
