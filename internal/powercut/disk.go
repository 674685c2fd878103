package powercut

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
)

// ErrOff is wrapped by the error of everything that is tried between a cut and
// the reboot.
var ErrOff = errors.New("powercut: the power is off")

// Options are the settings of [New].
type Options struct {
	// Sector is what the disk writes at once, in bytes. Default: 4096.
	Sector int
	// Powersafe makes the disk claim that a write which is torn leaves the
	// bytes around it alone.
	Powersafe bool
	// Garbles makes a torn write spoil the whole of its sectors.
	Garbles bool
	// Index is a folder of the real file system for the shared memory of WAL,
	// which no cut has to survive. One in memory, such as /dev/shm, is by far
	// the fastest. Default: none, and then WAL works in
	// exclusive locking mode only.
	Index string
}

// A Disk is one folder of files and the power that it runs on. It is safe for
// concurrent use. The same source of randomness and the same order of calls
// give the same survivors.
type Disk struct {
	opts Options

	mu      sync.Mutex
	rng     *rand.Rand
	live    map[string]*content // the folder as programs see it
	saved   map[string]*content // the folder as of its last sync
	entries []entry             // changes of the folder since then, in order
	open    int                 // files that are open
	changes plan                // writes, truncations, syncs, creations, deletions
	all     plan                // those and the reads
	off     bool
}

// plan counts something, and says which of it finds no power.
type plan struct {
	count int64
	cutAt int64 // 0 is none
}

func (p *plan) after(n int) {
	p.cutAt = 0
	if n > 0 {
		p.cutAt = p.count + int64(n)
	}
}

// next counts one more, and reports whether that is the one.
func (p *plan) next() bool {
	p.count++
	return p.count == p.cutAt
}

// entry says that a name was given to a file, or with nil that it was deleted.
type entry struct {
	name string
	file *content
}

// New returns an empty disk that has power.
func New(source rand.Source, o *Options) *Disk {
	d := &Disk{rng: rand.New(source), live: map[string]*content{}, saved: map[string]*content{}}
	if o != nil {
		d.opts = *o
	}
	if d.opts.Sector < 1 {
		d.opts.Sector = 4096
	}
	return d
}

// CutAfter cuts the power at the n-th change from now on, counted from 1: that
// one still reaches the disk's cache, fails, and is as uncertain as what was
// not synced before it. Changes are writes, truncations, syncs, creations and
// deletions. A number below 1 takes the plan back.
func (d *Disk) CutAfter(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.changes.after(n)
}

// CutAfterAny is [Disk.CutAfter] with reads counted too. The disk is the same
// after a cut at a read as after one at the next change; what differs is what
// the program was doing, such as reading a log to recover from the last cut.
func (d *Disk) CutAfterAny(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.all.after(n)
}

// Cut cuts the power now.
func (d *Disk) Cut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.off = true
}

// Off reports whether the power was cut.
func (d *Disk) Off() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.off
}

// Changes returns the number of changes and syncs so far.
func (d *Disk) Changes() int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.changes.count
}

// Reboot cuts the power if that did not happen yet, decides what survived, and
// turns the power on without a plan for the next cut. All files have to be
// closed before.
func (d *Disk) Reboot() (Survival, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var s Survival
	if d.open > 0 {
		return s, fmt.Errorf("powercut: %d files are open", d.open)
	}
	d.restoreNames(&s)
	for _, name := range slices.Sorted(maps.Keys(d.live)) {
		d.live[name].survive(d.rng, d.opts.Sector, d.opts.Garbles, &s)
	}
	d.off = false
	d.changes.after(0)
	d.all.after(0)
	return s, nil
}

// restoreNames makes the folder what survived of it: as it was saved, and for
// each name the changes up to a random one.
func (d *Disk) restoreNames(s *Survival) {
	by := map[string][]*content{}
	for _, e := range d.entries {
		by[e.name] = append(by[e.name], e.file)
	}
	folder := maps.Clone(d.saved)
	for _, name := range slices.Sorted(maps.Keys(by)) {
		n := d.rng.IntN(len(by[name]) + 1)
		s.Names += len(by[name]) - n
		if n > 0 {
			put(folder, name, by[name][n-1])
		}
	}
	d.live, d.entries = folder, nil
	d.saved = maps.Clone(folder)
}

func put(folder map[string]*content, name string, file *content) {
	if file == nil {
		delete(folder, name)
		return
	}
	folder[name] = file
}

// enter gives a name to a file, or with nil deletes it, until the folder is
// synced only as programs see it.
func (d *Disk) enter(name string, file *content) {
	put(d.live, name, file)
	d.entries = append(d.entries, entry{name, file})
}

func (d *Disk) syncFolder() {
	d.saved, d.entries = maps.Clone(d.live), nil
}

// change counts one change, makes it, and says whether there was power for it.
// A sync is made by its second function, and only if there was.
func (d *Disk) change(cached func(), synced func()) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.off {
		return ErrOff
	}
	if cached != nil {
		cached()
	}
	if cut, any := d.changes.next(), d.all.next(); cut || any {
		d.off = true
		return ErrOff
	}
	if synced != nil {
		synced()
	}
	return nil
}

// look reads what programs see.
func (d *Disk) look(read func()) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.off && d.all.next() {
		d.off = true
	}
	if d.off {
		return ErrOff
	}
	read()
	return nil
}

// Find returns the names of the files that hold some bytes, sorted.
func (d *Disk) Find(b []byte) []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var names []string
	for _, name := range slices.Sorted(maps.Keys(d.live)) {
		if bytes.Contains(d.live[name].live, b) {
			names = append(names, name)
		}
	}
	return names
}
