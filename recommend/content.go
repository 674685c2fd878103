package recommend

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/llm/lexical"
	"github.com/clmkit/clmkit/vector"
)

// content scores an item by the cosine between its text and what the customer
// wanted, looked at and searched for, all of it fading with age. It needs no
// orders, so it finds items that nobody has bought yet.
type content struct {
	o       ContentOptions
	v       *vocabulary
	store   vector.Memory
	vectors [][]float32    // of unit length, by item; nil for an item without text
	texts   map[string]int // how many items' texts have a stem
}

// embedBatch is how many texts an embedder gets at once.
const embedBatch = 256

// newContent embeds the catalogue's texts. It returns nil when there are none,
// or no word in them.
func newContent(ctx context.Context, v *vocabulary, o ContentOptions) (*content, error) {
	c := &content{o: o, v: v, vectors: make([][]float32, len(v.items)), texts: map[string]int{}}
	var items []int32
	var texts []string
	for n, item := range v.catalogue {
		if item == nil || itemText(item) == "" {
			continue
		}
		items, texts = append(items, int32(n)), append(texts, itemText(item))
		for stem := range stems(itemText(item)) {
			c.texts[stem]++
		}
	}
	if len(c.texts) == 0 {
		return nil, nil
	}
	if err := c.embedAll(ctx, items, texts); err != nil {
		return nil, fmt.Errorf("recommend: content: %w", err)
	}
	return c, nil
}

// embedAll stores the vectors of the items' texts.
func (c *content) embedAll(ctx context.Context, items []int32, texts []string) error {
	if c.o.Embedder == nil {
		embedder, err := lexical.Fit(texts, nil)
		if err != nil {
			return err
		}
		c.o.Embedder = embedder
	}
	for len(texts) > 0 {
		n := min(len(texts), embedBatch)
		if err := c.add(ctx, items[:n], texts[:n]); err != nil {
			return err
		}
		items, texts = items[n:], texts[n:]
	}
	return nil
}

func (c *content) add(ctx context.Context, items []int32, texts []string) error {
	vectors, err := c.embed(ctx, texts)
	if err != nil {
		return err
	}
	var records []vector.Record
	for i, item := range items {
		if vectors[i] != nil {
			c.vectors[item] = vectors[i]
			records = append(records, vector.Record{ID: string(c.v.items[item]), Vector: vectors[i]})
		}
	}
	return c.store.Upsert(ctx, records...)
}

// embed returns a vector of unit length for each text, nil for one about which
// the embedder knows nothing.
func (c *content) embed(ctx context.Context, texts []string) ([][]float32, error) {
	e, err := c.o.Embedder.Embed(ctx, texts)
	if err != nil {
		return nil, err
	}
	if len(e.Vectors) != len(texts) {
		return nil, fmt.Errorf("%d vectors for %d texts", len(e.Vectors), len(texts))
	}
	units := make([][]float32, len(texts))
	for i, v := range e.Vectors {
		if norm := math.Sqrt(dot(v, v)); norm > 0 {
			units[i] = make([]float32, len(v))
			for j, x := range v {
				units[i][j] = float32(float64(x) / norm)
			}
		}
	}
	return units, nil
}

func dot(a, b []float32) float64 {
	sum := 0.0
	for i := range min(len(a), len(b)) {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

func (c *content) score(ctx context.Context, h *history, scores []float64) error {
	items := c.items(h)
	profile, err := c.queries(ctx, h)
	if err != nil {
		return err
	}
	for _, w := range items {
		profile = addTo(profile, c.vectors[w.item], w.weight)
	}
	if dot(profile, profile) == 0 {
		return nil
	}
	found, err := c.store.Search(ctx, vector.Query{Vector: profile, K: c.o.Candidates + len(items)})
	if err != nil {
		return err
	}
	for _, m := range found {
		if m.Score < c.o.Similarity {
			break
		}
		scores[c.v.index[clm.ItemID(m.ID)]] = m.Score
	}
	return nil
}

// items returns the items of the history that have a vector, in their order,
// each with what its latest event has left of its weight.
func (c *content) items(h *history) []wanted {
	all := h.wants(c.o.HalfLife)
	for _, t := range h.touches {
		if t.item >= 0 {
			all = append(all, wanted{t.item, h.fading(t.time, c.o.HalfLife)})
		}
	}
	return slices.DeleteFunc(heaviest(all), func(w wanted) bool { return c.vectors[w.item] == nil })
}

// queries returns the sum of the vectors of what was searched for.
func (c *content) queries(ctx context.Context, h *history) ([]float32, error) {
	var texts []string
	var weights []float64
	for _, t := range h.touches {
		if t.item < 0 {
			texts, weights = append(texts, t.query), append(weights, h.fading(t.time, c.o.HalfLife))
		}
	}
	if len(texts) == 0 {
		return nil, nil
	}
	vectors, err := c.embed(ctx, texts)
	if err != nil {
		return nil, err
	}
	var sum []float32
	for i, v := range vectors {
		sum = addTo(sum, v, weights[i])
	}
	return sum, nil
}

func addTo(sum, v []float32, weight float64) []float32 {
	if sum == nil {
		sum = make([]float32, len(v))
	}
	for i := range min(len(sum), len(v)) {
		sum[i] += float32(weight) * v[i]
	}
	return sum
}

// reason names the item of the history that is nearest, or else the latest
// query that has a word in common.
func (c *content) reason(h *history, item int32) (Reason, bool) {
	best := wanted{item: -1}
	for _, w := range c.items(h) {
		near := dot(c.vectors[w.item], c.vectors[item])
		if w.item != item && near >= c.o.Similarity && w.weight*near > best.weight {
			best = wanted{w.item, w.weight * near}
		}
	}
	if best.item >= 0 {
		words := c.shared(item, itemText(c.v.catalogue[best.item]))
		return Reason{Kind: SimilarText, Items: c.v.ids(best.item), Words: words}, true
	}
	for _, t := range slices.Backward(h.touches) {
		if words := c.shared(item, t.query); len(words) > 0 {
			return Reason{Kind: SimilarText, Query: t.query, Words: words}, true
		}
	}
	return Reason{}, false
}
