package kill

import (
	"context"
	"encoding/json"
	"hash/maphash"
	"reflect"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/traffic"
	"github.com/clmkit/clmkit/profile"
)

// Findings are the differences between what was sent and what is there.
type Findings struct {
	Lost       int `json:"lost"`         // events that were acknowledged and are not there
	Doubled    int `json:"doubled"`      // events that are there more often than once
	Foreign    int `json:"foreign"`      // events that nobody sent, or that were changed
	OutOfOrder int `json:"out_of_order"` // customers whose events are in another order
	Profiles   int `json:"wrong_profiles"`
}

// None reports whether everything is as it was sent.
func (f Findings) None() bool { return f == Findings{} }

// check compares the log with what was sent, and the profiles with a fold of
// it in memory.
func (t *Trial) check(ctx context.Context, shop *Shop) (Findings, error) {
	var found Findings
	seed := maphash.MakeSeed()
	sent := map[clm.CustomerID][]uint64{}
	for chunk := range t.chunks() {
		for _, e := range t.chunk(chunk) {
			h, err := fingerprint(seed, &e)
			if err != nil {
				return found, err
			}
			sent[e.Customer] = append(sent[e.Customer], h)
		}
	}
	there := map[clm.CustomerID][]uint64{}
	for e, err := range clm.Events(ctx, shop.Log) {
		if err != nil {
			return found, err
		}
		h, err := fingerprint(seed, &e)
		if err != nil {
			return found, err
		}
		there[e.Customer] = append(there[e.Customer], h)
	}
	for customer, events := range sent {
		found.compare(events, there[customer])
		delete(there, customer)
	}
	for _, events := range there {
		found.Foreign += len(events)
	}
	return found, t.compareProfiles(ctx, shop.Profiles, &found)
}

// fingerprint is a hash of all that an event holds.
func fingerprint(seed maphash.Seed, e *clm.Event) (uint64, error) {
	e.Time = e.Time.UTC()
	b, err := json.Marshal(e)
	return maphash.Bytes(seed, b), err
}

// compare counts how what is there of a customer differs from what was sent.
func (f *Findings) compare(sent, there []uint64) {
	if slices.Equal(sent, there) {
		return
	}
	times := map[uint64]int{}
	for _, h := range there {
		times[h]++
	}
	before := *f
	for _, h := range sent {
		if times[h] == 0 {
			f.Lost++
		}
		f.Doubled += max(0, times[h]-1)
		delete(times, h)
	}
	for _, n := range times {
		f.Foreign += n
	}
	if *f == before {
		f.OutOfOrder++
	}
}

// compareProfiles counts the profiles that differ from the oracle's.
func (t *Trial) compareProfiles(ctx context.Context, store profile.Reader, found *Findings) error {
	catalogue, err := traffic.Catalogue()
	if err != nil {
		return err
	}
	sequence := func(yield func(clm.Event, error) bool) {
		for chunk := range t.chunks() {
			for _, e := range t.chunk(chunk) {
				if !yield(e, nil) {
					return
				}
			}
		}
	}
	oracle, _, err := profile.NewFolder(catalogue, nil).AsOf(sequence, traffic.Start.Add(100*365*24*time.Hour))
	if err != nil {
		return err
	}
	for p, err := range store.All(ctx) {
		if err != nil {
			return err
		}
		if !reflect.DeepEqual(p, oracle[p.Customer]) {
			found.Profiles++
		}
		delete(oracle, p.Customer)
	}
	found.Profiles += len(oracle)
	return nil
}
