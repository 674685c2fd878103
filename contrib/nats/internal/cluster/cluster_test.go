package cluster_test

import (
	"context"
	"testing"
	"time"

	"github.com/clmkit/clmkit/contrib/nats/internal/cluster"
	natsgo "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"
)

func TestAClusterSurvivesItsLeader(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c, err := cluster.Start(ctx, t.TempDir(), t.TempDir(), t.TempDir())
	require.NoError(t, err)
	defer c.Close()
	conn, err := natsgo.Connect(c.URL())
	require.NoError(t, err)
	defer conn.Close()
	js, err := jetstream.New(conn)
	require.NoError(t, err)
	_, err = js.CreateStream(ctx, jetstream.StreamConfig{Name: "s", Subjects: []string{"s"}, Replicas: 3})
	require.NoError(t, err)
	first, err := c.Leader(ctx, "s")
	require.NoError(t, err)
	c.Stop(first)
	second, err := c.Leader(ctx, "s")
	require.NoError(t, err)
	require.NotEqual(t, first, second)
	require.NoError(t, c.Start(first))
	require.NoError(t, c.Current(ctx, "s"))
}

func TestAFolderThatCannotBeWrittenIsAnError(t *testing.T) {
	_, err := cluster.Start(t.Context(), "/dev/null/no")
	require.Error(t, err)
}

func TestWaitingEndsWithItsContext(t *testing.T) {
	c, err := cluster.Start(t.Context(), t.TempDir())
	require.NoError(t, err)
	defer c.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = c.Leader(ctx, "none")
	require.ErrorIs(t, err, context.Canceled)
}
