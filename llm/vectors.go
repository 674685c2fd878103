package llm

import (
	"context"
	"fmt"
	"slices"
)

// Embedder is e behind the cache, text by text: what is not there is embedded in one call, each text once, and a call of
// which all is there costs nothing. The name says which weights embed; embedders of one name share vectors, also those of
// different tenants unless the name says whose they are. Texts are not kept, only their keys and vectors. Concurrent calls
// do not wait for each other, and may embed a text twice.
//
// When the embedder answers with another model, or another length, than the one that made what is there, all texts of the
// call are embedded anew: vectors of two models are never mixed. Usage is that of the calls that were made.
func (c *Cache) Embedder(name string, e Embedder) Embedder {
	return EmbedderFunc(cachedEmbedder{c, name, e}.embed)
}

type cachedEmbedder struct {
	cache *Cache
	name  string
	inner Embedder
}

func (v cachedEmbedder) embed(ctx context.Context, texts []string) (*Embeddings, error) {
	if len(texts) == 0 || ctx.Err() != nil {
		return v.inner.Embed(ctx, texts)
	}
	distinct, keys := v.keys(texts)
	known, erasures := v.cache.known(distinct, keys)
	missing := known.missing(distinct)
	var usage Usage
	if len(missing) > 0 {
		fresh, err := embedAll(ctx, v.inner, missing)
		if err == nil && !known.admits(fresh) {
			usage = fresh.Usage
			known, missing = vectorSet{}, distinct
			fresh, err = embedAll(ctx, v.inner, missing)
		}
		if err != nil {
			return nil, withUsage(err, usage)
		}
		usage = usage.Add(fresh.Usage)
		known.add(missing, fresh)
		v.cache.keepVectors(missing, keys, known, erasures)
	}
	return &Embeddings{Vectors: known.rows(texts), Model: known.model, Usage: usage}, nil
}

// keys are the texts without repeats, in order, and their keys.
func (v cachedEmbedder) keys(texts []string) (distinct []string, keys map[string]Key) {
	keys = make(map[string]Key, len(texts))
	for _, text := range texts {
		if _, known := keys[text]; !known {
			distinct = append(distinct, text)
			keys[text] = textKey(v.name, text)
		}
	}
	return distinct, keys
}

// check reports, as ErrMalformed, that there are not n vectors of one length.
func (e *Embeddings) check(n int) error {
	if len(e.Vectors) != n {
		return &Error{Kind: ErrMalformed, Usage: e.Usage, Err: fmt.Errorf("%d vectors for %d texts", len(e.Vectors), n)}
	}
	for i, v := range e.Vectors {
		if len(v) == 0 || len(v) != e.Dimension() {
			return &Error{Kind: ErrMalformed, Usage: e.Usage, Err: fmt.Errorf("vector %d has %d numbers, the first has %d", i, len(v), e.Dimension())}
		}
	}
	return nil
}

// vectorSet holds vectors that one model made, by their texts.
type vectorSet struct {
	model   string
	length  int
	vectors map[string][]float32
}

// admits reports whether vectors may stand beside those of the set.
func (s *vectorSet) admits(e *Embeddings) bool {
	return len(s.vectors) == 0 || s.model == e.Model && s.length == e.Dimension()
}

func (s *vectorSet) add(texts []string, e *Embeddings) {
	if s.vectors == nil {
		s.vectors = make(map[string][]float32, len(texts))
	}
	s.model, s.length = e.Model, e.Dimension()
	for i, text := range texts {
		s.vectors[text] = e.Vectors[i]
	}
}

func (s *vectorSet) missing(texts []string) []string {
	var missing []string
	for _, text := range texts {
		if s.vectors[text] == nil {
			missing = append(missing, text)
		}
	}
	return missing
}

// rows are copies of the texts' vectors, in order.
func (s *vectorSet) rows(texts []string) [][]float32 {
	rows := make([][]float32, len(texts))
	for i, text := range texts {
		rows[i] = slices.Clone(s.vectors[text])
	}
	return rows
}

// known are the vectors that are there, and none when they are not all of one model.
func (c *Cache) known(texts []string, keys map[string]Key) (s vectorSet, erasures int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	mixed := false
	for _, text := range texts {
		e := c.entries.get(keys[text])
		if e == nil {
			continue
		}
		found := &Embeddings{Model: e.model, Vectors: [][]float32{e.vector}}
		mixed = mixed || !s.admits(found)
		s.add([]string{text}, found)
	}
	if mixed {
		s = vectorSet{}
	}
	c.stats.Hits += int64(len(s.vectors))
	c.stats.Misses += int64(len(texts) - len(s.vectors))
	return s, c.erasures
}

func (c *Cache) keepVectors(texts []string, keys map[string]Key, s vectorSet, erasures int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, text := range texts {
		c.keep(&entry{key: keys[text], vector: slices.Clone(s.vectors[text]), model: s.model}, erasures)
	}
}
