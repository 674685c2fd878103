package kafka

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"maps"
	"sync"

	"github.com/clmkit/clmkit/clm"
)

// A Keyring keeps one secret key for each customer. It is what makes an
// erasure possible in a log whose records cannot be deleted one by one: the
// events of a customer are sealed with the customer's key, and erasing the
// customer is forgetting the key.
//
// The keyring is as much the record as the topic is: events whose key is lost
// are lost, and a backup of it brings back who was erased since. It belongs
// into a database that is backed up for a shorter time than an erasure may
// take. Do not wrap it in a cache: a key that outlives its erasure in some
// process seals events there that nobody can open, and opens those that nobody
// should.
//
// Implementations are safe for concurrent use. RunKeyring of package kafkatest
// is the suite that they have to pass.
type Keyring interface {
	// Keys returns the id and the key of each customer, row i for
	// customers[i], and makes those that are missing. The customers may
	// repeat. An id has 1 to 64 bytes of printable ASCII, is random and says
	// nothing about the customer; a key has 32 bytes. Two callers that make
	// the key of one customer at once get the same one. What Keys returns is
	// durable, and belongs to the caller.
	Keys(ctx context.Context, customers []clm.CustomerID) (ids []string, keys [][]byte, err error)

	// Lookup returns the keys of ids. The id of a forgotten key is in the map
	// with a nil key; an id that was never given out is not in the map.
	Lookup(ctx context.Context, ids []string) (map[string][]byte, error)

	// Forget destroys the customer's key. After it returned nil no Keys and
	// no Lookup of any process returns the key again, and Keys makes another
	// one with another id. To forget an unknown customer is not an error.
	Forget(ctx context.Context, customer clm.CustomerID) error
}

// ErrKey is wrapped by the error for a record whose key the keyring never gave
// out: the keyring is another one, or older than the record. A key that was
// forgotten is no error.
var ErrKey = errors.New("the keyring does not know the key")

const (
	keySize   = 32 // bytes of a key: AES-256
	maxKeyID  = 64 // bytes
	idEntropy = 16 // bytes of randomness in an id of MemoryKeys
)

// MemoryKeys is a [Keyring] in the memory of the process, for tests and
// examples: what it sealed cannot be opened after the process has ended. The
// zero value is an empty keyring.
type MemoryKeys struct {
	mu   sync.Mutex
	ids  map[clm.CustomerID]string
	keys map[string][]byte // nil where the key was forgotten
}

// Keys returns the keys of customers, and makes those that are missing.
func (m *MemoryKeys) Keys(ctx context.Context, customers []clm.CustomerID) (ids []string, keys [][]byte, err error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range customers {
		id, known := m.ids[c]
		if !known {
			id = m.add(c)
		}
		ids = append(ids, id)
		keys = append(keys, append([]byte(nil), m.keys[id]...))
	}
	return ids, keys, nil
}

// add makes the key of a customer. Reading crypto/rand does not fail: the
// program ends where there is no randomness.
func (m *MemoryKeys) add(c clm.CustomerID) (id string) {
	if m.ids == nil {
		m.ids, m.keys = map[clm.CustomerID]string{}, map[string][]byte{}
	}
	random := make([]byte, idEntropy+keySize)
	rand.Read(random)
	id = hex.EncodeToString(random[:idEntropy])
	m.ids[c], m.keys[id] = id, random[idEntropy:]
	return id
}

// Lookup returns the keys of ids.
func (m *MemoryKeys) Lookup(ctx context.Context, ids []string) (map[string][]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	found := map[string][]byte{}
	for _, id := range ids {
		if key, known := m.keys[id]; known {
			found[id] = append([]byte(nil), key...)
		}
	}
	return found, nil
}

// Forget destroys the key of a customer.
func (m *MemoryKeys) Forget(ctx context.Context, customer clm.CustomerID) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if id, known := m.ids[customer]; known {
		clear(m.keys[id])
		m.keys[id] = nil
		delete(m.ids, customer)
	}
	return nil
}

// distinct returns the ids of a set, in no order.
func distinct(set map[string]struct{}) []string {
	ids := make([]string, 0, len(set))
	for id := range maps.Keys(set) {
		ids = append(ids, id)
	}
	return ids
}
