package powercut

import (
	"math/rand/v2"
)

// content is a file without its name.
type content struct {
	live    []byte  // what programs see
	saved   []byte  // what the last sync saved
	pending []write // what happened since, in order
	locks   locks
}

// write is a change of a file's bytes from an offset on; without bytes it is a
// truncation to the offset.
type write struct {
	offset int
	bytes  []byte
}

func (w write) on(b []byte) []byte {
	if w.bytes == nil {
		return resize(b, w.offset)
	}
	b = resize(b, max(len(b), w.offset+len(w.bytes)))
	copy(b[w.offset:], w.bytes)
	return b
}

// resize returns b with a length, with zeros where it grows.
func resize(b []byte, n int) []byte {
	if n <= len(b) {
		return b[:n]
	}
	return append(b, make([]byte, n-len(b))...)
}

func (c *content) change(w write) {
	c.live = w.on(c.live)
	c.pending = append(c.pending, w)
}

func (c *content) sync() {
	for _, w := range c.pending {
		c.saved = w.on(c.saved)
	}
	c.pending = nil
}

// Survival counts what became of the changes that a cut found unsynced.
type Survival struct {
	Kept, Dropped, Torn int // pieces of sectors, and truncations
	Names               int // changes of the folder that did not happen
}

// Add adds the counts of another cut.
func (s *Survival) Add(o Survival) {
	s.Kept += o.Kept
	s.Dropped += o.Dropped
	s.Torn += o.Torn
	s.Names += o.Names
}

// survive decides what is left of the file after a cut.
func (c *content) survive(rng *rand.Rand, sector int, garbles bool, s *Survival) {
	f := fates{rng: rng, sector: sector, garbles: garbles, image: c.saved, count: s}
	f.keep = [...]float64{0, 0.1, 0.5, 0.9, 1}[rng.IntN(5)]
	f.tear = [...]float64{0, 0, 0.05, 0.3}[rng.IntN(4)]
	for _, w := range c.pending {
		f.meet(w)
	}
	c.saved, c.pending = f.image, nil
	c.live = append([]byte(nil), c.saved...)
	c.locks = locks{}
}

// fates is the chance that the changes of one file meet in one cut. The odds
// differ from file to file, so that there are cuts which lose everything, cuts
// which lose nothing, and cuts which lose single sectors.
type fates struct {
	rng        *rand.Rand
	sector     int
	garbles    bool
	keep, tear float64
	image      []byte
	count      *Survival
}

func (f *fates) meet(w write) {
	if w.bytes == nil {
		f.truncate(w)
		return
	}
	grown := f.rng.IntN(2) == 0 // the new size was saved before the content
	for from := 0; from < len(w.bytes); {
		to := min(len(w.bytes), from+f.sector-(w.offset+from)%f.sector)
		f.piece(write{w.offset + from, w.bytes[from:to]}, grown)
		from = to
	}
}

func (f *fates) truncate(w write) {
	if f.rng.Float64() >= f.keep {
		f.count.Dropped++
		return
	}
	f.count.Kept++
	f.image = w.on(f.image)
}

// piece is a write within one sector.
func (f *fates) piece(w write, grown bool) {
	switch {
	case f.rng.Float64() < f.tear:
		f.count.Torn++
		f.torn(w)
	case f.rng.Float64() < f.keep:
		f.count.Kept++
		f.image = w.on(f.image)
	default:
		f.count.Dropped++
		if grown {
			f.grow(w.offset + len(w.bytes))
		}
	}
}

// torn leaves the beginning of a write, its end, or noise.
func (f *fates) torn(w write) {
	start, end := w.offset, w.offset+len(w.bytes)
	f.grow(end)
	if f.garbles {
		from := start / f.sector * f.sector
		f.noise(f.image[from:min(len(f.image), from+f.sector)])
	}
	at := f.rng.IntN(len(w.bytes))
	switch f.rng.IntN(3) {
	case 0:
		copy(f.image[start:end], w.bytes[:at])
	case 1:
		copy(f.image[start+at:end], w.bytes[at:])
	case 2:
		f.noise(f.image[start:end])
	}
}

// grow makes the file reach an offset, with zeros or noise.
func (f *fates) grow(end int) {
	was := len(f.image)
	if end <= was {
		return
	}
	f.image = resize(f.image, end)
	if f.rng.IntN(2) == 0 {
		f.noise(f.image[was:])
	}
}

func (f *fates) noise(b []byte) {
	for i := range b {
		b[i] = byte(f.rng.Uint32())
	}
}
