package kill

import (
	"context"
	"io"
	"os/exec"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/traffic"
	"github.com/clmkit/clmkit/profile"
)

// A Shop is what the processes share, as one of them has opened it.
type Shop struct {
	Log      clm.Log
	Profiles profile.Store
	// Position is a second, empty store, for the control of [Trial.Apart].
	Position profile.Store
	Leases   clm.Leases
	Close    func() error
}

// A Trial is one run: how many events, how many deaths, of what.
type Trial struct {
	// Open opens the shop; each process calls it once.
	Open func(ctx context.Context) (*Shop, error)
	// Command makes the command that plays a role in a process of its own. The
	// roles are "reader" and "writer"; the writer's next argument says where to
	// go on.
	Command func(role string, args ...string) *exec.Cmd
	// Leader, if not nil, kills what is neither writer nor reader, such as the
	// leader of a cluster, and brings it back. Every third death is one.
	Leader func(ctx context.Context) error

	Events    int
	Customers int
	Kills     int
	Stalls    int // readers that are stopped for longer than their lease
	Seed      uint64
	// Apart is the control: readers keep their position apart from what they
	// fold, in a transaction of its own.
	Apart bool
	// Log takes what the processes say on standard error.
	Errors io.Writer
	// Progress is called with the number of events that were written or read.
	Progress func(n int)
}

const (
	chunkSize = 5000 // events that are made at once
	lanes     = 4    // appends that the writer has under way at the same time
	readers   = 2
	// ttl is the lease of a reader: what it held is idle for so long after
	// its death.
	ttl = time.Second
)

func (t *Trial) chunks() int { return (t.Events + chunkSize - 1) / chunkSize }

// chunk makes the events of a chunk. A process that takes over in the middle
// need not make what came before.
func (t *Trial) chunk(i int) []clm.Event {
	first := i * chunkSize
	o := traffic.Options{Seed: t.Seed, Customers: t.Customers, First: first}
	return slices.Collect(traffic.Events(o, min(chunkSize, t.Events-first)))
}

// lane returns the events of a chunk that one lane appends: all of some
// customers.
func (t *Trial) lane(chunk, lane int) []clm.Event {
	return slices.DeleteFunc(t.chunk(chunk), func(e clm.Event) bool {
		return clm.PartitionOf(e.Customer, lanes) != lane
	})
}
