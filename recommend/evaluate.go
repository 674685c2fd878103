package recommend

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
	"github.com/clmkit/clmkit/recommend/quality"
)

// ErrNothingToEvaluate is wrapped by the error for a moment before or after
// which the events hold nothing to learn from or nothing to score.
var ErrNothingToEvaluate = errors.New("nothing to evaluate")

// EvaluateOptions are the settings of [Evaluate].
type EvaluateOptions struct {
	// Task is what is evaluated. Default: [NewItems].
	Task Task
	// K is the rank at which lists are cut off. Default: 10.
	K int
	// Window is how long after the cut purchases count.
	// Default: to the end of the events.
	Window time.Duration
	// Fit holds the settings of the fit.
	Fit *Options
	// Seed is that of the method "random". Default: 0.
	Seed uint64
	// Quality, if not nil, asks for a [quality.Report] of each method, with all
	// measures that its settings allow, their intervals, and the same for the
	// segments "one order", "few orders" (2 to 4) and "many orders" of the
	// customers' past. Lists are then as long as its largest K. Catalogue,
	// Items and Popularity have those of the fit as their defaults.
	Quality *quality.Options
	// Ranked, if not nil, is called with each list that was scored: method
	// after method, within it in the order of the customers' ids.
	Ranked func(method string, customer clm.CustomerID, items []clm.ItemID)
}

// Evaluation is how well the items that customers bought after a moment were
// ranked by what was known before it.
type Evaluation struct {
	Task      Task      `json:"task"`
	At        time.Time `json:"at"`
	Customers int       `json:"customers"` // who were scored: known before the moment, with targets after it
	Items     int       `json:"items"`     // that were ranked: all that the model knows
	Targets   int       `json:"targets"`   // purchases to be found, summed over the customers
	Unknown   int       `json:"unknown"`   // order lines left out because the model could not know the item
	Blends    Blends    `json:"blends"`
	Methods   []Method  `json:"methods,omitempty"`
}

// Method is the quality of one way to rank.
type Method struct {
	Name string `json:"name"`
	// Default is true of what [Model.Recommend] does.
	Default bool `json:"default"`
	// K is the rank at which lists are cut off.
	K int `json:"k"`
	// NDCG, HitRate, Recall, Precision and MRR are means over the customers,
	// in [0, 1], with the definitions of Amazon Personalize's offline metrics:
	// normalised discounted cumulative gain with binary gains, share of
	// customers with a hit, hits over targets, hits over K, and the reciprocal
	// of the rank of the first hit (0 without one).
	NDCG      float64 `json:"ndcg"`
	HitRate   float64 `json:"hit_rate"`
	Recall    float64 `json:"recall"`
	Precision float64 `json:"precision"`
	MRR       float64 `json:"mrr"`
	// Coverage is the share of all items that were in at least one list.
	Coverage float64 `json:"coverage"`
	// Report is what [EvaluateOptions.Quality] asks for, or nil.
	Report *quality.Report `json:"report,omitempty"`
}

// The names of the methods of an [Evaluation] that are no sources.
const (
	Blended = "blend"   // what Recommend does
	Nothing = "nothing" // empty lists: the floor of every number
	Random  = "random"  // any order
	Recency = "recency" // the customer's own latest items, then those sold last
)

// Evaluate fits a model on the events before the cut and scores what it ranks
// by what the same customers bought from the cut on. All items that the model
// knows are ranked, whether the catalogue has them or not and whatever their
// stock is, which may have been another then; nothing is sampled. Next to the
// default stand all its sources alone and the baselines.
//
// It fails as [Fit] does, and with an error that wraps [ErrNothingToEvaluate].
func Evaluate(ctx context.Context, events iter.Seq2[clm.Event, error], catalogue *clm.Catalogue, cut time.Time, o *EvaluateOptions) (*Evaluation, error) {
	var opts EvaluateOptions
	if o != nil {
		opts = *o
	}
	fill(&opts.K, 10)
	if opts.K < 0 || opts.Window < 0 || !opts.Task.valid() {
		return nil, fmt.Errorf("recommend: evaluate %d ranks over %s, task %d", opts.K, opts.Window, opts.Task)
	}
	fitting, err := opts.Fit.defaults()
	if err != nil {
		return nil, err
	}
	var end time.Time
	if opts.Window > 0 {
		end = cut.Add(opts.Window)
	}
	fitting.Progress("read")
	records, err := interaction.Read(events, fitting.Weights, end)
	if err != nil {
		return nil, err
	}
	m, err := fit(ctx, records, catalogue, cut, &fitting)
	if err != nil {
		return nil, err
	}
	fitting.Progress("score")
	e := newEvaluator(m, records, &opts, catalogue)
	if len(e.cases) == 0 {
		return nil, fmt.Errorf("recommend: no customer bought both before and after %s: %w", cut.Format(time.RFC3339), ErrNothingToEvaluate)
	}
	return e.run(ctx)
}
