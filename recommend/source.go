package recommend

import (
	"context"
	"fmt"
	"slices"

	"github.com/clmkit/clmkit/recommend/internal/candidate"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// A recipe makes a source of what was known at a moment.
type recipe struct {
	name string
	// personal is whether the scores depend on the history.
	personal bool
	train    func(ctx context.Context, p *interaction.Past) (candidate.Source, error)
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
func recipes(ctx context.Context, v *interaction.Vocabulary, o *Options) ([]recipe, error) {
	var all []recipe
	add := func(name string, personal bool, train func(context.Context, *interaction.Past) (candidate.Source, error)) {
		if slices.Contains(o.Sources, name) {
			all = append(all, recipe{name, personal, train})
		}
	}
	add(ItemKNN, true, func(ctx context.Context, p *interaction.Past) (candidate.Source, error) {
		return candidate.TrainItemKNN(ctx, p, candidate.ItemKNNOptions(o.ItemKNN))
	})
	add(EASE, true, func(ctx context.Context, p *interaction.Past) (candidate.Source, error) {
		return candidate.TrainEASE(ctx, p, candidate.EASEOptions(o.EASE))
	})
	if slices.Contains(o.Sources, Content) {
		o.Progress("embed")
		content, err := candidate.NewContent(ctx, v, candidate.ContentOptions(o.Content))
		if err != nil {
			return nil, err
		}
		if content != nil {
			add(Content, true, func(context.Context, *interaction.Past) (candidate.Source, error) { return content, nil })
		}
	}
	add(Repeat, true, func(_ context.Context, p *interaction.Past) (candidate.Source, error) {
		return candidate.NewRepeat(p, o.Repeat.HalfLife), nil
	})
	add(Popularity, false, func(_ context.Context, p *interaction.Past) (candidate.Source, error) {
		return candidate.TrainPopularity(p, candidate.PopularityOptions(o.Popularity)), nil
	})
	return all, nil
}

func train(ctx context.Context, all []recipe, p *interaction.Past, o *Options) ([]candidate.Source, error) {
	sources := make([]candidate.Source, len(all))
	for i, r := range all {
		o.Progress(r.name)
		var err error
		if sources[i], err = r.train(ctx, p); err != nil {
			return nil, fmt.Errorf("recommend: source %s: %w", r.name, err)
		}
	}
	return sources, nil
}
