package kafka

import (
	"context"
	"crypto/cipher"
	"encoding/json"
	"fmt"

	"github.com/clmkit/clmkit/clm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// unsealer makes events of the records of one partition.
type unsealer struct {
	keys                  Keyring
	partition, partitions int
}

// open looks the keys of a stretch up, all at once. Nothing is kept for the
// next one: a key that is kept outlives its erasure.
func (u unsealer) open(ctx context.Context, records []*kgo.Record) (func(*kgo.Record) (clm.Event, error), error) {
	ids := map[string]struct{}{}
	for _, r := range records {
		if _, id, _, err := split(r.Value); err == nil {
			ids[id] = struct{}{}
		}
	}
	var keys map[string][]byte
	if len(ids) > 0 {
		var err error
		if keys, err = u.keys.Lookup(ctx, distinct(ids)); err != nil {
			return nil, fmt.Errorf("keyring: %w", err)
		}
	}
	boxes := map[string]cipher.AEAD{}
	return func(r *kgo.Record) (clm.Event, error) { return u.event(r.Value, keys, boxes) }, nil
}

func (u unsealer) event(value []byte, keys map[string][]byte, boxes map[string]cipher.AEAD) (e clm.Event, err error) {
	head, id, sealed, err := split(value)
	if err != nil {
		return e, err
	}
	key, known := keys[id]
	switch {
	case !known:
		return e, fmt.Errorf("key %q: %w", id, ErrKey)
	case key == nil:
		return e, errErased
	}
	box, made := boxes[id]
	if !made {
		if box, err = aead(key); err != nil {
			return e, fmt.Errorf("keyring: key %q: %w", id, err)
		}
		boxes[id] = box
	}
	body, err := unseal(box, head, sealed)
	if err != nil {
		return e, err
	}
	return u.decode(body)
}

func (u unsealer) decode(body []byte) (e clm.Event, err error) {
	if err := json.Unmarshal(body, &e); err != nil {
		return clm.Event{}, fmt.Errorf("%w: %w", errEnvelope, err)
	}
	if p := clm.PartitionOf(e.Customer, u.partitions); p != u.partition {
		return clm.Event{}, fmt.Errorf("%w: the customer belongs to partition %d", errEnvelope, p)
	}
	return e, nil
}
