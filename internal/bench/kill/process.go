package kill

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// A process plays a role until it is killed or done.
type process struct {
	role  string
	cmd   *exec.Cmd
	ended chan struct{} // closed when it is gone
	err   error         // how it ended, once ended is closed
}

// start starts a process whose reports go to lines.
func (t *Trial) start(ctx context.Context, role string, lines chan<- string, args ...string) (*process, error) {
	cmd := t.Command(role, args...)
	cmd.Stderr = t.Errors
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("kill: start a %s: %w", role, err)
	}
	p := &process{role: role, cmd: cmd, ended: make(chan struct{})}
	go func() {
		defer close(p.ended)
		for scan := bufio.NewScanner(out); scan.Scan(); {
			select {
			case lines <- scan.Text():
			case <-ctx.Done():
			}
		}
		p.err = cmd.Wait()
	}()
	return p, nil
}

// signal sends a signal; a process that is gone already is no error.
func (p *process) signal(s os.Signal) error {
	err := p.cmd.Process.Signal(s)
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}

// over reports whether the process is gone.
func (p *process) over() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// killed reports whether a process that is gone died of SIGKILL.
func (p *process) killed() bool {
	status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}
