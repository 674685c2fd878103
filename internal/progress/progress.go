// Package progress shows how far long work is: a bar on a terminal, nothing
// where output is piped or recorded.
package progress

import (
	"io"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// A Meter shows one stretch of work after another. The zero Meter shows
// nothing, and so does a nil one. It is safe for concurrent use between calls
// of Start and Done.
type Meter struct {
	out io.Writer // nil shows nothing
	bar *progressbar.ProgressBar
}

// New returns a meter that draws on w if that is a terminal.
func New(w io.Writer) *Meter {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return &Meter{}
	}
	return &Meter{out: w}
}

// Start begins a stretch of work of a number of steps; a total that is not
// positive means unknown, and shows a spinner. It ends the stretch before it.
func (m *Meter) Start(what string, total int64) {
	if m == nil || m.out == nil {
		return
	}
	m.Done()
	if total <= 0 {
		total = -1
	}
	m.bar = progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(m.out),
		progressbar.OptionSetDescription(what),
		progressbar.OptionSetWidth(30),
		progressbar.OptionClearOnFinish(),
	)
}

// Track returns a function for work that reports how much it has done of how
// much: the first call starts the stretch.
func (m *Meter) Track(what string) func(done, total int64) {
	started := false
	return func(done, total int64) {
		if !started {
			m.Start(what, total)
			started = true
		}
		m.Set(done)
	}
}

// Set says how many of the steps are done.
func (m *Meter) Set(done int64) {
	if m != nil && m.bar != nil {
		_ = m.bar.Set64(done) // a bar that cannot be drawn is no reason to stop
	}
}

// Add says that n more steps are done.
func (m *Meter) Add(n int) {
	if m != nil && m.bar != nil {
		_ = m.bar.Add(n)
	}
}

// Done ends the stretch and wipes its bar.
func (m *Meter) Done() {
	if m != nil && m.bar != nil {
		_ = m.bar.Clear()
		m.bar = nil
	}
}
