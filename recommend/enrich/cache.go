package enrich

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
)

// Cache keeps what a model said of texts, so that a text is asked about once: a
// new item costs a call, and an old one does not, whatever else changed in the
// catalogue. The zero value is empty and ready. Its JSON is for a host to store.
// What comes out of it is checked against the item's text like an answer: a cache
// that was tampered with gives no attribute that the text does not support. It is
// safe for concurrent use.
type Cache struct {
	// MaxTexts bounds what is kept: of the texts that were looked up the last so
	// many, and at most twice as many. Set before use. Default: 100,000, some 30
	// MB.
	MaxTexts int

	mu         sync.Mutex
	young, old map[string][]proposal // by the key in hexadecimal
}

// Len is how many texts are kept.
func (c *Cache) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.all())
}

// all are the entries of both generations. The caller holds the lock.
func (c *Cache) all() map[string][]proposal {
	all := maps.Clone(c.old)
	if all == nil {
		all = map[string][]proposal{}
	}
	maps.Copy(all, c.young)
	return all
}

func (c *Cache) get(key string) ([]proposal, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p, ok := c.young[key]; ok {
		return p, true
	}
	p, ok := c.old[key]
	if ok {
		c.keep(key, p)
	}
	return p, ok
}

func (c *Cache) put(key string, p []proposal) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.keep(key, p)
}

// keep stores in the young generation. When that is full it becomes the old one,
// and what was in that and not looked up since is gone. The caller holds the lock.
func (c *Cache) keep(key string, p []proposal) {
	if _, ok := c.young[key]; !ok && len(c.young) >= max(cmp.Or(c.MaxTexts, 100_000), 1) {
		c.old, c.young = c.young, nil
	}
	if c.young == nil {
		c.young = map[string][]proposal{}
	}
	c.young[key] = p
}

// cacheVersion is that of the JSON that is written, and the only one that is read.
const cacheVersion = 1

// stored is a cache as JSON.
type stored struct {
	Version int                   `json:"version"`
	Texts   map[string][]proposal `json:"texts"`
}

// MarshalJSON gives the same bytes for the same contents.
func (c *Cache) MarshalJSON() ([]byte, error) {
	c.mu.Lock()
	all := c.all()
	c.mu.Unlock()
	return json.Marshal(stored{cacheVersion, all})
}

// UnmarshalJSON replaces what is kept. What is no cache is an error and changes
// nothing; of more texts than MaxTexts the first by key are kept.
func (c *Cache) UnmarshalJSON(raw []byte) error {
	var s stored
	if err := json.Unmarshal(raw, &s); err != nil {
		return fmt.Errorf("enrich: cache: %w", err)
	}
	if s.Version != cacheVersion {
		return fmt.Errorf("enrich: cache: version %d, want %d", s.Version, cacheVersion)
	}
	for key, proposals := range s.Texts {
		if id, err := hex.DecodeString(key); err != nil || len(id) != sha256.Size || hex.EncodeToString(id) != key {
			return fmt.Errorf("enrich: cache: %.80q is no key", key)
		}
		if len(proposals) > maxProposals {
			return fmt.Errorf("enrich: cache: %d attributes of one text, want at most %d", len(proposals), maxProposals)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.young, c.old = nil, nil
	keys := slices.Sorted(maps.Keys(s.Texts))
	for _, key := range keys[:min(len(keys), max(cmp.Or(c.MaxTexts, 100_000), 1))] {
		c.keep(key, s.Texts[key])
	}
	return nil
}

// keyOf tells apart what a model may answer differently: each part stands behind
// its length.
func keyOf(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:", len(p))
		io.WriteString(h, p)
	}
	return hex.EncodeToString(h.Sum(nil))
}
