// Package cluster runs the servers of a JetStream cluster inside the program,
// for tests, measurements and examples. Servers that are to be killed by a signal
// run as processes of their own, see [Serve].
package cluster

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// starting is how long a node may take until it takes connections.
const starting = 30 * time.Second

// poll is how often a condition of the servers is looked at.
const poll = 20 * time.Millisecond

// A Cluster is a set of running servers. Its methods are for one goroutine at a
// time.
type Cluster struct {
	Nodes   []Node
	servers []*server.Server // nil where a node is stopped
}

// Start starts a cluster with one node in each directory and waits until it has
// a leader, which takes some seconds.
func Start(ctx context.Context, dirs ...string) (*Cluster, error) {
	nodes, err := Nodes(dirs...)
	if err != nil {
		return nil, err
	}
	c := &Cluster{Nodes: nodes, servers: make([]*server.Server, len(nodes))}
	for i := range nodes {
		if err := c.Start(i); err != nil {
			c.Close()
			return nil, err
		}
	}
	if err := c.wait(ctx, "a leader", c.led); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// URL lists the addresses of all nodes, as the client library takes them.
func (c *Cluster) URL() string {
	urls := make([]string, len(c.Nodes))
	for i := range c.Nodes {
		urls[i] = c.Nodes[i].URL()
	}
	return strings.Join(urls, ",")
}

// Start starts a stopped node, on its directory and ports.
func (c *Cluster) Start(i int) error {
	s, err := c.Nodes[i].Start()
	c.servers[i] = s
	return err
}

// Stop stops a node: its connections break, what is under way in it is lost.
func (c *Cluster) Stop(i int) {
	if c.servers[i] == nil {
		return
	}
	c.servers[i].Shutdown()
	c.servers[i].WaitForShutdown()
	c.servers[i] = nil
}

// Close stops all nodes. Their files stay.
func (c *Cluster) Close() {
	for i := range c.servers {
		c.Stop(i)
	}
}

// Leader waits until a stream of the global account has a leader and returns the
// node that is it.
func (c *Cluster) Leader(ctx context.Context, stream string) (int, error) {
	found := -1
	err := c.wait(ctx, "a leader of "+stream, func() bool {
		for i, s := range c.servers {
			if s != nil && s.JetStreamIsStreamLeader("$G", stream) {
				found = i
			}
		}
		return found >= 0
	})
	return found, err
}

// Current waits until every node that runs has caught up with a stream.
func (c *Cluster) Current(ctx context.Context, stream string) error {
	return c.wait(ctx, "copies of "+stream, func() bool {
		for _, s := range c.servers {
			if s != nil && !s.JetStreamIsStreamCurrent("$G", stream) {
				return false
			}
		}
		return true
	})
}

func (c *Cluster) led() bool {
	if len(c.Nodes) == 1 {
		return true
	}
	for _, s := range c.servers {
		if s != nil && s.JetStreamIsLeader() {
			return len(s.JetStreamClusterPeers()) == len(c.Nodes)
		}
	}
	return false
}

// wait looks at a condition until it holds or ctx ends. The servers do not tell.
func (c *Cluster) wait(ctx context.Context, what string, holds func() bool) error {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for !holds() {
		select {
		case <-ctx.Done():
			return fmt.Errorf("cluster: waiting for %s: %w", what, ctx.Err())
		case <-tick.C:
		}
	}
	return nil
}
