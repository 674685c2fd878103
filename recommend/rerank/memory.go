package rerank

import "sync"

// memory keeps at least the last n values that were used, and at most twice as
// many, in two generations: when the young one is full it becomes the old one,
// and what was in that and not used since is gone. A lookup is O(1). It is safe
// for concurrent use.
type memory struct {
	n  int
	mu sync.Mutex

	young, old map[memoryKey]float64
}

type memoryKey struct{ model, text string }

func newMemory(n int) *memory { return &memory{n: n, young: map[memoryKey]float64{}} }

func (m *memory) get(model, text string) (float64, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := memoryKey{model, text}
	if v, ok := m.young[key]; ok {
		return v, true
	}
	v, ok := m.old[key]
	if ok {
		m.keep(key, v)
	}
	return v, ok
}

func (m *memory) put(model, text string, v float64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.keep(memoryKey{model, text}, v)
}

// keep stores in the young generation. The caller holds the lock.
func (m *memory) keep(key memoryKey, v float64) {
	if len(m.young) >= m.n {
		m.old, m.young = m.young, make(map[memoryKey]float64, m.n)
	}
	m.young[key] = v
}
