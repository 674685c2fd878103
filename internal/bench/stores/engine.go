// Package stores measures and tries whole sets of stores, whatever they are made
// of: how many events a second they take in, what is left of them when their
// processes are killed, and what is left of a customer who is erased. The programs
// that use it bring the engines: see internal/bench and contrib/nats/internal/bench.
package stores

import (
	"context"
	"errors"
	"flag"
	"os"
	"os/exec"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/bench/kill"
	"github.com/clmkit/clmkit/vector"
)

// A Shop is every store of one place, as one process has opened them.
type Shop struct {
	kill.Shop
	Vectors   vector.Store
	Exposures clm.Exposures
	// Erase forgets a customer in all stores. Plain deletes rows as a program
	// does that knows nothing of traces: it is the control.
	Erase, Plain func(context.Context, clm.CustomerID) error
}

// An Engine is a kind of stores, and the place where one set of them is.
type Engine interface {
	// Flags adds the flags that say where the place is.
	Flags(*flag.FlagSet)
	// Check says what is wrong with what they say.
	Check() error
	// Settle makes an empty place. The function that it returns removes it.
	Settle(context.Context) (drop func(context.Context) error, err error)
	// Args are the flags by which another process finds the place.
	Args() []string
	// Open opens the stores of the place.
	Open(context.Context) (*Shop, error)
	// Traces gives everything that the place keeps to look, byte by byte.
	Traces(ctx context.Context, look func([]byte)) error
}

// A Leader is an [Engine] with more processes than its writers and readers.
type Leader interface {
	// KillLeader kills the one that leads the others with SIGKILL, and brings
	// it back.
	KillLeader(context.Context) error
}

// A Filer is an [Engine] whose stores are tables of a server: their files may
// hold what the tables do not.
type Filer interface {
	// Files gives the bytes of the tables' files to look, after what the store
	// does against traces, unless plain is set. It reports false where they
	// cannot be read.
	Files(ctx context.Context, plain bool, look func([]byte)) (bool, error)
}

// Emit prints one result.
type Emit func(result map[string]any) error

// open opens the stores at an empty place.
func open(ctx context.Context, e Engine) (*Shop, func(context.Context) error, error) {
	drop, err := e.Settle(ctx)
	if err != nil {
		return nil, nil, err
	}
	shop, err := e.Open(ctx)
	if err != nil {
		return nil, nil, errors.Join(err, drop(ctx))
	}
	return shop, drop, nil
}

// again is the command that starts this program once more, with a task.
func again(task string, args ...string) *exec.Cmd {
	program, err := os.Executable()
	if err != nil {
		program = os.Args[0]
	}
	return exec.Command(program, append([]string{task}, args...)...)
}
