package llmtest

import (
	"context"
	"encoding/json"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/clmkit/clmkit/llm"
)

// Flaky is a handler that answers as h does, and at the given rate, in [0, 1], lets a fault happen to the answer, each of
// faults as often as the others. Without faults it takes all of [Faults] that end by themselves: all but Stall.
//
// Whether a request fails, and how, depends on the seed, on what it asks and on how often that was asked before, and on
// nothing else: the same requests come to the same faults, in whatever order and from however many goroutines they come,
// and a request that is tried again has a new chance. Replies that fail already are left as they are.
func Flaky(h Handler, rate float64, seed uint64, faults ...Fault) Handler {
	if len(faults) == 0 {
		faults = slices.DeleteFunc(Faults(), func(f Fault) bool { return f == Stall })
	}
	d := newDice(seed)
	return func(ctx context.Context, req *llm.Request) Reply {
		r := d.roll(req)
		reply := h(ctx, req)
		if r.Float64() >= rate || reply.Err != nil || reply.Fault != "" {
			return reply
		}
		reply.Fault = faults[r.IntN(len(faults))]
		return reply
	}
}

// dice are sources of randomness for requests. They are safe for concurrent use.
type dice struct {
	seed uint64

	mu    sync.Mutex
	asked map[uint64]uint64 // how often, by the hash of the request
}

func newDice(seed uint64) *dice { return &dice{seed: seed, asked: map[uint64]uint64{}} }

// roll is a source of its own for each request and each time that it is asked.
func (d *dice) roll(req *llm.Request) *rand.Rand {
	raw, err := json.Marshal(req)
	if err != nil { // a NaN, which Validate refuses
		raw = []byte(err.Error())
	}
	h := fnv.New64a()
	h.Write(raw)
	key := h.Sum64()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked[key]++
	return rand.New(rand.NewPCG(d.seed, key+d.asked[key]*0x9e3779b97f4a7c15))
}
