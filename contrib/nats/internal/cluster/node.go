package cluster

import (
	"fmt"
	"net"
	"net/url"
	"os"
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
	Routes []int  // Route of every node of the cluster; one alone is no cluster
}

// Start starts the node's server and waits until it takes connections. It makes
// the folder. Signals are the program's, not the server's, and it logs nothing.
func (n *Node) Start() (*server.Server, error) {
	if err := os.MkdirAll(n.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("cluster: %s: %w", n.Name, err)
	}
	s, err := server.NewServer(n.options())
	if err != nil {
		return nil, fmt.Errorf("cluster: %s: %w", n.Name, err)
	}
	s.Start()
	if !s.ReadyForConnections(starting) {
		s.Shutdown()
		s.WaitForShutdown()
		return nil, fmt.Errorf("cluster: %s takes no connections", n.Name)
	}
	return s, nil
}

func (n *Node) options() *server.Options {
	o := &server.Options{
		ServerName: n.Name,
		Host:       host, Port: n.Client,
		JetStream: true, StoreDir: n.Dir,
		NoSigs: true, NoLog: true,
	}
	if len(n.Routes) > 1 {
		o.Cluster = server.ClusterOpts{Name: clusterName, Host: host, Port: n.Route}
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
