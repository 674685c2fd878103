package recommend_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/recommend"
)

// show prints a list with its reasons.
func show(result *recommend.Result, catalogue *clm.Catalogue) {
	for _, item := range result.Items {
		fmt.Println(strings.TrimSpace(fmt.Sprintf("%d %s by %s %s", item.Rank, item.ID, item.Path, item.Reason.English(catalogue))))
	}
}

// A shop that nobody has bought anything in shows its catalogue: what came in
// lately, and then of each category in turn the newest.
func ExampleFit_emptyLog() {
	ctx := context.Background()
	catalogue, err := clm.NewCatalogue(
		clm.Item{ID: "cup", Title: "Tea cup", Categories: []string{"Kitchen"}, Added: moment.AddDate(0, -6, 0)},
		clm.Item{ID: "pot", Title: "Tea pot", Categories: []string{"Kitchen"}, Added: moment.AddDate(0, -5, 0)},
		clm.Item{ID: "rug", Title: "Wool rug", Categories: []string{"Floors"}, Added: moment.AddDate(0, -9, 0)},
		clm.Item{ID: "mat", Title: "Jute mat", Categories: []string{"Floors"}, Added: moment.AddDate(0, 0, -20)},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	model, err := recommend.Fit(ctx, clm.Sequence(nil), catalogue, moment, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := model.Recommend(ctx, recommend.Request{})
	if err != nil {
		fmt.Println(err)
		return
	}
	show(result, catalogue)
	// Output:
	// 1 mat by popularity new since 2026-02-09
	// 2 pot by catalogue
	// 3 cup by catalogue
	// 4 rug by catalogue
}

// All that is known of a guest is one search.
func ExampleRequest_oneSearch() {
	ctx := context.Background()
	catalogue, events := teaShop()
	model, err := recommend.Fit(ctx, clm.Sequence(events), catalogue, moment, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := model.Recommend(ctx, recommend.Request{K: 4, Session: []clm.Event{{Kind: clm.Searched, Query: "woven mats"}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	show(result, catalogue)
	// Output:
	// 1 mat by content its text is similar to woven mats: shared words mat, woven
	// 2 rug by content its text is similar to woven mats: shared words woven
	// 3 cup by popularity bought by 1 customer in the last 14 days
	// 4 pot by popularity bought by 2 customers
}

// A new item that nobody has bought finds its customers by its text, and the
// items that it is like.
func ExampleModel_Audience_newItem() {
	ctx := context.Background()
	shop, events := teaShop()
	items := []clm.Item{{ID: "runner", Title: "Woven wool runner", Categories: []string{"Floors"}, Added: moment.AddDate(0, 0, -1)}}
	for item := range shop.All {
		items = append(items, *item)
	}
	catalogue, err := clm.NewCatalogue(items...)
	if err != nil {
		fmt.Println(err)
		return
	}
	model, err := recommend.Fit(ctx, clm.Sequence(events), catalogue, moment, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	audience, err := model.Audience(ctx, recommend.AudienceRequest{Items: []clm.ItemID{"runner"}, K: 3})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, prospect := range audience {
		fmt.Println(prospect.Customer, "for", prospect.Items)
	}
	similar, err := model.Recommend(ctx, recommend.Request{SimilarTo: "runner", K: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	show(similar, catalogue)
	// Output:
	// dan for [rug mat]
	// eve for [rug tile]
	// 1 rug by item its text is similar to Woven wool runner: shared words wool, woven, floors
	// 2 mat by item its text is similar to Woven wool runner: shared words woven, floors
}
