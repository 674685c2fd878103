package kafka

import (
	"context"
	"fmt"

	"github.com/clmkit/clmkit/clm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// entry is an event on its way into the topic.
type entry struct {
	event     *clm.Event
	body      []byte // its JSON
	partition int
	record    *kgo.Record
}

// fresh returns the events of the calls that the log does not have, each id
// once.
func (l *Log) fresh(calls []*call) []entry {
	var fresh []entry
	chosen := map[string]struct{}{}
	for _, c := range calls {
		for i := range c.events {
			e := &c.events[i]
			if _, twice := chosen[e.ID]; twice || l.writer.window.has(e.ID) {
				continue
			}
			chosen[e.ID] = struct{}{}
			fresh = append(fresh, entry{event: e, body: c.bodies[i], partition: clm.PartitionOf(e.Customer, l.topic.count)})
		}
	}
	return fresh
}

// seal makes the records. The keys are asked for within the Append, all at
// once and each time anew: so an Append that begins after an erasure never
// seals with the forgotten key.
func (l *Log) seal(ctx context.Context, entries []entry) error {
	row := map[clm.CustomerID]int{}
	var customers []clm.CustomerID
	for _, e := range entries {
		if _, seen := row[e.event.Customer]; !seen {
			row[e.event.Customer] = len(customers)
			customers = append(customers, e.event.Customer)
		}
	}
	ids, keys, err := l.keys.Keys(ctx, customers)
	if err != nil {
		return fmt.Errorf("keyring: %w", err)
	}
	if len(ids) != len(customers) || len(keys) != len(customers) {
		return fmt.Errorf("keyring: %d ids and %d keys for %d customers", len(ids), len(keys), len(customers))
	}
	for i := range entries {
		e := &entries[i]
		n := row[e.event.Customer]
		if e.record, err = l.record(ids[n], keys[n], e); err != nil {
			return fmt.Errorf("keyring: %w", err)
		}
	}
	return nil
}

// record seals one event. It has no key and no header: nothing of the customer
// is in clear.
func (l *Log) record(id string, key []byte, e *entry) (*kgo.Record, error) {
	if len(id) == 0 || len(id) > maxKeyID {
		return nil, fmt.Errorf("an id of %d bytes, not of 1 to %d", len(id), maxKeyID)
	}
	box, err := aead(key)
	if err != nil {
		return nil, err
	}
	return &kgo.Record{Topic: l.topic.name, Partition: int32(e.partition), Value: seal(box, id, e.body)}, nil
}
