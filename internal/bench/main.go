// Command bench measures clmkit against baselines on data that the caller
// names. It prints one JSON object per line and never trains on the rows that
// it scores.
//
//	go run ./internal/bench TASK -flags
//	go run ./internal/bench TASK -h
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"
)

// A task reads its flags from args and prints its results with emit.
type task func(ctx context.Context, args []string, emit emitter) error

func tasks() map[string]task {
	return map[string]task{
		"churn":     runChurn,
		"erase":     runErase,
		"faults":    runFaults,
		"ingest":    runIngest,
		"kill":      runKill,
		"lists":     runLists,
		"pii":       runPII,
		"powercut":  runPowercut,
		"recommend": runRecommend,
		"sentiment": runSentiment,
		"vectors":   runVectors,
	}
}

// An emitter prints one result: a flat object whose keys are sorted.
type emitter func(result map[string]any) error

func newEmitter(w io.Writer) emitter {
	enc := json.NewEncoder(w)
	return func(result map[string]any) error { return enc.Encode(result) }
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, w io.Writer) error {
	known := strings.Join(slices.Sorted(maps.Keys(tasks())), ", ")
	if len(args) == 0 {
		return fmt.Errorf("which task? one of: %s", known)
	}
	t, ok := tasks()[args[0]]
	if !ok {
		return fmt.Errorf("unknown task %q; one of: %s", args[0], known)
	}
	return t(ctx, args[1:], newEmitter(w))
}
