package enrich

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/text"
	"github.com/clmkit/clmkit/llm"
)

// Options are the settings of an [Enricher].
type Options struct {
	// Language of the items' texts, a BCP 47 tag, by which words are stemmed.
	// Default: English.
	Language string
	// Model reads what the attributes' words do not say. Default: none, and
	// nothing is asked.
	Model llm.Model
	// ModelName keeps what different models said apart in the cache.
	ModelName string
	// Cache keeps what the model said. Default: one that lives as long as the
	// Enricher.
	Cache *Cache
	// MaxItems is how many items are asked about in one call. A seller who writes
	// to the model in an item's text can mislead it about the other items of the
	// call, within their own words: take 1 where sellers are not trusted.
	// Default: 20.
	MaxItems int
	// MaxBytes is how much of a title and of a text the model sees. Default:
	// 1,000.
	MaxBytes int
	// MaxTokens bounds each answer. Default: 4,096.
	MaxTokens int
	// Tenant and Purpose are those of the calls. Purpose's default:
	// "item-attributes".
	Tenant  string
	Purpose llm.Purpose
}

func (o *Options) defaults() Options {
	var d Options
	if o != nil {
		d = *o
	}
	if d.Cache == nil {
		d.Cache = new(Cache)
	}
	d.MaxItems, d.MaxBytes, d.MaxTokens = positive(d.MaxItems, 20), positive(d.MaxBytes, 1000), positive(d.MaxTokens, 4096)
	d.Purpose = cmp.Or(d.Purpose, "item-attributes")
	return d
}

func positive(n, otherwise int) int {
	if n <= 0 {
		return otherwise
	}
	return n
}

// Enricher finds attributes of items in their texts. It is immutable but for its
// cache, and safe for concurrent use when the model is.
type Enricher struct {
	o            Options
	lexical      *lexical
	instructions string
	fingerprint  string // of all but the text that an answer depends on
}

// New makes an enricher for the attributes, whose order is that of findings. It
// is an error when a name or a value is not one that an item can have, when a
// name occurs twice, and when a word names two values of one attribute.
func New(attributes []Attribute, o *Options) (*Enricher, error) {
	e := &Enricher{o: o.defaults()}
	attributes = slices.Clone(attributes)
	for i := range attributes {
		attributes[i].Values = maps.Clone(attributes[i].Values)
	}
	if err := checkAttributes(attributes); err != nil {
		return nil, err
	}
	language := text.Language(e.o.Language)
	words, err := terms(attributes, language)
	if err != nil {
		return nil, err
	}
	e.lexical = &lexical{attributes, language, words}
	e.instructions = fmt.Sprintf(instructions, taxonomy(attributes))
	e.fingerprint = keyOf(strconv.Itoa(promptVersion), e.o.ModelName, e.o.Tenant, e.o.Language, e.instructions)
	return e, nil
}

// Enrich returns the items with the attributes that their texts tell. It does not
// change the items that it is given, nor attributes that they have.
//
// What the attributes' words say counts first, and costs nothing. A model is asked
// about items with an attribute that is still missing: one call for MaxItems texts
// that are not in the cache, one call after the other. Of what it says only that is taken whose quote stands in the
// item's own title or text, whose value is allowed, and which the item's words do
// not contradict; the rest is cut and counted. Whether the quote means the value
// is the model's word.
//
// A model that fails is no error: the items of that call have what the words say,
// and Reading.Failures says why. A failure that will not pass, such as a budget
// that is used up, ends the asking. The only error is that of a ctx that ended;
// what was answered by then is in the cache.
func (e *Enricher) Enrich(ctx context.Context, items []clm.Item) (*Reading, error) {
	r := &Reading{Items: make([]clm.Item, len(items)), Cut: map[Cause]int{}}
	sights := make([][]sight, len(items))
	for i := range items {
		r.Items[i] = items[i]
		r.Items[i].Attributes = maps.Clone(items[i].Attributes)
		sights[i] = e.lexical.read(&items[i])
	}
	known, keys, err := e.known(ctx, sights, r)
	if err != nil {
		return nil, err
	}
	for i := range r.Items {
		e.describe(&r.Items[i], sights[i], known[keys[i]], r)
	}
	return r, nil
}

