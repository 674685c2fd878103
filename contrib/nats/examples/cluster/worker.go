package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/store/postgres"
	"github.com/clmkit/clmkit/store/sqlite"
)

// shop says where the log and the profiles are.
type shop struct {
	servers  string
	file     string // SQLite
	postgres string // instead of the file, if not ""
}

// store opens the profiles and the leases.
func (s *shop) store(ctx context.Context) (profile.Store, clm.Leases, func(), error) {
	if s.postgres != "" {
		db, err := postgres.Open(ctx, s.postgres, nil)
		if err != nil {
			return nil, nil, nil, err
		}
		return db.Profiles(""), db.Leases(), db.Close, nil
	}
	db, err := sqlite.Open(ctx, s.file, nil)
	if err != nil {
		return nil, nil, nil, err
	}
	return db.Profiles(""), db.Leases(), func() { _ = db.Close() }, nil
}

// work keeps the profiles up to date, as one of several processes, until the
// program that started it ends or kills it.
func (s *shop) work(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // ends with the other program
		stop()
	}()
	conn, events, err := s.log(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	profiles, leases, closeStore, err := s.store(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	var first sync.Once
	err = clm.Run(ctx, events, &clm.RunOptions{
		Poll:     100 * time.Millisecond,
		Leases:   leases,
		Progress: func(int) { first.Do(func() { fmt.Println(atWork) }) },
		Member:   clm.Member{Group: "profiles", TTL: 3 * time.Second},
	}, profile.NewView(profiles, profile.NewFolder(nil, nil)))
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// atWork is what a worker prints after its first batch.
const atWork = "at work"

// A worker is a process that runs [shop.work].
type worker struct {
	cmd    *exec.Cmd
	stdin  io.Closer
	stdout *bufio.Reader
}

func (s *shop) start(ctx context.Context) (*worker, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, program, "-servers", s.servers, "-file", s.file, "-postgres", s.postgres)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return &worker{cmd, stdin, bufio.NewReader(stdout)}, cmd.Start()
}

// killAfter kills the process once it has taken in events.
func (w *worker) killAfter(ctx context.Context, out io.Writer, after <-chan struct{}) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-after:
	}
	if line, err := w.stdout.ReadString('\n'); line != atWork+"\n" {
		return fmt.Errorf("a worker says %q: %w", line, err)
	}
	w.kill()
	_, err := fmt.Fprintln(out, "killed a worker after a third of the events")
	return err
}

// kill kills the process, if it runs.
func (w *worker) kill() {
	if w.cmd.ProcessState == nil {
		_ = w.cmd.Process.Kill()
		_ = w.cmd.Wait() // it was killed
		_ = w.stdin.Close()
	}
}
