package rerank_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
	"github.com/clmkit/clmkit/recommend/rerank"
)

var shelf = []rerank.Item{
	{ID: "mug", Text: "Stoneware mug"},
	{ID: "boots", Text: "Boots for long walks"},
	{ID: "map", Text: "Map of the northern hills"},
	{ID: "soap", Text: "Lavender soap"},
}

func show(r *rerank.Result) {
	var ids []string
	for _, item := range rerank.Reorder(shelf, r.Order) {
		ids = append(ids, string(item.ID))
	}
	fmt.Println(strings.Join(ids, " "))
	if r.Kept != "" {
		fmt.Println("as it was:", r.Why)
	}
}

func ExampleNewListwise() {
	// A model that takes what has to do with walks first. It sees four numbered items, each time in another order.
	model := llm.ModelFunc(func(_ context.Context, req *llm.Request) (*llm.Response, error) {
		var first, rest []int
		number := 0
		for _, part := range req.Messages[1].Parts {
			if !strings.HasPrefix(part.Source, "item ") {
				continue
			}
			number++
			if strings.Contains(part.Text, "walks") || strings.Contains(part.Text, "hills") {
				first = append(first, number)
			} else {
				rest = append(rest, number)
			}
		}
		raw, _ := json.Marshal(map[string][]int{"order": append(first, rest...)})
		return &llm.Response{Text: string(raw), Finish: llm.FinishStop}, nil
	})
	stage := rerank.NewListwise(model, &rerank.ListwiseOptions{Passes: 8})
	query := rerank.Query{Customer: "Has bought two maps and a rucksack.", Seed: 1}
	show(rerank.Apply(context.Background(), stage, query, shelf, nil))
	// Output: map boots mug soap
}

func ExampleApply() {
	ctx := context.Background()
	query := rerank.Query{Customer: "Has bought two maps and a rucksack."}
	for _, reply := range []llmtest.Reply{
		{Text: `{"order":[9,2,2,0]}`}, // two items invented, one repeated, three dropped
		{Text: `{"order":[]}`},
		{Fault: llmtest.Refusal},
	} {
		stage := rerank.NewListwise(llmtest.NewScript(reply), &rerank.ListwiseOptions{Passes: 1})
		result := rerank.Apply(ctx, stage, query, shelf, nil)
		show(result)
		fmt.Printf("%+v\n", result.Repairs)
	}
	// Output:
	// boots mug map soap
	// {Invented:2 Repeated:1 Dropped:3}
	// mug boots map soap
	// as it was: failed: rerank: pass 1: the answer names no item
	// {Invented:0 Repeated:0 Dropped:0}
	// mug boots map soap
	// as it was: failed: rerank: pass 1: llm: llmtest: refused: refusal
	// {Invented:0 Repeated:0 Dropped:0}
}

func ExampleNewLikelihood() {
	// Log-likelihoods as a small language model gives them: the mug is likely whoever asks, the map for this customer.
	scorer := llm.ScorerFunc(func(_ context.Context, prefix string, texts []string) (*llm.Likelihoods, error) {
		scores := &llm.Likelihoods{Model: "small"}
		for _, text := range texts {
			l := llm.Likelihood{LogProb: -40, Tokens: 10}
			switch {
			case strings.Contains(text, "mug"):
				l = llm.Likelihood{LogProb: -6, Tokens: 3}
			case strings.Contains(text, "Map") && strings.Contains(prefix, "maps"):
				l = llm.Likelihood{LogProb: -25, Tokens: 10}
			}
			scores.Values = append(scores.Values, l)
		}
		return scores, nil
	})
	query := rerank.Query{Customer: "Has bought two maps and a rucksack."}
	result := rerank.Apply(context.Background(), rerank.NewLikelihood(scorer, nil), query, shelf, nil)
	show(result)
	fmt.Println(result.Scores)
	// Output:
	// map mug boots soap
	// [1.5 0 0 0]
}

func ExampleNewRelevance() {
	stage := rerank.NewRelevance(llmtest.Overlap{}, nil)
	query := rerank.Query{Search: "a map for long walks"}
	show(rerank.Apply(context.Background(), stage, query, shelf, nil))
	show(rerank.Apply(context.Background(), rerank.Blend(stage, 0.2), query, shelf, nil))
	// Output:
	// boots map mug soap
	// mug boots map soap
}

// evenings is a hold-out of a shop where new customers buy what they searched for, and regular ones what the list says.
func evenings() []rerank.Case {
	var cases []rerank.Case
	for i := range 120 {
		c := rerank.Case{Items: shelf, Query: rerank.Query{
			Customer: "Likes it quiet.", Search: "map", Segment: rerank.ColdCustomer, Scope: llm.Scope{Customer: fmt.Sprint(i)},
		}}
		c.Relevant = []clm.ItemID{"map"}
		if i%2 == 0 {
			c.Query.Segment, c.Relevant = rerank.Warm, []clm.ItemID{"mug"}
		}
		cases = append(cases, c)
	}
	return cases
}

func ExampleMeasure() {
	ctx := context.Background()
	stage := rerank.NewRelevance(llmtest.Overlap{}, nil)
	verdict, err := rerank.Measure(ctx, stage, evenings(), &rerank.MeasureOptions{Stage: "overlap 1", K: 3})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range verdict.Findings {
		fmt.Printf("%s: on %t, %s: %+.2f, surely between %+.2f and %+.2f, by %d lists\n", f.Segment, f.On, f.Decision, f.Gain, f.Low, f.High, f.Lists)
	}

	stored, _ := json.Marshal(verdict) // and later
	verdict = new(rerank.Verdict)
	if err := json.Unmarshal(stored, verdict); err != nil {
		fmt.Println(err)
		return
	}
	gated := rerank.NewGated(stage, verdict)
	show(gated.Apply(ctx, rerank.Query{Search: "map", Segment: rerank.ColdCustomer}, shelf))
	warm := gated.Apply(ctx, rerank.Query{Search: "map", Segment: rerank.Warm}, shelf)
	fmt.Println(warm.Order, warm.Kept)
	// Output:
	// cold customer: on true, helps: +0.50, surely between +0.24 and +0.59, by 30 lists
	// warm: on false, useless: -0.37, surely between -0.48 and -0.13, by 30 lists
	// map mug boots soap
	// [0 1 2 3] off
}

func ExampleNewBest() {
	ctx := context.Background()
	relevance := rerank.NewRelevance(llmtest.Overlap{}, nil)
	stages := map[string]rerank.Stage{"whole": relevance, "tenth": rerank.Blend(relevance, 0.1)}
	verdicts, err := rerank.MeasureEach(ctx, stages, evenings(), &rerank.MeasureOptions{K: 3})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, v := range verdicts {
		for _, f := range v.Findings {
			fmt.Printf("%s, %s: %s\n", v.Stage, f.Segment, f.Decision)
		}
	}
	gated := rerank.NewBest(stages, verdicts)
	fmt.Println("on:", gated.On(), gated.Apply(ctx, rerank.Query{Search: "map", Segment: rerank.ColdCustomer}, shelf).Stage)
	// Output:
	// tenth, cold customer: undecided
	// tenth, warm: undecided
	// whole, cold customer: helps
	// whole, warm: useless
	// on: [cold customer] whole
}
