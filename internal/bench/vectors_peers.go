package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// peerLine is what the program of the peers prints of one of them.
type peerLine struct {
	Method, Filter  string
	Width           int
	Found           [][]int
	BuildCPUSeconds float64 `json:"build_cpu_seconds"`
	CPUSeconds      float64 `json:"cpu_seconds"`
}

// runPeers hands the vectors to the program of the peers, which is a module of its own for this one to need none of
// them. Where it cannot run, because they cannot be fetched say, a line tells.
func (t *vectorsTask) runPeers(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "clmkit-vectors-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	base, asked := filepath.Join(dir, "base.fvecs"), filepath.Join(dir, "queries.fvecs")
	if err := writeVectors(base, t.base); err != nil {
		return err
	}
	if err := writeVectors(asked, t.asked[:min(50, len(t.asked))]); err != nil {
		return err
	}
	if err := t.peerLines(ctx, "-base", base, "-queries", asked, "-k", strconv.Itoa(t.k)); err != nil && ctx.Err() == nil {
		return t.emit(map[string]any{"task": "vectors", "method": "peers", "not_run": err.Error()})
	}
	return ctx.Err()
}

// peerLines runs the program and judges what it prints, line by line.
func (t *vectorsTask) peerLines(ctx context.Context, args ...string) error {
	where, err := exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}", "github.com/clmkit/clmkit/internal/bench").Output()
	if err != nil {
		return fmt.Errorf("where the peers' program is: %w", err)
	}
	cmd := exec.CommandContext(ctx, "go", append([]string{"run", "."}, args...)...)
	cmd.Dir = filepath.Join(strings.TrimSpace(string(where)), "peers")
	var complaint strings.Builder
	cmd.Stderr = &complaint
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	err = t.judgePeers(json.NewDecoder(bufio.NewReader(out)))
	if waited := cmd.Wait(); waited != nil {
		return fmt.Errorf("%w: %s", waited, strings.TrimSpace(complaint.String()))
	}
	return err
}

func (t *vectorsTask) judgePeers(dec *json.Decoder) error {
	for dec.More() {
		var p peerLine
		if err := dec.Decode(&p); err != nil {
			return err
		}
		m := &measured{queries: len(p.Found), cpu: time.Duration(p.CPUSeconds * float64(time.Second))}
		if err := t.judge(p.Filter, p.Found, m); err != nil {
			return err
		}
		line := map[string]any{"method": p.Method, "build_cpu_seconds": p.BuildCPUSeconds}
		if p.Width > 0 {
			line["width"] = p.Width
		}
		if err := t.print(line, m); err != nil {
			return err
		}
	}
	return nil
}
