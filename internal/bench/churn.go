package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"time"

	"github.com/clmkit/clmkit/churn"
	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/orders"
	"github.com/clmkit/clmkit/internal/progress"
	"github.com/clmkit/clmkit/profile"
)

// churnTask trains on cuts whose windows are over at the cut, and scores the
// cut itself.
type churnTask struct {
	files    []string
	cut      time.Time
	horizon  time.Duration
	currency string
	penalty  float64
	control  string
}

func runChurn(ctx context.Context, args []string, emit emitter) error {
	task, err := churnFlags(args)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	train, test, err := task.cases(ctx)
	if err != nil {
		return err
	}
	return task.score(ctx, train, test, emit)
}

// churnFlags reads the flags.
func churnFlags(args []string) (*churnTask, error) {
	t := &churnTask{}
	set := flag.NewFlagSet("churn", flag.ContinueOnError)
	set.Func("orders", "`file` of order lines in the columns of Online Retail; may be repeated", func(file string) error {
		t.files = append(t.files, file)
		return nil
	})
	set.Func("cut", "`date` (2011-06-01) at which customers are scored", func(s string) (err error) {
		t.cut, err = time.Parse(time.DateOnly, s)
		return err
	})
	set.DurationVar(&t.horizon, "horizon", 2160*time.Hour, "how far ahead is looked")
	set.StringVar(&t.currency, "currency", "GBP", "ISO 4217 `code` of the amounts")
	set.Float64Var(&t.penalty, "penalty", 0, "weight of the L2 penalty; 0 is the default of churn.Options")
	set.StringVar(&t.control, "control", "", "spoil the experiment: \"peek\" lets features see the window, \"shuffle\" deals the training outcomes anew")
	if err := set.Parse(args); err != nil {
		return nil, fmt.Errorf("churn: %w", err)
	}
	switch {
	case set.NArg() > 0:
		return nil, fmt.Errorf("churn: unexpected argument %q", set.Arg(0))
	case len(t.files) == 0:
		return nil, errors.New("churn: -orders is missing: which file?")
	case t.cut.IsZero():
		return nil, errors.New("churn: -cut is missing: which date?")
	case t.horizon < 24*time.Hour:
		return nil, fmt.Errorf("churn: -horizon %s is shorter than a day", t.horizon)
	case !slices.Contains([]string{"", "peek", "shuffle"}, t.control):
		return nil, fmt.Errorf("churn: -control %q is neither peek nor shuffle", t.control)
	}
	return t, (churn.Definition{Horizon: t.horizon}).Validate()
}

// product is the rule for codes of products under which the reference figures
// were computed. Duplicates are kept for the same reason.
var product = regexp.MustCompile(`^[0-9]{5}[A-Z]*$`)

// cases returns what is trained on, and what is scored.
func (t *churnTask) cases(ctx context.Context) (train, test *churn.Cases, err error) {
	meter := progress.New(os.Stderr)
	defer meter.Done()
	read, err := orders.ReadFiles(ctx, t.files, &orders.Options{
		Currency: t.currency, Product: product.MatchString, KeepDuplicates: true, Progress: meter.Track("reading orders"),
	})
	if err != nil {
		return nil, nil, err
	}
	if len(read.Events) == 0 {
		return nil, nil, errors.New("churn: the files hold no order of a known customer")
	}
	definition := churn.Definition{Horizon: t.horizon}
	// The catalogue knows titles from after the cut, so profiles do without.
	folder := profile.NewFolder(nil, nil)
	history := churn.History{Events: clm.Sequence(read.Events), Folder: folder, Currency: t.currency}
	if test, err = history.Cases(definition, t.cut); err != nil {
		return nil, nil, err
	}
	past := history
	past.Until = t.cut
	first := read.Events[0].Time
	cuts := slices.DeleteFunc(definition.Cuts(t.cut, 3), func(cut time.Time) bool { return !cut.After(first) })
	if len(cuts) == 0 {
		return nil, nil, fmt.Errorf("churn: the first event is of %s: no window of %s is over at %s to train on",
			first.Format(time.DateOnly), t.horizon, t.cut.Format(time.DateOnly))
	}
	if train, err = past.Cases(definition, cuts...); err != nil {
		return nil, nil, err
	}
	switch t.control {
	case "peek":
		err = errors.Join(peek(&history, train), peek(&history, test))
	case "shuffle":
		shuffle(train)
	}
	return train, test, err
}

