package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/clmkit/clmkit/internal/bench/stores"
)

// The tasks about stores are those of package stores, with the engine that
// -engine names: sqlite, which is the default, postgres or nats.

func runKill(ctx context.Context, args []string, emit emitter) error {
	sizes := map[string]stores.Sizes{"sqlite": {Events: 1_000_000, Kills: 500}, "postgres": {Events: 300_000, Kills: 50}}
	return withEngine(ctx, "kill", args, emit, func(name string, rest []string, e stores.Engine, emit stores.Emit) error {
		return stores.Kill(ctx, rest, e, sizes[name], emit)
	})
}

func runIngest(ctx context.Context, args []string, emit emitter) error {
	return withEngine(ctx, "ingest", args, emit, func(_ string, rest []string, e stores.Engine, emit stores.Emit) error {
		return stores.Ingest(ctx, rest, e, emit)
	})
}

func runErase(ctx context.Context, args []string, emit emitter) error {
	return withEngine(ctx, "erase", args, emit, func(_ string, rest []string, e stores.Engine, emit stores.Emit) error {
		return stores.Erase(ctx, rest, e, emit)
	})
}

// withEngine runs a task with the engine that the arguments name, whose name is
// part of each result.
func withEngine(ctx context.Context, name string, args []string, emit emitter, run func(string, []string, stores.Engine, stores.Emit) error) error {
	kind, rest := engineOf(args)
	var e stores.Engine
	switch kind {
	case "sqlite":
		e = &folder{}
	case "postgres":
		e = &database{}
	case "nats":
		return elsewhere(ctx, name, rest)
	default:
		return fmt.Errorf("%s: unknown -engine %q", name, kind)
	}
	return run(kind, rest, e, func(result map[string]any) error {
		result["engine"] = kind
		return emit(result)
	})
}

// engineOf takes -engine out of the arguments: which flags there are depends on
// it.
func engineOf(args []string) (kind string, rest []string) {
	for i, arg := range args {
		name, value, inline := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		if name != "engine" || arg == name {
			continue
		}
		if inline {
			return value, slices.Concat(args[:i], args[i+1:])
		}
		if i+1 < len(args) {
			return args[i+1], slices.Concat(args[:i], args[i+2:])
		}
	}
	return "sqlite", args
}

// elsewhere runs a task in the module of contrib/nats, whose dependencies this
// module does not have.
func elsewhere(ctx context.Context, name string, args []string) error {
	root, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return fmt.Errorf("%s of nats: find the repository: %w", name, err)
	}
	cmd := exec.CommandContext(ctx, "go", append([]string{"run", "./internal/bench", name}, args...)...)
	cmd.Dir = filepath.Join(strings.TrimSpace(string(root)), "contrib", "nats")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	return cmd.Run()
}
