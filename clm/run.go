package clm

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"
)

// RunOptions are the settings of [Run] and [CatchUp].
type RunOptions struct {
	// BatchSize is the number of events that a view takes in at once.
	// Default: 1000.
	BatchSize int
	// Poll is how long [Run] waits at most before it looks for new events; a
	// log that is a [Notifier] wakes it before. Default: 1 second.
	Poll time.Duration
	// SetAside, if not nil, is called for each event that a view refused,
	// before the view moves past it: at least once, by several goroutines at
	// once. An error ends the run, and the next run offers the event again.
	// Default: refused events are counted, and left to the view to record.
	SetAside func(ctx context.Context, a Aside) error
	// Progress, if not nil, is called after each batch with the number of
	// events that it took in. It is called by several goroutines at once.
	Progress func(events int)
	// Leases, if not nil, shares the partitions with the other processes that
	// run the same views. [CatchUp] does not read it. Default: the process
	// works on all partitions.
	Leases Leases
	// Member says who this process is to Leases. Its Group has to be set, Owner
	// defaults to a random name and TTL to 30 seconds; Slots is not read. The
	// TTL has to be well above the time that a batch takes.
	Member Member
}

func (o *RunOptions) defaults() RunOptions {
	var d RunOptions
	if o != nil {
		d = *o
	}
	if d.BatchSize < 1 {
		d.BatchSize = 1000
	}
	if d.Poll <= 0 {
		d.Poll = time.Second
	}
	if d.Member.Owner == "" {
		d.Member.Owner = rand.Text()
	}
	if d.Member.TTL <= 0 {
		d.Member.TTL = 30 * time.Second
	}
	return d
}

// Run keeps the views up to date with the log until ctx ends, and then returns
// the context's error. It blocks; partitions are worked on in parallel. One
// event that a view refuses is set aside (see [RunOptions.SetAside]) and never
// stops its neighbours; any other error of log, view or leases ends the run.
//
// With [RunOptions.Leases] any number of processes can run the same views. Each
// works on its share of the partitions. Shares are dealt anew when a process
// comes, leaves, or has been silent for its TTL; a process that ends gives its
// share back, and no batch is then left half done.
func Run(ctx context.Context, log Log, o *RunOptions, views ...View) error {
	opts := o.defaults()
	c := newCatcher(log, &opts, views)
	if opts.Leases == nil {
		return c.follow(ctx)
	}
	if opts.Member.Group == "" {
		return fmt.Errorf("clm: run: leases need the name of a group")
	}
	opts.Member.Slots = min(log.Partitions(), MaxSlots)
	return c.share(ctx)
}

// CatchUp brings the views up to what the log held when it was called, and
// returns. It treats refused events and errors as [Run] does.
func CatchUp(ctx context.Context, log Log, o *RunOptions, views ...View) (Caught, error) {
	opts := o.defaults()
	return newCatcher(log, &opts, views).pass(ctx)
}

// Caught is what [CatchUp] did.
type Caught struct {
	Events int // events taken in, summed over the views
	Aside  int // events refused, summed over the views
}
