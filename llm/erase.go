package llm

import "hash/maphash"

// What a hash in a cache is of.
const (
	tenants   = "t"
	customers = "c"
	sessions  = "s"
)

func (c *Cache) hash(kind, id string) uint64 {
	var h maphash.Hash
	h.SetSeed(c.seed)
	h.WriteString(kind)
	h.WriteString(id)
	return h.Sum64()
}

// serve notes for whom something was used. The caller holds the lock.
func (c *Cache) serve(served *crowd, scope Scope) {
	if scope.Customer != "" {
		served.add(c.hash(customers, scope.Customer))
	}
	if scope.Session != "" {
		served.add(c.hash(sessions, scope.Session))
	}
}

// Erase drops what was answered to the tenant's customer: every answer that was handed out for the customer, whoever asked
// first; without a customer, what was handed out in the session; without either, everything of the tenant. Answers that
// are on their way to anybody are handed out and not kept. It reports how many entries it dropped.
//
// It may drop more, never less. An entry remembers 16 customers and sessions; one that served more goes with each of the
// tenant's customers. What was asked without a customer and session goes with the tenant only. Vectors go with every erasure, since an embedder is not told whose texts it embeds: texts that are
// nobody's, such as a catalogue's, are better kept in a cache of their own.
//
// It takes time in proportion to the entries, and holds up the cache meanwhile: about 0.2 ms for 10,000; see BenchmarkCacheErase.
func (c *Cache) Erase(scope Scope) (dropped int) {
	tenant := c.hash(tenants, scope.Tenant)
	gone := func(e *entry) bool { return e.tenant == tenant }
	if kind, id := whom(scope); id != "" {
		h := c.hash(kind, id)
		gone = func(e *entry) bool { return e.tenant == tenant && e.served.has(h) }
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.erasures++
	for _, e := range c.entries.entries {
		if e.vector != nil || gone(e) {
			c.entries.drop(e)
			dropped++
		}
	}
	return dropped
}

// whom is the person that a scope is about.
func whom(s Scope) (kind, id string) {
	if s.Customer != "" {
		return customers, s.Customer
	}
	return sessions, s.Session
}
