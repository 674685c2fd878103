package llm

import (
	"context"
	"hash/maphash"
	"iter"
	"sync"
	"time"
)

// Cache keeps answers and vectors in memory, so that what was asked before costs no second call. Concurrent equal
// requests make one call. It is safe for concurrent use, and several models and embedders may share it.
//
// It stands within a [Shield], which makes requests of different customers alike, and outside of everything that is
// about calls, such as fallbacks, retries and budgets: a hit is no call. What a fallback answered is kept like any
// answer; where that must not be, each model within the fallback has its own [Cache.Model].
//
// A cache holds what models told customers, and so [Cache.Erase] belongs to what a host does when a customer is erased.
type Cache struct {
	opts CacheOptions
	seed maphash.Seed

	mu       sync.Mutex
	entries  *lru
	flights  map[Key]*flight
	erasures int // so far: what was asked for before one of them is not kept after it
	stats    CacheStats
}

// CacheOptions are the settings of [NewCache].
type CacheOptions struct {
	// MaxBytes bounds what is kept: texts and vectors, and 512 bytes for each entry. What was not used for the longest
	// time goes first. Default: 64 MiB.
	MaxBytes int64
	// TTL is how long an answer or vector is handed out after it was made. What is older takes memory until it is asked
	// for again or pushed out. Default: no end.
	TTL time.Duration
	// Sampled also keeps answers to requests that ask for variety: those that set a temperature above 0 and no seed. By
	// default these always reach the model.
	Sampled bool
}

// CacheStats count what a cache did since it was made. Requests count once, and texts of an embedder once each.
type CacheStats struct {
	Hits    int64 // answered from what was kept
	Misses  int64 // asked of the model
	Shared  int64 // answered by a call that was under way for somebody else
	Passed  int64 // not looked up, since they ask for variety
	Evicted int64 // entries that were pushed out
	Entries int64 // now
	Bytes   int64 // now, at most CacheOptions.MaxBytes
}

// NewCache makes an empty cache.
func NewCache(opts *CacheOptions) *Cache {
	c := &Cache{seed: maphash.MakeSeed(), flights: map[Key]*flight{}}
	if opts != nil {
		c.opts = *opts
	}
	if c.opts.MaxBytes <= 0 {
		c.opts.MaxBytes = 64 << 20
	}
	c.entries = newLRU(c.opts.MaxBytes)
	return c
}

// Model is m behind the cache. The name says which weights answer, under which settings of the client; models of one name
// share answers, and [KeyOf] says which requests do. A customer's answer is another's when both asked the same.
//
// A hit has no Usage, and "cache" in its Via; its tool calls have the IDs of the first time. Only complete answers are
// kept, and those to a request with a schema only when they fit it. A call that several wait for runs with the values of
// the first one's context and for the first one's scope, without a deadline, and is cancelled when the last one has left;
// its error goes to all and is not kept, and its Usage to one of them. Nothing runs on after Generate has returned to the
// last who waited.
//
// A stream of what is kept comes in one delta. Else it is passed on as it comes, without waiting for a call that is under
// way, and kept when it is complete.
func (c *Cache) Model(name string, m Model) Model {
	v := cached{c, name, m}
	return &layer{inner: m, generate: v.generate, stream: v.stream}
}

// Stats are the counts up to now.
func (c *Cache) Stats() CacheStats {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.stats
	s.Entries, s.Bytes = int64(len(c.entries.entries)), c.entries.bytes
	return s
}

// Forget drops the answer to a request to the model of that name, such as one that turned out wrong. A call that is under
// way is not affected.
func (c *Cache) Forget(name string, req *Request) {
	key := KeyOf(name, req)
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.entries.get(key); e != nil {
		c.entries.drop(e)
	}
}

// takes reports whether req is to be looked up.
func (c *Cache) takes(req *Request) bool {
	if req == nil {
		return false
	}
	if c.opts.Sampled || req.Temperature == nil || *req.Temperature == 0 || req.Seed != nil {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stats.Passed++
	return false
}

// look finds an answer. The caller holds the lock.
func (c *Cache) look(key Key, scope Scope) *Response {
	e := c.entries.get(key)
	if e == nil {
		return nil
	}
	c.stats.Hits++
	c.serve(&e.served, scope)
	return e.answer
}

// keep stores what is complete, unless something was erased since it was asked for. The caller holds the lock.
func (c *Cache) keep(e *entry, erasures int) {
	if erasures != c.erasures {
		return
	}
	if c.opts.TTL > 0 {
		e.expires = time.Now().Add(c.opts.TTL)
	}
	c.stats.Evicted += c.entries.put(e)
}

// answers reports whether an answer is one to its request's schema.
func answers(req *Request, resp *Response) bool {
	if req.Schema == nil || len(resp.ToolCalls) > 0 {
		return true
	}
	schema, err := resolve(req.Schema)
	if err != nil {
		return true // nobody can tell
	}
	_, fault := parse[any](resp.Text, schema)
	return fault == nil
}

// cached is a model behind a cache.
type cached struct {
	cache *Cache
	name  string
	inner Model
}

func (v cached) generate(ctx context.Context, req *Request) (*Response, error) {
	if !v.cache.takes(req) {
		return v.inner.Generate(ctx, req)
	}
	if ctx.Err() != nil {
		return nil, left(ctx, Usage{})
	}
	key := KeyOf(v.name, req)
	hit, f, call := v.cache.board(ctx, key, req.Scope)
	if hit != nil {
		return again(hit), nil
	}
	if call != nil {
		go v.cache.fly(call, key, f, req.Clone(), v.inner) // callers may leave before it, and change their request
	}
	return v.cache.wait(ctx, key, f)
}

// again is an answer that costs nothing this time.
func again(r *Response) *Response {
	c := r.Clone()
	c.Usage = Usage{}
	c.Via = append(c.Via, "cache")
	return c
}

func (v cached) stream(ctx context.Context, req *Request) iter.Seq2[Delta, error] {
	return func(yield func(Delta, error) bool) {
		if !v.cache.takes(req) {
			Stream(ctx, v.inner, req)(yield)
			return
		}
		if ctx.Err() != nil {
			yield(Delta{}, left(ctx, Usage{}))
			return
		}
		key := KeyOf(v.name, req)
		hit, erasures := v.cache.lookOrMiss(key, req.Scope)
		if hit != nil {
			hit = again(hit)
			yield(Delta{Text: hit.Text, Done: hit}, nil)
			return
		}
		for d, err := range Stream(ctx, v.inner, req) {
			if err == nil && d.Done != nil {
				v.cache.keepStreamed(key, req, d.Done.Clone(), erasures)
			}
			if !yield(d, err) {
				return
			}
		}
	}
}

func (c *Cache) lookOrMiss(key Key, scope Scope) (hit *Response, erasures int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	hit = c.look(key, scope)
	if hit == nil {
		c.stats.Misses++
	}
	return hit, c.erasures
}

func (c *Cache) keepStreamed(key Key, req *Request, resp *Response, erasures int) {
	if !answers(req, resp) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	e := &entry{key: key, answer: resp, tenant: c.hash(tenants, req.Scope.Tenant)}
	c.serve(&e.served, req.Scope)
	c.keep(e, erasures)
}
