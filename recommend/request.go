package recommend

import (
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/filter"
	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/recommend/explore"
	"github.com/clmkit/clmkit/recommend/rerank"
	"github.com/clmkit/clmkit/recommend/rules"
)

// A Request asks for recommendations. The zero Request asks for the ten most
// popular items.
type Request struct {
	// Customer is for whom. A customer whom the model does not know, or none,
	// gets what is popular, unless Session says more.
	Customer clm.CustomerID
	// Session is what happened since the model was fitted, or all that is
	// known of a guest: orders, views, searches. For a customer whom the model
	// knows, events before [Model.At] are passed over, because it has them.
	// Only kind, time, items and query are read; an event without a time
	// counts as happening at the model's moment.
	Session []clm.Event
	// SimilarTo asks for items like this one, instead of what the customer
	// would want.
	SimilarTo clm.ItemID
	// Sources names the sources to use alone, one after the other, whatever is
	// known of the customer: [Together] and SimilarTo for what is bought with an
	// item, [Viewed] for what is looked at with it, [Trending] for what is on the
	// rise. One that the model does not have is an error. Default: what suits.
	Sources []string
	// Among asks for an order of these items alone: all of them that may be
	// recommended, those about which nothing is known at the end in the order
	// in which they are given. Default: all items.
	Among []clm.ItemID
	// Impersonal leaves out everything that is known of the customer, for
	// those who refuse profiling: popular items, even if bought already.
	Impersonal bool

	// Task says whether items that were bought before are excluded (the
	// default) or compete with the others.
	Task Task
	// K is the number of items wanted. Default: 10, or all of Among.
	K int
	// Filter, if not nil, has to hold for an item to be recommended: a condition
	// on the fields of [filter.ItemSchema], such as `price <= 50 EUR AND NOT brand
	// IN ("Acme")`. Compile one for many lists: for which items it holds is
	// remembered from its second list on.
	Filter *filter.Filter
	// Keep, if not nil, has to return true for an item to be recommended. It
	// is called for items that would come in, and must not change them.
	Keep func(*clm.Item) bool
	// Returned admits items that the customer has brought back, and not bought
	// again after. Default: they are not recommended.
	Returned bool

	// Rules are what the shop wants of the list besides: promotions, an
	// objective, diversity, caps; made by [rules.Rules.Compile]. Compile them for
	// many lists: where what is found does not fill a promotion, the catalogue is
	// looked through for what it is about, once for each plan. Nil is none.
	Rules *rules.Plan
	// Value is what an item is worth to the shop, for rules that ask for
	// [rules.Given]: a margin. Nil is 0 for all.
	Value func(*clm.Item) float64
	// Model, if not nil, orders the head of the list anew in the segments in
	// which it was measured that it helps: see [HoldOut] and [rerank.Measure].
	Model *rerank.Gated
	// Portrait is what Model may know of the customer, in words, such as
	// profile.Describe gives. It says nothing that a consent forbids.
	Portrait string
	// Locale is where the customer reads, a BCP 47 tag. Optional.
	Locale string
	// Scope says for whom Model is called: budgets are kept by it.
	Scope llm.Scope
	// Policy, if not nil, gives some places of the list to items of which too
	// little is known, among those that may be shown, and the result says with
	// which probability each item is where it is.
	Policy explore.Policy
	// Evidence returns how often an item should have been taken in all the
	// times when it was shown, and how often it was, for Policy: see
	// [explore.Arm]. Default: what [Options.Exposures] say, or without them the
	// customers who bought it, for both: what few have bought is explored.
	Evidence func(clm.ItemID) (expected, taken float64)
	// Channel is where the customer is, as in [clm.Event.Channel]: "web",
	// "store", "app". What sells there counts, where a ranker learned that. Optional.
	Channel string
	// Surface is where the list will be shown: "home", "cart". Optional.
	Surface string
	// Time is when. Default: the moment of the model.
	Time time.Time
	// Seed of whatever is drawn: the same request with the same seed gives the
	// same list.
	Seed uint64

	// Unlisted admits items that were ordered and are not in the catalogue,
	// with nothing known but their id. Default: they are not recommended.
	Unlisted bool
}

// Path says which way a list was made. A list that a path could not fill goes
// on with the next: [Item.Sources] tells of each item.
type Path string

// The paths, in the order in which they are tried.
const (
	ByItem       Path = "item"       // for SimilarTo
	ByBlend      Path = "blend"      // for who has bought before
	ByContent    Path = "content"    // for who has only looked or searched
	ByPopularity Path = "popularity" // for everybody else
	BySource     Path = "source"     // for Sources
	ByGiven      Path = "given"      // of Among, for what nothing is known about
	ByCatalogue  Path = "catalogue"  // what nobody has bought: the newest first, the categories in turn
	ByRule       Path = "rule"       // brought in by a rule: a promotion, a share of new items
)

// A Result is a list of recommendations.
type Result struct {
	Customer clm.CustomerID `json:"customer,omitempty"` // of the request
	Items    []Item         `json:"items"`              // the best first; fewer than K when no more have any evidence
	Path     Path           `json:"path"`               // of the first item
	// At is the moment of the model.
	At time.Time `json:"at"`
	// Skipped are the sources that failed, such as an embedder that could not
	// be reached, and why. The list was made without them.
	Skipped map[string]string `json:"skipped,omitempty"`
	// Ranked says who ordered what the path proposed.
	Ranked Ranking `json:"ranked"`
	// Model says what [Request.Model] did, and why it did nothing; nil without
	// one.
	Model *rerank.Result `json:"model,omitempty"`
	// Short are the rules that did not get their places.
	Short []rules.Shortfall `json:"short,omitempty"`
	// Decision identifies the list, for [clm.Exposure] and the events that
	// follow from it: a hash of the request's customer, time, surface, seed and
	// task, and of the items.
	Decision string `json:"decision"`
}

// A Ranking names who ordered a list.
type Ranking string

// Who orders lists.
const (
	RankedByScore Ranking = "score" // the sum of the sources' shares
	RankedByTrees Ranking = "trees" // the ranker, see [RankerReport]
	RankedByModel Ranking = "model" // the head by [Request.Model]
)

// An Item is a recommendation.
type Item struct {
	ID   clm.ItemID `json:"id"`
	Rank int        `json:"rank"` // from 1
	// Score orders the items of one path of one result as its sources and the
	// ranker see them, before a model and rules. It is above 0: the sum of the
	// sources' shares, or what the ranker's trees say, mapped into (0, 1). It
	// is no probability.
	Score float64 `json:"score"`
	Path  Path    `json:"path"`
	// Was is the item's rank before rules, from 1; 0 for one that they brought.
	Was int `json:"was"`
	// Promotion names the rule that the item came in by, or is empty.
	Promotion string `json:"promotion,omitempty"`
	// Propensity is the probability, in (0, 1], with which the item is in this
	// place: 1 where nothing is drawn.
	Propensity float64 `json:"propensity"`
	// Explored says that [Request.Policy] put it there in place of another.
	Explored bool `json:"explored,omitempty"`
	// Sources are what the score is made of, the largest share first.
	Sources []Share `json:"sources"`
	Reason  Reason  `json:"reason"`
}

// A Share is what a source adds to a score: its weight times its own score
// divided by its largest for this customer.
type Share struct {
	Source string  `json:"source"`
	Score  float64 `json:"score"`
}
