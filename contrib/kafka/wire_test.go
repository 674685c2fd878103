package kafka_test

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"sync"
	"sync/atomic"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// wire makes connections that lose answers: the broker acts on a request, and
// the client never learns it.
type wire struct {
	key  atomic.Int32 // kind of request whose answers are lost; -1 for none
	lost atomic.Int32
}

func newWire() *wire {
	w := &wire{}
	w.key.Store(-1)
	return w
}

func (w *wire) lose(key kmsg.Key) { w.key.Store(int32(key)) }
func (w *wire) mend()             { w.key.Store(-1) }

func (w *wire) option() kgo.Opt {
	return kgo.Dialer(func(ctx context.Context, network, host string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, host)
		if err != nil {
			return nil, err
		}
		return &lossy{Conn: conn, wire: w}, nil
	})
}

// lossy is a connection. The client writes each request whole: size, key.
type lossy struct {
	net.Conn
	wire *wire
	mu   sync.Mutex
	bad  bool
}

func (c *lossy) Write(b []byte) (int, error) {
	if len(b) >= 6 && int32(binary.BigEndian.Uint16(b[4:])) == c.wire.key.Load() {
		c.mu.Lock()
		c.bad = true
		c.mu.Unlock()
	}
	return c.Conn.Write(b)
}

// Read waits for the answer, so that the broker has acted, and withholds it.
func (c *lossy) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil && c.bad {
		c.wire.lost.Add(1)
		c.Conn.Close()
		return 0, errors.New("the connection broke")
	}
	return n, err
}
