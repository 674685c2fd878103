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
	Alike      = "alike"      // what the customers with the most similar histories bought
	Lately     = "lately"     // what those customers bought in the last days
	Together   = "together"   // what is bought in one order, by mutual information
	Next       = "next"       // what the orders after such orders hold
	Viewed     = "viewed"     // items that the same customers looked at: cosine with shrinkage
	ALS        = "als"        // matrix factorisation, Hu, Koren and Volinsky 2008; not by default
	Content    = "content"    // items whose text is similar
	Repeat     = "repeat"     // what the customer buys again and again
	Popularity = "popularity" // what most customers bought lately
	Trending   = "trending"   // what sells more than it did
	Looked     = "looked"     // what most customers looked at lately
	Arrivals   = "arrivals"   // what is new
)

// Sources returns the names of all sources, in the order in which they are
// asked when nothing is known about which is better.
func Sources() []string {
	return []string{ItemKNN, EASE, Alike, Lately, Together, Next, Viewed, ALS, Content, Repeat, Popularity, Trending, Looked, Arrivals}
}

// usual are the sources that are fitted unless the options name others: all but
// one that costs much and adds little to the rest.
func usual() []string {
	return slices.DeleteFunc(Sources(), func(name string) bool { return name == ALS })
}

// The settings of sources that nobody has to know: those that did best on the
// days before 2011-06-01 of Online Retail.
var (
	alikeOptions    = candidate.AlikeOptions{Neighbours: 200, HalfLife: 60 * day, Length: 0.5, Rarity: 1, Reads: 20_000}
	togetherOptions = candidate.TogetherOptions{Neighbours: 200, MinSupport: 3, Shrink: 200, HalfLife: 60 * day}
	nextOptions     = candidate.NextOptions{Neighbours: 200, Steps: 3, Shrink: 100, Rarity: 0.3, Last: 3, Rate: 0.8}
	alsOptions      = candidate.ALSOptions{Factors: 64, Rounds: 10, Steps: 3, Alpha: 5, Lambda: 30, HalfLife: 60 * day, Candidates: 500, Seed: 1}
)

// manyCustomers is from how many customers on fewer of them are asked for a list:
// among so many, enough are much like anybody.
const manyCustomers = 20_000

func alikeFor(p *interaction.Past) candidate.AlikeOptions {
	o := alikeOptions
	if len(p.Customers) > manyCustomers {
		o.Neighbours, o.Reads = 50, 2000
	}
	return o
}

// recipes returns those of the sources that the options name, in the order of
// [Sources]. Texts are embedded here, once for all fits; without texts there is
// no recipe for content.
func recipes(ctx context.Context, v *interaction.Vocabulary, o *Options) ([]recipe, error) {
	content, err := newContent(ctx, v, o)
	if err != nil {
		return nil, err
	}
	var all []recipe
	for _, r := range []recipe{
		{ItemKNN, true, func(ctx context.Context, p *interaction.Past) (candidate.Source, error) {
			return candidate.TrainItemKNN(ctx, p, candidate.ItemKNNOptions(o.ItemKNN))
		}},
		{EASE, true, func(ctx context.Context, p *interaction.Past) (candidate.Source, error) {
			return newEASE(ctx, p, &o.EASE)
		}},
		{Alike, true, counted(func(p *interaction.Past) candidate.Source { return candidate.TrainAlike(p, alikeFor(p)) })},
		{Lately, true, func(ctx context.Context, p *interaction.Past) (candidate.Source, error) {
			return candidate.TrainLately(ctx, p, alikeFor(p))
		}},
		{Together, true, func(ctx context.Context, p *interaction.Past) (candidate.Source, error) {
			return candidate.TrainTogether(ctx, p, togetherOptions)
		}},
		{Next, true, func(ctx context.Context, p *interaction.Past) (candidate.Source, error) {
			return candidate.TrainNext(ctx, p, nextOptions)
		}},
		{Viewed, true, func(ctx context.Context, p *interaction.Past) (candidate.Source, error) {
			return candidate.TrainViewed(ctx, p, candidate.ItemKNNOptions(o.ItemKNN))
		}},
		{ALS, true, func(ctx context.Context, p *interaction.Past) (candidate.Source, error) {
			return candidate.TrainALS(ctx, p, alsOptions)
		}},
		{Content, true, counted(func(*interaction.Past) candidate.Source { return content })},
		{Repeat, true, counted(func(p *interaction.Past) candidate.Source { return newRepeat(p, &o.Repeat) })},
		{Popularity, false, counted(func(p *interaction.Past) candidate.Source {
			return candidate.TrainPopularity(p, candidate.PopularityOptions(o.Popularity))
		})},
		{Trending, false, counted(func(p *interaction.Past) candidate.Source {
			return candidate.TrainTrending(p, candidate.TrendingOptions(o.Trending))
		})},
		{Looked, false, counted(func(p *interaction.Past) candidate.Source {
			return candidate.TrainLooks(p, candidate.LooksOptions{Window: o.Popularity.Window, HalfLife: o.Popularity.HalfLife})
		})},
		{Arrivals, false, counted(func(p *interaction.Past) candidate.Source {
			return candidate.TrainArrivals(p, candidate.ArrivalsOptions(o.Arrivals))
		})},
	} {
		if slices.Contains(o.Sources, r.name) && (r.name != Content || content != nil) {
			all = append(all, r)
		}
	}
	return all, nil
}

// counted makes the training of a source that is quick and cannot fail.
func counted(train func(p *interaction.Past) candidate.Source) func(context.Context, *interaction.Past) (candidate.Source, error) {
	return func(ctx context.Context, p *interaction.Past) (candidate.Source, error) { return train(p), ctx.Err() }
}

// newContent embeds the catalogue, if that is wanted and it has texts.
func newContent(ctx context.Context, v *interaction.Vocabulary, o *Options) (*candidate.Content, error) {
	if !slices.Contains(o.Sources, Content) {
		return nil, nil
	}
	o.Progress("embed")
	return candidate.NewContent(ctx, v, candidate.ContentOptions(o.Content), o.known)
}

// sparseNeighbours is to how many items the sparse EASE compares one: more were
// not better on the days before 2011-06-01 of Online Retail.
const sparseNeighbours = 64

// newEASE trains the exact EASE, or where more items than it may take have been
// wanted the sparse one, in which all enter.
func newEASE(ctx context.Context, p *interaction.Past, o *EASEOptions) (candidate.Source, error) {
	if len(p.MostWanted(o.MaxItems+1)) > o.MaxItems {
		return candidate.TrainSparse(ctx, p, candidate.SparseOptions{Neighbours: sparseNeighbours, Lambda: o.Lambda, HalfLife: o.HalfLife})
	}
	return candidate.TrainEASE(ctx, p, candidate.EASEOptions(*o))
}

func newRepeat(p *interaction.Past, o *RepeatOptions) candidate.Source {
	if o.Frequency {
		return candidate.NewRepeat(p, o.HalfLife)
	}
	return candidate.TrainRhythm(p, candidate.RhythmOptions{Shrink: o.Shrink, Prior: o.Prior, HalfLife: o.HalfLife})
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
