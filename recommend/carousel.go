package recommend

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/llm"
)

// ThemeKind says what the items of a [Carousel] have in common.
type ThemeKind string

// The kinds of themes. Who refuses profiling, or is not known, gets only
// ThemeCategory, ThemeNew, ThemeTrending and ThemePopular.
const (
	ThemeBecause   ThemeKind = "because"   // related to Item, which the customer bought
	ThemeViewed    ThemeKind = "viewed"    // related to Item, which the customer looked at
	ThemeBuyAgain  ThemeKind = "again"     // the customer bought them before
	ThemeCategory  ThemeKind = "category"  // of the category Value
	ThemeBrand     ThemeKind = "brand"     // of the brand Value
	ThemeAttribute ThemeKind = "attribute" // the attribute Name is Value
	ThemeNew       ThemeKind = "new"       // new in the catalogue, see [Arrivals]
	ThemeTrending  ThemeKind = "trending"  // sell more than they did, see [Trending]
	ThemePopular   ThemeKind = "popular"   // bought by most customers lately, see [Popularity]
)

// themeKinds are all kinds. Of themes that suit alike the earlier comes first.
var themeKinds = []ThemeKind{ThemeBecause, ThemeViewed, ThemeBuyAgain, ThemeCategory, ThemeBrand, ThemeAttribute, ThemeNew, ThemeTrending, ThemePopular}

// A Theme is what the items of a carousel have in common.
type Theme struct {
	Kind  ThemeKind  `json:"kind"`
	Name  string     `json:"name,omitempty"`  // of an attribute
	Value string     `json:"value,omitempty"` // of a category, a brand or an attribute, as the catalogue writes it
	Item  clm.ItemID `json:"item,omitempty"`  // of the customer's history
}

// A Carousel is a part of a customer's list with a theme and a title.
type Carousel struct {
	Theme Theme  `json:"theme"`
	Title string `json:"title"`
	// TitledBy says who wrote the title. Where a model was asked and the
	// template's stands, Why says what was wrong with the model's, and Detail
	// which part of it, or how the model failed.
	TitledBy Author `json:"titled_by"`
	Why      Fault  `json:"why,omitempty"`
	Detail   string `json:"detail,omitempty"`
	// Items are ranked from 1, in the order of the customer's list.
	Items []Item `json:"items"`
	// Share is the part of the customer's list, by the weight of ranks, that the
	// theme's items have which no carousel before shows, in [0, 1]; Lift is that
	// over the part of what the catalogue can sell that belongs to the theme.
	Share float64 `json:"share"`
	Lift  float64 `json:"lift"`
	// Decision identifies the carousel, for [clm.Exposure] and the events that
	// follow from it.
	Decision string `json:"decision"`
}

// Affinity orders carousels: Share times log2(1 + Lift). It is 0 for a theme
// that none of the customer's list belongs to.
func (c *Carousel) Affinity() float64 { return affinity(c.Share, c.Lift) }

// Exposure returns what a customer was shown of the carousel, as
// [Result.Exposure] does.
func (c *Carousel) Exposure(customer clm.CustomerID, at time.Time, surface, policy string) clm.Exposure {
	r := Result{Customer: customer, Items: c.Items, Decision: c.Decision}
	return r.Exposure(at, surface, policy)
}

// CarouselOptions are the settings of [Model.Carousels].
type CarouselOptions struct {
	// N is how many carousels are made at most. Default: 5.
	N int
	// Least and Most are how many items each has. Default: 4 and 12.
	Least, Most int
	// Pool is how many items of the customer's list themes are looked for in.
	// Default: 200.
	Pool int
	// Kinds are the kinds of themes that may be used. Default: all.
	Kinds []ThemeKind
	// Attributes are the names of the attributes whose values are themes.
	// Default: all that the catalogue has.
	Attributes []string
	// Titler, if not nil, is asked once for titles of all carousels, in the
	// language of [Request.Locale]. It sees the themes and the titles of a few
	// items of each, and nothing else of the customer.
	Titler llm.Model
	// MaxTitle is how many characters a title of the Titler may have.
	// Default: 60.
	MaxTitle int
	// Purpose is what calls of Titler are counted by. Default:
	// "recommend-carousel-title".
	Purpose llm.Purpose
}

func (o *CarouselOptions) defaults() (CarouselOptions, error) {
	var d CarouselOptions
	if o != nil {
		d = *o
	}
	fill(&d.N, 5)
	fill(&d.Least, 4)
	fill(&d.Most, max(12, d.Least))
	fill(&d.Pool, 200)
	fill(&d.MaxTitle, 60)
	fill(&d.Purpose, "recommend-carousel-title")
	if d.Kinds == nil {
		d.Kinds = themeKinds
	}
	if d.N < 0 || d.Least < 0 || d.Most < d.Least || d.Pool < 0 || d.MaxTitle < 0 {
		return d, fmt.Errorf("recommend: %d carousels of %d to %d items from a pool of %d, titles of %d characters", d.N, d.Least, d.Most, d.Pool, d.MaxTitle)
	}
	for _, kind := range d.Kinds {
		if !slices.Contains(themeKinds, kind) {
			return d, fmt.Errorf("recommend: no kind of theme is called %q", kind)
		}
	}
	return d, nil
}

// Carousels divides what [Model.Recommend] would answer into parts with a theme
// and a title, the part that suits the customer best first. No item is in two
// of them, and a label whose items are for the most part those of an earlier
// label is passed over. There are fewer than [CarouselOptions.N] where there are
// not so many themes with enough items.
//
// Of the request K is not looked at, nor Policy: carousels explore nothing.
// Rules and Model have their say in the customer's list, not inside of a theme
// that is from a source of its own, such as ThemeNew.
//
// It costs some ten lists, at the first call for a model a look at the whole
// catalogue, and one call of the Titler, or two, see [llm.Object]. It fails as
// Recommend does; where the Titler fails the template's titles stand.
func (m *Model) Carousels(ctx context.Context, r Request, o *CarouselOptions) ([]Carousel, error) {
	opts, err := o.defaults()
	if err != nil {
		return nil, err
	}
	p, err := m.newPool(ctx, r, &opts)
	if err != nil {
		return nil, err
	}
	if err := p.gather(ctx); err != nil {
		return nil, err
	}
	all := p.choose()
	for i := range all {
		c := &all[i]
		c.Title, c.TitledBy = m.title(&c.Theme, r.Locale), AuthorTemplate
		c.Decision = decision(&p.r, &Result{Items: c.Items, At: m.past.At})
	}
	if opts.Titler != nil && len(all) > 0 {
		p.retitle(ctx, all)
	}
	return all, ctx.Err()
}
