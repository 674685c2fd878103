package cluster

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Serve runs one server until ctx ends, as the whole work of a process that can be
// killed. It writes the line "ready" when it takes connections. The arguments are
// those of [Node.Args].
func Serve(ctx context.Context, args []string, w io.Writer) error {
	node, err := parse(args)
	if err != nil {
		return err
	}
	s, err := node.Start()
	if err != nil {
		return err
	}
	defer s.WaitForShutdown()
	defer s.Shutdown()
	if _, err := fmt.Fprintln(w, "ready"); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// Args are the arguments with which [Serve] runs the node.
func (n *Node) Args() []string {
	routes := make([]string, len(n.Routes))
	for i, port := range n.Routes {
		routes[i] = strconv.Itoa(port)
	}
	return []string{
		"-name", n.Name, "-dir", n.Dir, "-client", strconv.Itoa(n.Client),
		"-route", strconv.Itoa(n.Route), "-routes", strings.Join(routes, ","),
	}
}

func parse(args []string) (Node, error) {
	var n Node
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
		return n, fmt.Errorf("cluster: -dir is missing")
	}
	for text := range strings.SplitSeq(*routes, ",") {
		port, err := strconv.Atoi(text)
		if err != nil {
			return n, fmt.Errorf("cluster: -routes: %w", err)
		}
		n.Routes = append(n.Routes, port)
	}
	return n, nil
}
