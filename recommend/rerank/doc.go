// Package rerank lets a model order the head of a list anew, and finds out first whether that makes the list better.
//
//	stage := rerank.NewListwise(model, nil)
//	verdict, err := rerank.Measure(ctx, stage, cases, &rerank.MeasureOptions{Latency: time.Second}) // on a hold-out
//	gated := rerank.NewGated(stage, verdict)
//	result := gated.Apply(ctx, query, items)
//	items = rerank.Reorder(items, result.Order)
//
// A model that scores profile and item loses to a plain item-kNN on warm customers, and earns its cost on some lists of
// some shops. So a stage is off until it was measured on lists of the same segment.
//
// # Stages
//
// [Listwise] shows a model the list and asks for its order, several times in shuffled order. [Likelihood] asks a small
// language model how much likelier an item's text is after the customer's portrait than without it. [Relevance] asks a
// reranker. Each sees candidates in one line of text, as [NewItem] makes it. [Blend] fuses a stage's order with that of the list. Whatever a model can say at ingest, about items, costs
// less and serves every list: see package recommend/enrich; traits of customers are read by package profile/traits.
//
// # What holds whatever a model does
//
// A stage orders; it neither adds an item, loses one nor shows one twice, and what is below the head stays where it is:
// [Repair], and [Apply], which trusts no stage. Filters and rules that held for the list hold for its new order. A list is
// as it was where the model fails, takes too long or is over its budget, and Result.Kept says so.
//
// An item's text can talk a model into another order of the heads of lists that it is in, a better place for itself and a
// worse one for others. It cannot do more, and no prompt prevents it: sellers who write their own texts are a reason for a
// small share in [Blend].
//
// # Personal data
//
// The portrait goes to the provider of the model. It is quoted material in the request and never part of an instruction;
// an [llm.Shield] around the model takes names, addresses and numbers out of it. Leave Query.Customer empty where the
// customer has not agreed.
//
// # The gate
//
// [Measure] compares NDCG with and without the stage, list by list, and decides by a confidence sequence, which is valid
// however often one looks: it stops asking as soon as the answer is sure. The [Verdict] has a finding for each [Segment],
// in numbers and in words, and is stored as JSON. [MeasureEach] measures several stages, and [NewBest] runs in each segment
// the one that surely adds the most.
package rerank
