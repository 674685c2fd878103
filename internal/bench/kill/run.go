package kill

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"syscall"
	"time"
)

// A Result is what a trial came to.
type Result struct {
	Findings
	Events int `json:"events"` // sent and acknowledged
	// Killed counts the processes that were killed, by role, Stalled the
	// readers that were stopped, and Failed the processes that ended with an
	// error of their own and were started again.
	Killed  map[string]int `json:"killed"`
	Stalled int            `json:"stalled"`
	Failed  int            `json:"failed"`
	Took    time.Duration  `json:"-"`
}

// patience is how long a trial waits without any progress.
const patience = 2 * time.Minute

// Run plays the trial. The shop has to be empty.
func (t *Trial) Run(ctx context.Context) (result *Result, err error) {
	begin := time.Now()
	ctx, cancel := context.WithCancel(ctx)
	shop, err := t.Open(ctx)
	if err != nil {
		cancel()
		return nil, err
	}
	s := &stage{
		Trial: t, shop: shop, lines: make(chan string, 100),
		random: rand.New(rand.NewPCG(t.Seed, 0x6b69_6c6c)),
		result: Result{Events: t.Events, Killed: map[string]int{}},
	}
	defer func() {
		cancel()
		s.clear()
		err = errors.Join(err, shop.Close())
	}()
	if err := s.play(ctx); err != nil {
		return nil, err
	}
	s.result.Findings, err = t.check(ctx, shop)
	s.result.Took = time.Since(begin)
	return &s.result, err
}

// stage is a trial under way.
type stage struct {
	*Trial
	shop   *Shop
	lines  chan string
	random *rand.Rand
	result Result

	writer  *process // nil when everything is written
	readers [readers]*process
	acked   progress
	wrote   int
	read    int
	deaths  int
}

// play lets the processes work until everything is written and read.
func (s *stage) play(ctx context.Context) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	last := time.Now()
	for {
		if err := s.revive(ctx); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case line := <-s.lines:
			last = time.Now()
			if err := s.hear(line); err != nil {
				return err
			}
		case <-tick.C:
			if time.Since(last) > patience {
				return fmt.Errorf("kill: no progress for %s: %d of %d written, %d read", patience, s.wrote, s.Events, s.read)
			}
			done, err := s.finished(ctx)
			if err != nil || done {
				return errors.Join(err, s.dismiss())
			}
		}
		if err := s.strike(ctx); err != nil {
			return err
		}
	}
}

// hear notes what a process reports.
func (s *stage) hear(line string) error {
	var lane, n int
	var at place
	if _, err := fmt.Sscanf(line, "read %d", &n); err == nil {
		s.read += n
		s.note(n)
		return nil
	}
	if _, err := fmt.Sscanf(line, "wrote %d %d %d %d", &lane, &at.chunk, &at.done, &n); err != nil || lane < 0 || lane >= lanes {
		return fmt.Errorf("kill: a process reports %q", line)
	}
	s.acked[lane] = at
	s.wrote += n
	s.note(n)
	return nil
}

func (s *stage) note(n int) {
	if s.Progress != nil {
		s.Progress(n)
	}
}

// written reports whether all lanes are acknowledged to the end.
func (s *stage) written() bool {
	for _, at := range s.acked {
		if at.chunk < s.chunks() {
			return false
		}
	}
	return true
}

// revive starts the processes that are missing. What a dead writer did not
// report is sent again.
func (s *stage) revive(ctx context.Context) error {
	if s.writer != nil && s.writer.over() && len(s.lines) == 0 {
		if err := s.bury(s.writer); err != nil {
			return err
		}
		s.writer = nil
	}
	if s.writer == nil && !s.written() {
		p, err := s.start(ctx, "writer", s.lines, s.acked.String())
		if err != nil {
			return err
		}
		s.writer = p
	}
	for i, p := range s.readers {
		if p != nil && !p.over() {
			continue
		}
		if p != nil {
			if err := s.bury(p); err != nil {
				return err
			}
		}
		p, err := s.start(ctx, "reader", s.lines)
		if err != nil {
			return err
		}
		s.readers[i] = p
	}
	return nil
}

