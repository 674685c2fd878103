package recommend

import (
	"cmp"
	"context"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
)

// A source scores items for a history. The blend knows nothing else of it.
// Sources are immutable and safe for concurrent use.
type source interface {
	// score writes the score of each item that it can say something about
	// into scores, which has an element for each item of the vocabulary and
	// comes zeroed. Greater is better; 0 is "knows nothing".
	score(ctx context.Context, h *history, scores []float64) error
	// reason says why it gave an item that score, with what is counted in
	// the events; false when nothing can be said that is true.
	reason(h *history, item int32) (Reason, bool)
}

// A recipe makes a source of what was known at a moment.
type recipe struct {
	name string
	// personal is whether the scores depend on the history.
	personal bool
	train    func(ctx context.Context, in *interactions) (source, error)
}

// The names of the sources.
const (
	ItemKNN    = "itemknn"    // items that the same customers bought: cosine with shrinkage
	EASE       = "ease"       // linear autoencoder, Steck 2019
	Content    = "content"    // items whose text is similar
	Repeat     = "repeat"     // what the customer buys again and again
	Popularity = "popularity" // what most customers bought lately
)

// Sources returns the names of all sources, in the order in which they are
// asked when nothing is known about which is better.
func Sources() []string { return []string{ItemKNN, EASE, Content, Repeat, Popularity} }

// recipes returns those of the sources that the options name, in the order of
// [Sources]. Texts are embedded here, once for all fits; without texts there is
// no recipe for content.
func recipes(ctx context.Context, v *vocabulary, o *Options) ([]recipe, error) {
	var all []recipe
	add := func(name string, personal bool, train func(context.Context, *interactions) (source, error)) {
		if slices.Contains(o.Sources, name) {
			all = append(all, recipe{name, personal, train})
		}
	}
	add(ItemKNN, true, func(ctx context.Context, in *interactions) (source, error) {
		return trainItemKNN(ctx, in, o.ItemKNN)
	})
	add(EASE, true, func(ctx context.Context, in *interactions) (source, error) {
		return trainEASE(ctx, in, o.EASE)
	})
	if slices.Contains(o.Sources, Content) {
		o.Progress("embed")
		content, err := newContent(ctx, v, o.Content)
		if err != nil {
			return nil, err
		}
		if content != nil {
			add(Content, true, func(context.Context, *interactions) (source, error) { return content, nil })
		}
	}
	add(Repeat, true, func(_ context.Context, in *interactions) (source, error) {
		return &repeat{in, o.Repeat.HalfLife}, nil
	})
	add(Popularity, false, func(_ context.Context, in *interactions) (source, error) {
		return trainPopularity(in, o.Popularity), nil
	})
	return all, nil
}

// inBlocks calls f for the numbers from 0 to n in blocks, on all processors.
func inBlocks(ctx context.Context, n int, f func(from, to int)) error {
	const block = 32
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for from := 0; from < n; from += block {
		group.Go(func() error {
			if ctx.Err() == nil {
				f(from, min(from+block, n))
			}
			return ctx.Err()
		})
	}
	return group.Wait()
}

// alsoBought returns the reason that other customers bought the item and one
// of the history's items: of those with a positive contribution to the item's
// score the one that contributed most.
func alsoBought(in *interactions, h *history, item int32, wants []wanted, contribution func(wanted) float64) (Reason, bool) {
	var causes []wanted
	for _, w := range wants {
		if c := contribution(w); c > 0 && w.item != item {
			causes = append(causes, wanted{w.item, c})
		}
	}
	slices.SortStableFunc(causes, func(a, b wanted) int { return cmp.Compare(b.weight, a.weight) })
	for _, c := range causes {
		if n := in.buyersOfBoth(c.item, item, h.customer); n > 0 {
			return Reason{Kind: AlsoBought, Items: in.ids(c.item), Count: n}, true
		}
	}
	return Reason{}, false
}
