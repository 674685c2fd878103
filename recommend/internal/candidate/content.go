package candidate

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/lexical"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
	"github.com/clmkit/clmkit/vector"
)

// ContentOptions are the settings of [Content].
type ContentOptions struct {
	Embedder   llm.Embedder  // of texts and queries; nil is latent semantic analysis of the catalogue
	Candidates int           // how many items are looked up for a customer
	Similarity float64       // cosine from which on texts are similar
	HalfLife   time.Duration // age at which an event of the customer counts half; 0 is never
}

// Content scores an item by the cosine between its text and what the customer
// wanted, looked at and searched for, all of it fading with age. It needs no
// orders, so it finds items that nobody has bought yet.
type Content struct {
	o       ContentOptions
	v       *interaction.Vocabulary
	store   vector.Memory
	vectors [][]float32    // of unit length, by item; nil for an item without text
	texts   map[string]int // how many items' texts have a stem
	lexical bool           // the embedder is that of the catalogue's own words
	model   string         // that made the vectors, as the embedder names it
	speller speller
}

// embedBatch is how many texts an embedder gets at once.
const embedBatch = 256

// NewContent embeds the catalogue's texts, but for those whose vectors are known.
// It returns nil when there are none, or no word in them.
func NewContent(ctx context.Context, v *interaction.Vocabulary, o ContentOptions, known *Known) (*Content, error) {
	c := &Content{o: o, v: v, vectors: make([][]float32, len(v.Items)), texts: map[string]int{}}
	var items []int32
	var texts []string
	for n, item := range v.Catalogue {
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
	if err := c.embedAll(ctx, items, texts, known); err != nil {
		return nil, fmt.Errorf("recommend: content: %w", err)
	}
	return c, nil
}

// embedAll stores the vectors of the items' texts.
func (c *Content) embedAll(ctx context.Context, items []int32, texts []string, known *Known) error {
	if c.o.Embedder == nil {
		embedder, err := lexical.Fit(texts, nil)
		if err != nil {
			return err
		}
		c.o.Embedder, c.lexical, known = embedder, true, nil
	}
	known, err := known.checked(ctx, c, texts)
	if err != nil {
		return err
	}
	if known != nil {
		c.model = known.model
	}
	var fresh []string
	having := map[string][]int32{} // items with a text that is fresh
	for i, item := range items {
		if c.vectors[item] = known.of(texts[i]); c.vectors[item] != nil {
			continue
		}
		if len(having[texts[i]]) == 0 {
			fresh = append(fresh, texts[i])
		}
		having[texts[i]] = append(having[texts[i]], item)
	}
	for batch := range slices.Chunk(fresh, embedBatch) {
		vectors, model, err := c.embed(ctx, batch)
		if err != nil {
			return err
		}
		c.model = model
		for i, text := range batch {
			for _, item := range having[text] {
				c.vectors[item] = vectors[i]
			}
		}
	}
	return c.keep(ctx, items)
}

// keep stores the vectors for searches.
func (c *Content) keep(ctx context.Context, items []int32) error {
	var records []vector.Record
	for _, item := range items {
		if v := c.vectors[item]; v != nil {
			records = append(records, vector.Record{ID: string(c.v.Items[item]), Vector: v})
		}
	}
	return c.store.Upsert(ctx, records...)
}

// embed returns a vector of unit length for each text, nil for one about which
// the embedder knows nothing, and the model that the embedder names.
func (c *Content) embed(ctx context.Context, texts []string) ([][]float32, string, error) {
	e, err := c.o.Embedder.Embed(ctx, texts)
	if err != nil {
		return nil, "", err
	}
	if len(e.Vectors) != len(texts) {
		return nil, "", fmt.Errorf("%d vectors for %d texts", len(e.Vectors), len(texts))
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
	return units, e.Model, nil
}

func dot(a, b []float32) float64 {
	sum := 0.0
	for i := range min(len(a), len(b)) {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

// Score implements [Source].
func (c *Content) Score(ctx context.Context, h *interaction.History, s *Scores) error {
	profile, err := c.profile(ctx, h)
	if err != nil || dot(profile, profile) == 0 {
		return err
	}
	found, err := c.store.Search(ctx, vector.Query{Vector: profile, K: c.o.Candidates + len(c.items(h))})
	if err != nil {
		return err
	}
	for _, m := range found {
		if m.Score < c.o.Similarity {
			break
		}
		s.Add(c.v.Index[clm.ItemID(m.ID)], m.Score)
	}
	return nil
}

// profile returns the sum of the vectors of the customer's items and queries,
// as far as they have not faded.
func (c *Content) profile(ctx context.Context, h *interaction.History) ([]float32, error) {
	profile, err := c.queries(ctx, h)
	if err != nil {
		return nil, err
	}
	for _, w := range c.items(h) {
		profile = addTo(profile, c.vectors[w.Item], w.Weight)
	}
	return profile, nil
}

// items returns the items of the history that have a vector, in their order,
// each with what its latest event has left of its weight.
func (c *Content) items(h *interaction.History) []interaction.Wanted {
	all := slices.Clone(h.Wants(c.o.HalfLife))
	for _, t := range h.Touches {
		if t.Item >= 0 {
			all = append(all, interaction.Wanted{Item: t.Item, Weight: h.Fading(t.Time, c.o.HalfLife)})
		}
	}
	return slices.DeleteFunc(interaction.Heaviest(all), func(w interaction.Wanted) bool { return c.vectors[w.Item] == nil })
}

// queries returns the sum of the vectors of what was searched for.
func (c *Content) queries(ctx context.Context, h *interaction.History) ([]float32, error) {
	var texts []string
	var weights []float64
	for _, t := range h.Touches {
		if t.Item < 0 {
			texts, weights = append(texts, c.spelt(t.Query)), append(weights, h.Fading(t.Time, c.o.HalfLife))
		}
	}
	if len(texts) == 0 {
		return nil, nil
	}
	vectors, _, err := c.embed(ctx, texts)
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

// Cause names the item of the history that is nearest, or else the latest
// query that has a word in common, be it misspelt.
func (c *Content) Cause(h *interaction.History, item int32) (Cause, bool) {
	best := interaction.Wanted{Item: -1}
	for _, w := range c.items(h) {
		near := dot(c.vectors[w.Item], c.vectors[item])
		if w.Item != item && near >= c.o.Similarity && w.Weight*near > best.Weight {
			best = interaction.Wanted{Item: w.Item, Weight: w.Weight * near}
		}
	}
	if best.Item >= 0 {
		words := c.shared(item, itemText(c.v.Catalogue[best.Item]))
		return Cause{Kind: SimilarText, Items: []int32{best.Item}, Words: words}, true
	}
	for _, t := range slices.Backward(h.Touches) {
		if words := c.shared(item, t.Query); len(words) > 0 || len(c.shared(item, c.spelt(t.Query))) > 0 {
			return Cause{Kind: SimilarText, Query: t.Query, Words: words}, true
		}
	}
	return Cause{}, false
}

// Vector returns the vector of an item's text, of unit length, or nil. It is
// shared.
func (c *Content) Vector(item int32) []float32 { return c.vectors[item] }