// maxFailed is the number of processes that may fail by themselves in a trial
// that kills leaders; without leaders none may.
const maxFailed = 200

// bury counts a process that ended by itself, with an error.
func (s *stage) bury(p *process) error {
	if p.err == nil || p.killed() {
		return nil
	}
	s.result.Failed++
	if s.Leader == nil || s.result.Failed > maxFailed {
		return fmt.Errorf("kill: a %s ended by itself: %w", p.role, p.err)
	}
	return nil
}

// strike kills or stops somebody when it is time to: deaths are spread evenly
// over what is written and read.
func (s *stage) strike(ctx context.Context) error {
	total := s.Kills + s.Stalls
	if s.deaths >= total || (s.wrote+s.read)*(total+1) < 2*s.Events*(s.deaths+1)*9/10 {
		return nil
	}
	s.deaths++
	time.Sleep(time.Duration(s.random.IntN(10_000)) * time.Microsecond) // from an acknowledgement into the next batch
	if s.Stalls > 0 && s.deaths%(total/s.Stalls) == 0 {
		s.result.Stalled++
		return s.stall(s.readers[s.random.IntN(readers)])
	}
	if s.Leader != nil && s.deaths%3 == 0 {
		s.result.Killed["leader"]++
		return s.Leader(ctx)
	}
	victim := s.readers[s.random.IntN(readers)]
	if s.writer != nil && !s.Apart && s.random.IntN(4) > 0 { // it is done sooner than the readers
		victim = s.writer
	}
	s.result.Killed[victim.role]++
	return errors.Join(victim.signal(syscall.SIGKILL), s.await(victim))
}

// await waits until a process is gone, and hears what the others report
// meanwhile.
func (s *stage) await(p *process) error {
	for {
		select {
		case <-p.ended:
			return nil
		case line := <-s.lines:
			if err := s.hear(line); err != nil {
				return err
			}
		}
	}
}

// stall stops a process for longer than its lease, and lets it go on.
func (s *stage) stall(p *process) error {
	if err := p.signal(syscall.SIGSTOP); err != nil {
		return err
	}
	time.AfterFunc(ttl*3/2, func() { _ = p.signal(syscall.SIGCONT) })
	return nil
}

// finished reports whether everything is written, everybody has died who is to
// die, and the profiles have seen it all.
func (s *stage) finished(ctx context.Context) (bool, error) {
	if !s.written() {
		return false, nil
	}
	position := s.shop.Profiles
	if s.Apart {
		position = s.shop.Position
	}
	for partition := range s.shop.Log.Partitions() {
		mark, err := position.Mark(ctx, partition)
		if err != nil {
			return false, err
		}
		for _, err := range s.shop.Log.Read(ctx, partition, mark.Position) {
			return false, err
		}
	}
	return true, nil
}

// dismiss ends the processes as a host does, and waits for them.
func (s *stage) dismiss() error {
	var errs []error
	for _, p := range s.all() {
		errs = append(errs, p.signal(syscall.SIGCONT), p.signal(os.Interrupt), s.await(p))
		if p.err != nil && !p.killed() {
			errs = append(errs, fmt.Errorf("kill: a %s that was told to stop: %w", p.role, p.err))
		}
	}
	s.writer, s.readers = nil, [readers]*process{}
	return errors.Join(errs...)
}

// clear kills what is left after an error.
func (s *stage) clear() {
	for _, p := range s.all() {
		_ = p.signal(syscall.SIGKILL)
		<-p.ended
	}
}

func (s *stage) all() (all []*process) {
	for _, p := range append(s.readers[:], s.writer) {
		if p != nil {
			all = append(all, p)
		}
	}
	return all
}
