// Command cluster runs the loop on three JetStream servers and two workers, kills
// one of each while events flow, and compares the profiles with the oracle: the
// same events folded in memory.
//
//	go run ./examples/cluster                                  # profiles in SQLite
//	go run ./examples/cluster -postgres postgres://localhost/shop
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/contrib/nats"
	"github.com/clmkit/clmkit/contrib/nats/internal/cluster"
	natsgo "github.com/nats-io/nats.go"
	"golang.org/x/sync/errgroup"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var s shop
	n := flag.Int("events", 60_000, "`number` of events")
	flag.StringVar(&s.postgres, "postgres", "", "`URL` of a PostgreSQL for the profiles; default: a SQLite file")
	flag.StringVar(&s.file, "file", "", "SQLite file; the command starts its workers with it")
	flag.StringVar(&s.servers, "servers", "", "servers of a cluster; the command starts its workers with it")
	flag.Parse()
	task := func() error { return run(ctx, os.Stdout, s, *n) }
	if s.servers != "" {
		task = func() error { return s.work(ctx) }
	}
	if err := task(); err != nil {
		log.Fatal(err)
	}
}

// run starts everything, lets things die, and reports.
func run(ctx context.Context, w io.Writer, s shop, n int) error {
	dir, err := os.MkdirTemp("", "clmkit-cluster-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	servers, err := cluster.Start(ctx, filepath.Join(dir, "0"), filepath.Join(dir, "1"), filepath.Join(dir, "2"))
	if err != nil {
		return err
	}
	defer servers.Close()
	s.servers, s.file = servers.URL(), filepath.Join(dir, "shop.db")
	conn, events, err := s.log(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	profiles, _, closeStore, err := s.store(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	var workers [2]*worker
	for i := range workers {
		if workers[i], err = s.start(ctx); err != nil {
			return err
		}
		defer workers[i].kill()
	}
	fmt.Fprintf(w, "3 servers, 2 workers, %d events\n", n)

	all, third, twoThirds := history(n), make(chan struct{}), make(chan struct{})
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return produce(ctx, events, all, third, twoThirds) })
	group.Go(func() error { return workers[0].killAfter(ctx, w, third) })
	group.Go(func() error { return stopAfter(ctx, w, servers, twoThirds) })
	if err := group.Wait(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	if err := caughtUp(ctx, events, profiles); err != nil {
		return err
	}
	return report(ctx, w, all, profiles)
}

// produce appends events in batches, each twice, as a producer does that did not
// hear the first answer. It tells when it is a third and two thirds through.
func produce(ctx context.Context, l clm.Log, events []clm.Event, third, twoThirds chan<- struct{}) error {
	for i := 0; i < len(events); i += batch {
		if i == len(events)/3/batch*batch {
			close(third)
		}
		if i == 2*len(events)/3/batch*batch {
			close(twoThirds)
		}
		b := events[i:min(i+batch, len(events))]
		for range 2 {
			if err := l.Append(ctx, b...); err != nil {
				return err
			}
		}
	}
	return nil
}

// stopAfter stops the leader of the stream.
func stopAfter(ctx context.Context, w io.Writer, servers *cluster.Cluster, after <-chan struct{}) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-after:
	}
	leader, err := servers.Leader(ctx, streamName)
	if err != nil {
		return err
	}
	servers.Stop(leader)
	_, err = fmt.Fprintln(w, "stopped the leader of the stream after two thirds of the events")
	return err
}

const streamName = "shop"

// log connects to the servers and opens the log.
func (s *shop) log(ctx context.Context) (*natsgo.Conn, *nats.Log, error) {
	conn, err := natsgo.Connect(s.servers, natsgo.MaxReconnects(-1), natsgo.ReconnectWait(100*time.Millisecond))
	if err != nil {
		return nil, nil, err
	}
	l, err := nats.Open(ctx, conn, &nats.Options{Stream: streamName})
	return conn, l, err
}
