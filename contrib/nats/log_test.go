package nats_test

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/contrib/nats"
	"github.com/clmkit/clmkit/contrib/nats/internal/cluster"
	natsgo "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"
)

// servers is the cluster that the tests share.
var servers *cluster.Cluster

// patience is how long a test waits for what the servers do by themselves.
const patience = time.Minute

func TestMain(m *testing.M) {
	code, err := runWithCluster(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func runWithCluster(m *testing.M) (int, error) {
	dir, err := os.MkdirTemp("", "clmkit-nats-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	servers, err = cluster.Start(ctx, dir+"/0", dir+"/1", dir+"/2")
	if err != nil {
		return 0, err
	}
	defer servers.Close()
	return m.Run(), nil
}

func connect(t testing.TB, url string) *natsgo.Conn {
	t.Helper()
	conn, err := natsgo.Connect(url, natsgo.MaxReconnects(-1), natsgo.ReconnectWait(50*time.Millisecond))
	require.NoError(t, err)
	t.Cleanup(conn.Close)
	return conn
}

var streams atomic.Int64

// open returns an empty log in a stream of its own, which is deleted at the end.
func open(t testing.TB, o *nats.Options) *nats.Log {
	t.Helper()
	if o == nil {
		o = &nats.Options{}
	}
	if o.Stream == "" {
		o.Stream = fmt.Sprintf("test-%d", streams.Add(1))
	}
	conn := connect(t, servers.URL())
	log, err := nats.Open(t.Context(), conn, o)
	require.NoError(t, err)
	t.Cleanup(func() {
		js, err := jetstream.New(conn)
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		require.NoError(t, js.DeleteStream(ctx, o.Stream))
	})
	return log
}

func TestLog(t *testing.T) {
	clmtest.RunLog(t, func(t *testing.T) clm.Log { return open(t, nil) })
}
