// Command bench measures and tries clm.Log on JetStream: the tasks kill, ingest
// and erase of the repository's internal/bench with -engine nats. Each runs a
// cluster of three servers, as processes that can be killed, with the profiles in a
// SQLite file beside it.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"

	"github.com/clmkit/clmkit/contrib/nats/internal/cluster"
	"github.com/clmkit/clmkit/internal/bench/stores"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("which task? one of: erase, ingest, kill")
	}
	out := json.NewEncoder(os.Stdout)
	emit := func(result map[string]any) error {
		result["engine"] = "nats"
		return out.Encode(result)
	}
	task, args := args[0], args[1:]
	switch task {
	case "erase":
		return stores.Erase(ctx, args, &fleet{}, emit)
	case "ingest":
		return stores.Ingest(ctx, args, &fleet{}, emit)
	case "kill":
		return stores.Kill(ctx, args, &fleet{}, stores.Sizes{Events: 300_000, Kills: 20}, emit)
	case "node":
		return cluster.Serve(ctx, args, os.Stdout)
	}
	return fmt.Errorf("unknown task %q; one of: erase, ingest, kill", task)
}
