package recommend_test

import (
	"context"
	"fmt"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/filter"
	"github.com/clmkit/clmkit/recommend"
	"github.com/clmkit/clmkit/recommend/explore"
	"github.com/clmkit/clmkit/recommend/rules"
)

// cafe is a shop in which who buys the mill buys beans.
func cafe() ([]clm.Event, *clm.Catalogue, error) {
	catalogue, err := clm.NewCatalogue(
		clm.Item{ID: "beans", Title: "Coffee beans", Brand: "Ours"},
		clm.Item{ID: "filter", Title: "Paper filters"},
		clm.Item{ID: "mill", Title: "Coffee mill"},
		clm.Item{ID: "tea", Title: "Green tea", Brand: "Ours"},
	)
	return []clm.Event{
		order("o1", "ann", 40, "mill", "beans"), order("o2", "ben", 30, "mill", "beans"), order("o3", "cem", 20, "mill", "beans", "filter"),
		order("o4", "dan", 10, "mill"), order("o5", "eve", 5, "tea", "filter"),
	}, catalogue, err
}

func fitCafe(ctx context.Context) (*recommend.Model, *clm.Catalogue, error) {
	events, catalogue, err := cafe()
	if err != nil {
		return nil, nil, err
	}
	model, err := recommend.Fit(ctx, clm.Sequence(events), catalogue, moment, nil)
	return model, catalogue, err
}

func ExampleRequest_rules() {
	ctx := context.Background()
	model, _, err := fitCafe(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	ours, err := filter.Parse(`brand = "Ours"`)
	if err != nil {
		fmt.Println(err)
		return
	}
	plan, err := (&rules.Rules{Promotions: []rules.Promotion{{Name: "own brand", Where: ours, Share: 0.5, Placement: rules.First}}}).Compile(moment)
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := model.Recommend(ctx, recommend.Request{Impersonal: true, K: 2, Rules: plan})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, item := range result.Items {
		fmt.Println(item.Rank, item.ID, item.Promotion)
	}
	// Output:
	// 1 tea own brand
	// 2 mill
}

func ExampleRequest_policy() {
	ctx := context.Background()
	model, _, err := fitCafe(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := model.Recommend(ctx, recommend.Request{Customer: "dan", K: 2, Seed: 7, Policy: explore.EpsilonGreedy{Epsilon: 0.2, Slots: 1}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range result.Exposure(moment, "home", "v1").Shown {
		fmt.Printf("%s %.2f\n", s.Item, s.Propensity)
	}
	// Output:
	// beans 1.00
	// filter 0.80
}

func ExampleModel_Batch() {
	ctx := context.Background()
	model, _, err := fitCafe(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	for result, err := range model.Batch(ctx, recommend.Request{K: 1}, &recommend.BatchOptions{After: "cem"}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(result.Customer, result.Items[0].ID)
	}
	// Output:
	// dan beans
	// eve beans
}

func ExampleModel_Audience() {
	ctx := context.Background()
	model, _, err := fitCafe(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	audience, err := model.Audience(ctx, recommend.AudienceRequest{Items: []clm.ItemID{"beans"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range audience {
		fmt.Println(p.Customer, "because of", p.Items)
	}
	// Output:
	// dan because of [mill]
	// eve because of [filter]
}

func ExampleLoad() {
	ctx := context.Background()
	model, catalogue, err := fitCafe(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	data, err := model.MarshalBinary()
	if err != nil {
		fmt.Println(err)
		return
	}
	loaded, err := recommend.Load(ctx, data, catalogue, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	later := moment.AddDate(0, 0, 1)
	updated, err := loaded.Update(ctx, clm.Sequence([]clm.Event{order("o6", "fay", 0, "mill")}), catalogue, later)
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := updated.Recommend(ctx, recommend.Request{Customer: "fay", K: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Items[0].ID, result.Items[0].Reason.English(catalogue))
	// Output:
	// beans 3 customers who bought Coffee mill also bought this
}
