package cluster

import (
	"fmt"
	"net"
	"net/url"
	"strconv"

	"github.com/nats-io/nats-server/v2/server"
)

// host is where the nodes listen: they are nobody else's business.
const host = "127.0.0.1"

// clusterName is the name that the nodes know each other by.
const clusterName = "clmkit"

// A Node says how one server of a cluster is started.
type Node struct {
	Name   string
	Dir    string // where its JetStream files are
	Client int    // port for clients
	Route  int    // port for the other nodes
	Routes []int  // Route of every node of the cluster
	// MaxPayload is the largest message that it takes, in bytes. Default: the
	// server's own, 1 MB.
	MaxPayload int32
}

// Options returns the server's options. Signals are the program's, not the
// server's, and it logs nothing.
func (n *Node) Options() *server.Options {
	o := &server.Options{
		ServerName: n.Name,
		Host:       host, Port: n.Client,
		Cluster:   server.ClusterOpts{Name: clusterName, Host: host, Port: n.Route},
		JetStream: true, StoreDir: n.Dir,
		MaxPayload: n.MaxPayload,
		NoSigs:     true, NoLog: true,
	}
	for _, port := range n.Routes {
		if port != n.Route {
			o.Routes = append(o.Routes, &url.URL{Scheme: "nats", Host: net.JoinHostPort(host, strconv.Itoa(port))})
		}
	}
	return o
}

// URL is the node's address for clients.
func (n *Node) URL() string { return fmt.Sprintf("nats://%s:%d", host, n.Client) }

// Nodes describes a cluster, one node for each directory, on ports that are
// free at the moment.
func Nodes(dirs ...string) ([]Node, error) {
	ports, err := freePorts(2 * len(dirs))
	if err != nil {
		return nil, err
	}
	nodes := make([]Node, len(dirs))
	routes := ports[len(dirs):]
	for i, dir := range dirs {
		nodes[i] = Node{Name: fmt.Sprintf("node-%d", i), Dir: dir, Client: ports[i], Route: routes[i], Routes: routes}
	}
	return nodes, nil
}

func freePorts(n int) ([]int, error) {
	ports := make([]int, n)
	for i := range ports {
		l, err := net.Listen("tcp", host+":0")
		if err != nil {
			return nil, fmt.Errorf("cluster: %w", err)
		}
		defer l.Close() // not before all are chosen, so that they differ
		ports[i] = l.Addr().(*net.TCPAddr).Port
	}
	return ports, nil
}
