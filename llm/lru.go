package llm

import "time"

// entry is what a cache keeps under one key: an answer, or the vector of a text. What it points to is never changed.
type entry struct {
	key     Key
	answer  *Response
	vector  []float32
	model   string // that made the vector
	tenant  uint64 // hash
	served  crowd
	expires time.Time // zero: never
	bytes   int64

	newer, older *entry
}

// entryBytes is what an entry takes beside its contents: the entry, the response and the slot of the map. Measured by
// TestBytesAreThoseOfTheHeap.
const entryBytes = 512

// size is what the entry takes in memory, in bytes.
func (e *entry) size() int64 {
	n := entryBytes + 4*len(e.vector) + len(e.model)
	if e.answer == nil {
		return int64(n)
	}
	n += len(e.answer.Text) + len(e.answer.Model) + len(e.answer.Finish)
	for _, c := range e.answer.ToolCalls {
		n += 48 + len(c.ID) + len(c.Name) + len(c.Arguments)
	}
	for _, texts := range [...][]string{e.answer.Warnings, e.answer.Via} {
		for _, s := range texts {
			n += 16 + len(s)
		}
	}
	return int64(n)
}

// crowd remembers for whom an entry was used, by hashes, so that it can be erased for any of them. When there are too many
// to remember it holds everybody: rather too much is erased than too little.
type crowd struct {
	n      int
	hashes [16]uint64
}

func (c *crowd) has(h uint64) bool {
	for _, known := range c.hashes[:min(c.n, len(c.hashes))] {
		if known == h {
			return true
		}
	}
	return c.n > len(c.hashes)
}

func (c *crowd) add(h uint64) {
	if c.has(h) {
		return
	}
	if c.n < len(c.hashes) {
		c.hashes[c.n] = h
	}
	c.n++
}

// lru holds entries of at most max bytes, and pushes out those that were not used for the longest time. It is not safe for
// concurrent use.
type lru struct {
	max, bytes int64
	entries    map[Key]*entry
	ring       entry // its older is the newest entry, its newer the oldest
}

func newLRU(most int64) *lru {
	l := &lru{max: most, entries: map[Key]*entry{}}
	l.ring.newer, l.ring.older = &l.ring, &l.ring
	return l
}

// get is the entry of a key, which becomes the newest; nil when there is none, or none any longer.
func (l *lru) get(key Key) *entry {
	e := l.entries[key]
	if e == nil {
		return nil
	}
	if !e.expires.IsZero() && !time.Now().Before(e.expires) {
		l.drop(e)
		return nil
	}
	l.unlink(e)
	l.link(e)
	return e
}

// put adds an entry in place of one with the same key, and says how many it pushed out. An entry that is larger than the
// whole is not kept.
func (l *lru) put(e *entry) (evicted int64) {
	e.bytes = e.size()
	if old := l.entries[e.key]; old != nil {
		l.drop(old)
	}
	if e.bytes > l.max {
		return 0
	}
	for ; l.bytes+e.bytes > l.max; evicted++ {
		l.drop(l.ring.newer)
	}
	l.entries[e.key] = e
	l.bytes += e.bytes
	l.link(e)
	return evicted
}

func (l *lru) drop(e *entry) {
	l.unlink(e)
	delete(l.entries, e.key)
	l.bytes -= e.bytes
}

// link makes e the newest.
func (l *lru) link(e *entry) {
	e.newer, e.older = &l.ring, l.ring.older
	e.newer.older, e.older.newer = e, e
}

func (l *lru) unlink(e *entry) {
	e.newer.older, e.older.newer = e.older, e.newer
}
