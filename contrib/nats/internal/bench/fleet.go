package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	natsgo "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/clmkit/clmkit/contrib/nats/internal/cluster"
)

// A fleet is a cluster of processes and a SQLite file, in one folder.
type fleet struct {
	above string // where folders are made; "" is the system's temporary one
	path  string
	url   string // addresses of the servers, with commas between

	nodes    []cluster.Node
	servers  []*exec.Cmd
	reviving chan error // the outcome of the last revival
}

const (
	nodes  = 3
	stream = "clm"
	// electing is how long servers may take until one of them leads.
	electing = time.Minute
)

func (f *fleet) Flags(flags *flag.FlagSet) {
	flags.StringVar(&f.above, "dir", "", "`folder` to make the files in; default: the system's temporary one")
	flags.StringVar(&f.path, "at", "", "`folder` with the SQLite file; the command starts itself with it")
	flags.StringVar(&f.url, "servers", "", "addresses of the servers; the command starts itself with it")
}

func (f *fleet) Check() error { return nil }

func (f *fleet) Args() []string { return []string{"-at", f.path, "-servers", f.url} }

// Settle starts the servers.
func (f *fleet) Settle(ctx context.Context) (func(context.Context) error, error) {
	path, err := os.MkdirTemp(f.above, "clmkit-bench-")
	if err != nil {
		return nil, err
	}
	f.path, f.reviving = path, nil
	drop := func(context.Context) error {
		f.close()
		return os.RemoveAll(path)
	}
	var dirs []string
	for i := range nodes {
		dirs = append(dirs, filepath.Join(path, fmt.Sprintf("node-%d", i)))
	}
	if f.nodes, err = cluster.Nodes(dirs...); err != nil {
		return nil, errors.Join(err, drop(ctx))
	}
	f.servers = make([]*exec.Cmd, nodes)
	var urls []string
	for i := range f.nodes {
		urls = append(urls, f.nodes[i].URL())
		if err := f.start(i); err != nil {
			return nil, errors.Join(err, drop(ctx))
		}
	}
	f.url = strings.Join(urls, ",")
	return drop, nil
}

// start starts a server and waits until it takes connections.
func (f *fleet) start(i int) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(program, append([]string{"node"}, f.nodes[i].Args()...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	f.servers[i] = cmd
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		return fmt.Errorf("%s says %q: %w", f.nodes[i].Name, line, err)
	}
	return nil
}

func (f *fleet) kill(i int) {
	if f.servers[i] == nil {
		return
	}
	_ = f.servers[i].Process.Kill() // it may be gone
	_ = f.servers[i].Wait()
	f.servers[i] = nil
}

func (f *fleet) close() {
	if f.reviving != nil {
		<-f.reviving
	}
	for i := range f.servers {
		f.kill(i)
	}
}

// KillLeader kills the server that leads the stream and brings it back, while
// the others go on. It waits until the one before is back: two of three have to be
// there.
func (f *fleet) KillLeader(ctx context.Context) error {
	if f.reviving != nil {
		if err := <-f.reviving; err != nil {
			return err
		}
	}
	leader, err := f.settled(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(f.nodes, func(n cluster.Node) bool { return n.Name == leader })
	if i < 0 {
		return fmt.Errorf("the stream is led by %q, which is none of ours", leader)
	}
	f.kill(i)
	f.reviving = make(chan error, 1)
	go func() { f.reviving <- f.start(i) }()
	return nil
}

// settled waits until the stream has a leader and all copies are current, and
// returns the leader.
func (f *fleet) settled(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, electing)
	defer cancel()
	conn, err := natsgo.Connect(f.url)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	js, err := jetstream.New(conn)
	if err != nil {
		return "", err
	}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		if s, err := js.Stream(ctx, stream); err == nil {
			if c := s.CachedInfo().Cluster; c != nil && c.Leader != "" && !slices.ContainsFunc(c.Replicas, behind) {
				return c.Leader, nil
			}
		}
		select {
		case <-ctx.Done():
			return "", fmt.Errorf("waiting for a leader of the stream: %w", ctx.Err())
		case <-tick.C:
		}
	}
}

func behind(p *jetstream.PeerInfo) bool { return p.Offline || !p.Current }
