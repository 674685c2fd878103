package nats_test

import (
	"testing"

	"github.com/clmkit/clmkit/contrib/nats"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"
)

func TestOpenTakesThePartitionsOfTheStream(t *testing.T) {
	log := open(t, &nats.Options{Stream: "five", Partitions: 5})
	require.Equal(t, 5, log.Partitions())
	conn := connect(t, servers.URL())
	again, err := nats.Open(t.Context(), conn, &nats.Options{Stream: "five"})
	require.NoError(t, err)
	require.Equal(t, 5, again.Partitions())
	_, err = nats.Open(t.Context(), conn, &nats.Options{Stream: "five", Partitions: 6})
	require.ErrorIs(t, err, nats.ErrStream)
	require.ErrorContains(t, err, "5 partitions, not 6")
}

func TestOpenRefusesStreamsThatWouldLoseEvents(t *testing.T) {
	js, err := jetstream.New(connect(t, servers.URL()))
	require.NoError(t, err)
	for name, breakIt := range map[string]func(*jetstream.StreamConfig){
		"a stream of another program":       func(c *jetstream.StreamConfig) { c.Metadata = nil },
		"a number of partitions that isn't": func(c *jetstream.StreamConfig) { c.Metadata["clmkit.partitions"] = "-1" },
		"single messages only":              func(c *jetstream.StreamConfig) { c.AllowAtomicPublish = false },
		"a queue":                           func(c *jetstream.StreamConfig) { c.Retention = jetstream.WorkQueuePolicy },
		"the oldest make room":              func(c *jetstream.StreamConfig) { c.Discard = jetstream.DiscardOld },
		"one message of a subject":          func(c *jetstream.StreamConfig) { c.MaxMsgsPerSubject = 1 },
		"nothing can be deleted":            func(c *jetstream.StreamConfig) { c.DenyDelete = true },
	} {
		t.Run(name, func(t *testing.T) {
			config := jetstream.StreamConfig{
				Name: "misfit", Subjects: []string{"misfit.*.*.*"}, Replicas: 3, AllowAtomicPublish: true, Discard: jetstream.DiscardNew,
				Metadata: map[string]string{"clmkit.format": "1", "clmkit.partitions": "3"},
			}
			breakIt(&config)
			_, err := js.CreateStream(t.Context(), config)
			require.NoError(t, err)
			defer func() { require.NoError(t, js.DeleteStream(t.Context(), "misfit")) }()
			_, err = nats.Open(t.Context(), connect(t, servers.URL()), &nats.Options{Stream: "misfit"})
			require.ErrorIs(t, err, nats.ErrStream)
		})
	}
}
