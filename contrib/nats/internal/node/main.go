// Command node runs one server of a JetStream cluster until it is told or killed
// to end: the kind of death that a server inside the program cannot die.
//
//	node -name node-0 -dir /tmp/n0 -client 4222 -route 6222 -routes 6222,6223,6224
//
// It prints "ready" when it takes connections, and its error otherwise.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/clmkit/clmkit/contrib/nats/internal/cluster"
	"github.com/nats-io/nats-server/v2/server"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "node:", err)
		os.Exit(1)
	}
}

// run runs the server until ctx ends.
func run(ctx context.Context, args []string, w io.Writer) error {
	node, err := parse(args)
	if err != nil {
		return err
	}
	s, err := server.NewServer(node.Options())
	if err != nil {
		return err
	}
	s.Start()
	defer s.WaitForShutdown()
	defer s.Shutdown()
	if !s.ReadyForConnections(30 * time.Second) {
		return fmt.Errorf("%s takes no connections", node.Name)
	}
	fmt.Fprintln(w, "ready")
	<-ctx.Done()
	return nil
}

func parse(args []string) (cluster.Node, error) {
	var n cluster.Node
	flags := flag.NewFlagSet("node", flag.ContinueOnError)
	flags.StringVar(&n.Name, "name", "node-0", "name of the server")
	flags.StringVar(&n.Dir, "dir", "", "folder of its files")
	flags.IntVar(&n.Client, "client", 4222, "port for clients")
	flags.IntVar(&n.Route, "route", 6222, "port for the other nodes")
	routes := flags.String("routes", "6222", "ports that the nodes of the cluster have for each other, with commas")
	if err := flags.Parse(args); err != nil {
		return n, err
	}
	if n.Dir == "" {
		return n, fmt.Errorf("-dir is missing")
	}
	for text := range strings.SplitSeq(*routes, ",") {
		port, err := strconv.Atoi(text)
		if err != nil {
			return n, fmt.Errorf("-routes: %w", err)
		}
		n.Routes = append(n.Routes, port)
	}
	return n, nil
}
