package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strconv"

	"github.com/clmkit/clmkit/internal/kill"
	"github.com/clmkit/clmkit/internal/progress"
)

// killOptions are what the command line of kill says.
type killOptions struct {
	place
	events  int
	people  int
	kills   int
	stalls  int
	seed    uint64
	control string
	play    string
}

// runKill kills writers and readers while events flow, and the leader of a
// cluster, and prints what that did to the log and the profiles.
func runKill(ctx context.Context, args []string, emit emitter) (err error) {
	o, rest, err := parseKill(args)
	if err != nil {
		return err
	}
	if o.engine == "nats" {
		return elsewhere(ctx, "kill", args)
	}
	if o.play != "" {
		return o.trial(nil).Play(ctx, o.play, rest, os.Stdout)
	}
	drop, err := o.settle(ctx)
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
		"task": "kill", "engine": o.engine, "control": o.control, "events": result.Events, "customers": o.people,
		"killed": result.Killed, "stalled": result.Stalled, "failed": result.Failed, "lost": result.Lost,
		"doubled": result.Doubled, "foreign": result.Foreign, "out_of_order": result.OutOfOrder,
		"wrong_profiles": result.Profiles, "seconds": result.Took.Seconds(),
	})
}

func parseKill(args []string) (*killOptions, []string, error) {
	var o killOptions
	flags := flag.NewFlagSet("kill", flag.ContinueOnError)
	o.place.flags(flags)
	flags.IntVar(&o.events, "events", 0, "number of events; default: 1,000,000 of sqlite, 300,000 of the others")
	flags.IntVar(&o.people, "customers", 0, "number of customers; default: a tenth of the events")
	flags.IntVar(&o.kills, "kills", 0, "number of processes to kill; default: 500 of sqlite, 50 of postgres, 20 of nats")
	flags.IntVar(&o.stalls, "stalls", -1, "number of readers to stop for longer than their lease; default: a tenth of the kills")
	flags.Uint64Var(&o.seed, "seed", 1, "seed of the events and of the deaths")
	flags.StringVar(&o.control, "control", "", "apart: keep the readers' position apart from what they fold")
	flags.StringVar(&o.play, "play", "", "role of a process that is to be killed; the command starts itself with it")
	flags.StringVar(&o.at, "at", "", "where that process finds the shop")
	if err := flags.Parse(args); err != nil {
		return nil, nil, err
	}
	if o.control != "" && o.control != "apart" {
		return nil, nil, fmt.Errorf("kill: unknown -control %q", o.control)
	}
	size := map[string][2]int{"sqlite": {1_000_000, 500}, "postgres": {300_000, 50}, "nats": {300_000, 20}}[o.engine]
	o.events, o.kills = orDefault(o.events, size[0]), orDefault(o.kills, size[1])
	o.people = orDefault(o.people, max(1, o.events/10))
	if o.stalls < 0 {
		o.stalls = o.kills / 10
	}
	return &o, flags.Args(), o.check()
}

func orDefault(n, fallback int) int {
	if n <= 0 {
		return fallback
	}
	return n
}

func (o *killOptions) trial(progress func(int)) *kill.Trial {
	return &kill.Trial{
		Open: o.open, Command: o.command,
		Events: o.events, Customers: o.people, Kills: o.kills, Stalls: o.stalls, Seed: o.seed,
		Apart: o.control == "apart", Errors: os.Stderr, Progress: progress,
	}
}

// command starts this program as one of the processes.
func (o *killOptions) command(role string, args ...string) *exec.Cmd {
	program, err := os.Executable()
	if err != nil {
		program = os.Args[0]
	}
	all := []string{
		"kill", "-engine", o.engine, "-events", strconv.Itoa(o.events), "-customers", strconv.Itoa(o.people),
		"-seed", strconv.FormatUint(o.seed, 10), "-control", o.control, "-at", o.at, "-play", role,
	}
	return exec.Command(program, append(all, args...)...)
}
