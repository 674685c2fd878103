package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"github.com/clmkit/clmkit/internal/kill"
	"github.com/clmkit/clmkit/internal/pgtest"
	"github.com/clmkit/clmkit/store/sqlite"
)

// A place is where a measurement keeps its shop.
type place struct {
	engine string
	dir    string // of folders that are made and removed; "" is the system's
	server string // URL of a PostgreSQL server
	at     string // a folder, or the URL of a database
}

func (p *place) flags(flags *flag.FlagSet) {
	flags.StringVar(&p.engine, "engine", "sqlite", "sqlite, postgres or nats")
	flags.StringVar(&p.dir, "dir", "", "`folder` for the files of sqlite and nats; default: the system's temporary one")
	flags.StringVar(&p.server, "postgres", os.Getenv(pgtest.Variable), "`URL` of a PostgreSQL server that may be filled with a database")
}

func (p *place) check() error {
	switch {
	case p.engine != "sqlite" && p.engine != "postgres" && p.engine != "nats":
		return fmt.Errorf("unknown -engine %q", p.engine)
	case p.engine == "postgres" && p.server == "" && p.at == "":
		return errors.New("-engine postgres needs -postgres; internal/pgtest/provision.sh go run ./internal/bench ... starts a server")
	}
	return nil
}

// settle makes an empty place. The function that it returns removes it.
func (p *place) settle(ctx context.Context) (drop func(context.Context) error, err error) {
	if p.engine == "postgres" {
		p.at, drop, err = pgtest.Create(ctx, p.server)
		return drop, err
	}
	at, err := os.MkdirTemp(p.dir, "clmkit-bench-")
	p.at = at
	return func(context.Context) error { return os.RemoveAll(at) }, err
}

// open opens the shop that is kept at the place.
func (p *place) open(ctx context.Context) (*kill.Shop, error) {
	if p.engine == "postgres" {
		return openPostgres(ctx, p.at)
	}
	db, err := sqlite.Open(ctx, filepath.Join(p.at, "shop.db"), nil)
	if err != nil {
		return nil, err
	}
	return &kill.Shop{Log: db.Log(), Profiles: db.Profiles(""), Position: db.Profiles("position"), Leases: db.Leases(), Close: db.Close}, nil
}

// empty opens a shop at an empty place.
func (p *place) empty(ctx context.Context) (*kill.Shop, func(context.Context) error, error) {
	drop, err := p.settle(ctx)
	if err != nil {
		return nil, nil, err
	}
	shop, err := p.open(ctx)
	if err != nil {
		return nil, nil, errors.Join(err, drop(ctx))
	}
	return shop, drop, nil
}

// elsewhere runs a task in the module of contrib/nats, whose dependencies this
// module does not have.
func elsewhere(ctx context.Context, task string, args []string) error {
	root, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return fmt.Errorf("%s of nats: find the repository: %w", task, err)
	}
	cmd := exec.CommandContext(ctx, "go", append([]string{"run", "./internal/bench", task}, args...)...)
	cmd.Dir = filepath.Join(strings.TrimSpace(string(root)), "contrib", "nats")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	return cmd.Run()
}

// peakMemory returns the largest amount of memory that the process had, in MB,
// whatever it was for.
func peakMemory() int {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return int(usage.Maxrss >> 20) // bytes there, kilobytes elsewhere
	}
	return int(usage.Maxrss >> 10)
}