// peek replaces what was known by what is known when the window is over.
func peek(h *churn.History, cases *churn.Cases) error {
	profiles := map[time.Time]map[clm.CustomerID]*profile.Profile{}
	for i := range cases.Rows {
		row := &cases.Rows[i]
		end := row.Cut.Add(cases.Definition.Horizon)
		if profiles[end] == nil {
			var err error
			if profiles[end], _, err = h.Folder.AsOf(h.Events, end); err != nil {
				return err
			}
		}
		row.Values = churn.Values(profiles[end][row.Customer], end, cases.Currency)
	}
	return nil
}

// shuffle deals the outcomes anew among the cases.
func shuffle(cases *churn.Cases) {
	rng := rand.New(rand.NewPCG(1, 2))
	rng.Shuffle(len(cases.Rows), func(i, j int) {
		cases.Rows[i].Churned, cases.Rows[j].Churned = cases.Rows[j].Churned, cases.Rows[i].Churned
	})
}

// score fits, measures and prints one result for each method.
func (t *churnTask) score(ctx context.Context, train, test *churn.Cases, emit emitter) error {
	rfm, seconds, err := fitAndEvaluate(ctx, train, test, &churn.Options{Penalty: t.penalty, Features: []string{"recency", "orders", "monetary"}})
	if err != nil {
		return err
	}
	all, secondsAll, err := fitAndEvaluate(ctx, train, test, &churn.Options{Penalty: t.penalty})
	if err != nil {
		return err
	}
	for _, line := range []struct {
		method string
		churn.Quality
		more map[string]any
	}{
		{"base rate", all.BaseRate, nil},
		{"recency only", all.RecencyOnly, nil},
		{"RFM quintile sum", all.RFM, nil},
		{"logistic, RFM", rfm.Model, map[string]any{"fit_seconds": seconds}},
		{"logistic, all features", all.Model, map[string]any{"fit_seconds": secondsAll, "default": true}},
	} {
		result := t.describe(train, test)
		result["method"] = line.method
		maps.Copy(result, line.more)
		maps.Copy(result, qualityOf(line.Quality))
		if err := emit(result); err != nil {
			return err
		}
	}
	return nil
}

func fitAndEvaluate(ctx context.Context, train, test *churn.Cases, o *churn.Options) (*churn.Evaluation, float64, error) {
	start := time.Now()
	model, err := churn.Fit(ctx, train, o)
	if err != nil {
		return nil, 0, err
	}
	seconds := time.Since(start).Seconds()
	if model.Path == churn.BaseRate {
		return nil, 0, fmt.Errorf("churn: nothing to learn from: %s", model.Why)
	}
	evaluation, err := churn.Evaluate(model, test)
	return evaluation, seconds, err
}

// describe returns what all lines have in common.
func (t *churnTask) describe(train, test *churn.Cases) map[string]any {
	var cuts []string
	for _, row := range train.Rows {
		if cut := row.Cut.Format(time.DateOnly); !slices.Contains(cuts, cut) {
			cuts = append(cuts, cut)
		}
	}
	result := map[string]any{
		"task": "churn", "cut": t.cut.Format(time.DateOnly), "horizon": t.horizon.String(),
		"customers": len(test.Rows), "buy_rate": 1 - float64(test.ChurnRate()),
		"train_cases": len(train.Rows), "train_cuts": cuts, "train_buy_rate": 1 - float64(train.ChurnRate()),
	}
	if t.control != "" {
		result["control"] = t.control
		result["leaking"] = t.control == "peek"
	}
	return result
}

func qualityOf(q churn.Quality) map[string]any {
	m := map[string]any{
		"auc": q.AUC, "pr_auc_buys": q.PRAUCBuys, "pr_auc_churns": q.PRAUCChurns,
		"lift@10_buys": q.LiftBuys, "lift@10_churns": q.LiftChurns,
	}
	if c := q.Calibration; c != nil {
		m["brier"], m["ece"], m["log_loss"] = c.Brier, c.ECE, c.LogLoss
	}
	return m
}
