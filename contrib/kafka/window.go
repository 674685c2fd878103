package kafka

import (
	"crypto/sha256"
	"hash/maphash"

	"github.com/clmkit/clmkit/clm"
)

// window remembers the ids of the latest events of each partition: what an
// Append must not add again. It holds digests, 24 bytes for an event and
// about 100 with the map, and no event.
type window struct {
	size  int // ids of a partition
	seed  maphash.Seed
	known map[digest]int // how many rings have it: ids are unique, but others may have written
	rings []ring
}

// digest identifies an event's id. 128 bits of SHA-256 do not collide by
// chance, and an id that was taken for another would be an event lost.
type digest [16]byte

type ring struct {
	seen []seen
	next int // where the next one goes, once seen is full
}

type seen struct {
	id       digest
	customer uint64 // a keyed hash; 0 where the customer was erased
}

func newWindow(partitions, size int) *window {
	return &window{
		size:  size,
		seed:  maphash.MakeSeed(),
		known: map[digest]int{},
		rings: make([]ring, partitions),
	}
}

func digestOf(id string) digest {
	sum := sha256.Sum256([]byte(id))
	return digest(sum[:16])
}

func (w *window) has(id string) bool { return w.known[digestOf(id)] > 0 }

// add remembers an event of a partition, in place of its oldest.
func (w *window) add(partition int, e *clm.Event) {
	r := &w.rings[partition]
	s := seen{digestOf(e.ID), maphash.String(w.seed, string(e.Customer))}
	if len(r.seen) < w.size {
		r.seen = append(r.seen, s)
	} else {
		w.drop(&r.seen[r.next])
		r.seen[r.next] = s
		r.next = (r.next + 1) % w.size
	}
	w.known[s.id]++
}

func (w *window) drop(s *seen) {
	if s.customer == 0 {
		return
	}
	if w.known[s.id]--; w.known[s.id] <= 0 {
		delete(w.known, s.id)
	}
	*s = seen{}
}

// forget drops the ids of a customer's events.
func (w *window) forget(partition int, customer clm.CustomerID) {
	hash := maphash.String(w.seed, string(customer))
	r := &w.rings[partition]
	for i := range r.seen {
		if r.seen[i].customer == hash {
			w.drop(&r.seen[i])
		}
	}
}
