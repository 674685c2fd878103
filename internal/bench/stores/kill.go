package stores

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"

	"github.com/clmkit/clmkit/internal/bench/kill"
	"github.com/clmkit/clmkit/internal/progress"
)

// killOptions are what the command line of kill says.
type killOptions struct {
	Engine
	events  int
	people  int
	kills   int
	stalls  int
	seed    uint64
	control string
	play    string
}

// Sizes are the default numbers of events and of processes to kill.
type Sizes struct{ Events, Kills int }

// Kill kills writers and readers while events flow, and the leader of a cluster,
// and prints what that did to the log and the profiles.
func Kill(ctx context.Context, args []string, e Engine, size Sizes, emit Emit) (err error) {
	o, rest, err := parseKill(args, e, size)
	if err != nil {
		return err
	}
	if o.play != "" {
		return o.trial(nil).Play(ctx, o.play, rest, os.Stdout)
	}
	drop, err := o.Settle(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, drop(context.WithoutCancel(ctx))) }()
	meter := progress.New(os.Stderr)
	meter.Start("writing and reading", int64(2*o.events))
	result, err := o.trial(meter.Add).Run(ctx)
	meter.Done()
	if err != nil {
		return err
	}
	return emit(map[string]any{
		"task": "kill", "control": o.control, "events": result.Events, "customers": o.people,
		"killed": result.Killed, "stalled": result.Stalled, "failed": result.Failed, "lost": result.Lost,
		"doubled": result.Doubled, "foreign": result.Foreign, "out_of_order": result.OutOfOrder,
		"wrong_profiles": result.Profiles, "seconds": result.Took.Seconds(),
	})
}

func parseKill(args []string, e Engine, size Sizes) (*killOptions, []string, error) {
	o := killOptions{Engine: e}
	flags := flag.NewFlagSet("kill", flag.ContinueOnError)
	e.Flags(flags)
	flags.IntVar(&o.events, "events", size.Events, "number of events")
	flags.IntVar(&o.people, "customers", 0, "number of customers; default: a tenth of the events")
	flags.IntVar(&o.kills, "kills", size.Kills, "number of processes to kill")
	flags.IntVar(&o.stalls, "stalls", -1, "number of readers to stop for longer than their lease; default: a tenth of the kills")
	flags.Uint64Var(&o.seed, "seed", 1, "seed of the events and of the deaths")
	flags.StringVar(&o.control, "control", "", "apart: keep the readers' position apart from what they fold")
	flags.StringVar(&o.play, "play", "", "role of a process that is to be killed; the command starts itself with it")
	if err := flags.Parse(args); err != nil {
		return nil, nil, err
	}
	if o.control != "" && o.control != "apart" {
		return nil, nil, fmt.Errorf("kill: unknown -control %q", o.control)
	}
	if o.events < 1 || o.kills < 0 {
		return nil, nil, fmt.Errorf("kill: %d events and %d kills", o.events, o.kills)
	}
	if o.people < 1 {
		o.people = max(1, o.events/10)
	}
	if o.stalls < 0 {
		o.stalls = o.kills / 10
	}
	return &o, flags.Args(), o.Check()
}

func (o *killOptions) trial(progress func(int)) *kill.Trial {
	t := &kill.Trial{
		Open: o.open, Command: o.command,
		Events: o.events, Customers: o.people, Kills: o.kills, Stalls: o.stalls, Seed: o.seed,
		Apart: o.control == "apart", Errors: os.Stderr, Progress: progress,
	}
	if l, ok := o.Engine.(Leader); ok {
		t.Leader = l.KillLeader
	}
	return t
}

func (o *killOptions) open(ctx context.Context) (*kill.Shop, error) {
	shop, err := o.Open(ctx)
	if err != nil {
		return nil, err
	}
	return &shop.Shop, nil
}

// command starts this program as one of the processes.
func (o *killOptions) command(role string, args ...string) *exec.Cmd {
	return again("kill", slices.Concat(o.Args(), []string{
		"-events", strconv.Itoa(o.events), "-customers", strconv.Itoa(o.people),
		"-seed", strconv.FormatUint(o.seed, 10), "-control", o.control, "-play", role,
	}, args)...)
}
