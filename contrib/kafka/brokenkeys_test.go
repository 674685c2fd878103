package kafka_test

import (
	"context"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/contrib/kafka"
)

// brokenKeys is a keyring that fails as told.
type brokenKeys struct {
	*kafka.MemoryKeys
	err   error
	cut   bool
	short bool
	id    string
}

func (k *brokenKeys) memory() *kafka.MemoryKeys {
	if k.MemoryKeys == nil {
		k.MemoryKeys = new(kafka.MemoryKeys)
	}
	return k.MemoryKeys
}

func (k *brokenKeys) Keys(ctx context.Context, customers []clm.CustomerID) ([]string, [][]byte, error) {
	if k.err != nil {
		return nil, nil, k.err
	}
	ids, keys, err := k.memory().Keys(ctx, customers)
	switch {
	case k.cut:
		ids = ids[1:]
	case k.short:
		keys[0] = keys[0][1:]
	case k.id != "":
		ids[0] = k.id
	}
	return ids, keys, err
}

func (k *brokenKeys) Lookup(ctx context.Context, ids []string) (map[string][]byte, error) {
	if k.err != nil {
		return nil, k.err
	}
	return k.memory().Lookup(ctx, ids)
}

func (k *brokenKeys) Forget(ctx context.Context, customer clm.CustomerID) error {
	if k.err != nil {
		return k.err
	}
	return k.memory().Forget(ctx, customer)
}