// describe adds to an item what its words say, and what the model does.
func (e *Enricher) describe(item *clm.Item, sights []sight, proposals []proposal, r *Reading) {
	c := &checker{lexical: e.lexical, item: item, sights: sights, found: make([]*Finding, len(sights))}
	for _, p := range proposals {
		if cause := c.check(p); cause != "" {
			r.Cut[cause]++
		}
	}
	for i, s := range sights {
		_, own := item.Attributes[e.lexical.attributes[i].Name]
		switch {
		case own:
		case s.finding != nil:
			r.add(item, *s.finding)
		case c.found[i] != nil:
			r.add(item, *c.found[i])
		case s.ambiguous:
			r.Ambiguous++
		}
	}
}

// asking is a text that the model has to be asked about.
type asking struct{ key, shown string }

// known is what the model says of the items' texts, by their keys: from the cache
// or asked now. An item about which there is nothing to ask has no key.
func (e *Enricher) known(ctx context.Context, sights [][]sight, r *Reading) (known map[string][]proposal, keys []string, err error) {
	known, keys = map[string][]proposal{}, make([]string, len(sights))
	seen := map[string]bool{}
	var open []asking
	for i := range sights {
		shown := e.shown(&r.Items[i])
		if shown == "" || !e.isOpen(&r.Items[i], sights[i]) {
			continue
		}
		keys[i] = keyOf(e.fingerprint, shown)
		if seen[keys[i]] {
			continue
		}
		seen[keys[i]] = true
		if p, ok := e.o.Cache.get(keys[i]); ok {
			r.Cached++
			known[keys[i]] = p
			continue
		}
		open = append(open, asking{keys[i], shown})
	}
	for batch := range slices.Chunk(open, e.o.MaxItems) {
		if lasting(r.Failures) {
			r.Unread += len(batch)
			continue
		}
		if err := e.ask(ctx, batch, known, r); err != nil {
			return nil, nil, err
		}
	}
	return known, keys, nil
}

// isOpen reports whether an item has an attribute left to ask a model about.
func (e *Enricher) isOpen(item *clm.Item, sights []sight) bool {
	if e.o.Model == nil {
		return false
	}
	for i, s := range sights {
		if _, own := item.Attributes[e.lexical.attributes[i].Name]; !own && s.finding == nil {
			return true
		}
	}
	return false
}

// lasting reports whether the last failure is one that will not pass.
func lasting(failures []error) bool {
	if len(failures) == 0 {
		return false
	}
	last := failures[len(failures)-1]
	for _, kind := range []llm.Kind{llm.ErrBudget, llm.ErrQuota, llm.ErrUnauthorized} {
		if errors.Is(last, kind) {
			return true
		}
	}
	return false
}

// ask asks about one batch. The only error is that of a ctx that ended.
func (e *Enricher) ask(ctx context.Context, batch []asking, known map[string][]proposal, r *Reading) error {
	texts := make([]string, len(batch))
	for i, a := range batch {
		texts[i] = a.shown
	}
	r.Calls++
	a, resp, err := llm.ObjectResponse[answer](ctx, e.o.Model, e.request(texts))
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		r.Failures = append(r.Failures, fmt.Errorf("enrich: %d items: %w", len(batch), err))
		r.Unread += len(batch)
		if failed, ok := errors.AsType[*llm.Error](err); ok {
			r.Usage = r.Usage.Add(failed.Usage)
		}
		return nil
	}
	r.Asked += len(batch)
	r.Usage = r.Usage.Add(resp.Usage)
	e.take(a, batch, known, r)
	return nil
}

// take files an answer by the texts' keys, and keeps it.
func (e *Enricher) take(a answer, batch []asking, known map[string][]proposal, r *Reading) {
	for _, d := range a.Items {
		if d.Item < 1 || d.Item > len(batch) {
			r.Cut[CutItem]++
			continue
		}
		key := batch[d.Item-1].key
		if _, twice := known[key]; twice {
			r.Cut[CutItem]++
			continue
		}
		d.Attributes = r.bounded(d.Attributes)
		known[key] = d.Attributes
		e.o.Cache.put(key, d.Attributes)
	}
	for _, b := range batch {
		if _, ok := known[b.key]; !ok {
			r.Omitted++
		}
	}
}

// bounded is what of the proposals for one text is looked at.
func (r *Reading) bounded(all []proposal) []proposal {
	kept := slices.DeleteFunc(all, func(p proposal) bool { return len(p.Name)+len(p.Value)+len(p.Quote) > maxProposalBytes })
	kept = kept[:min(len(kept), maxProposals)]
	if cut := len(all) - len(kept); cut > 0 {
		r.Cut[CutSurplus] += cut
	}
	return kept
}
