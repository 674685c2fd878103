package cluster_test

import (
	"bufio"
	"context"
	"io"
	"testing"

	"github.com/clmkit/clmkit/contrib/nats/internal/cluster"
	natsgo "github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"
)

func TestANodeRunsUntilItIsTold(t *testing.T) {
	nodes, err := cluster.Nodes(t.TempDir())
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- cluster.Serve(ctx, nodes[0].Args(), in) }()
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "ready\n", line)
	conn, err := natsgo.Connect(nodes[0].URL())
	require.NoError(t, err)
	conn.Close()
	stop()
	require.NoError(t, <-ended)
}

func TestANodeSaysWhatIsWrong(t *testing.T) {
	for name, args := range map[string][]string{
		"no folder": {}, "a port that is none": {"-dir", t.TempDir(), "-routes", "x"}, "an unknown flag": {"-colour", "red"},
		"a folder that cannot be": {"-dir", "/dev/null/no"},
	} {
		require.Error(t, cluster.Serve(t.Context(), args, io.Discard), name)
	}
}
