package recommend_test

import (
	"context"
	"fmt"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/recommend"
)

// teaShop returns a catalogue with two categories, and orders.
func teaShop() (*clm.Catalogue, []clm.Event) {
	catalogue, err := clm.NewCatalogue(
		clm.Item{ID: "cup", Title: "Blue tea cup", Categories: []string{"Kitchen"}},
		clm.Item{ID: "pot", Title: "Blue tea pot", Categories: []string{"Kitchen"}},
		clm.Item{ID: "tray", Title: "Oak tea tray", Categories: []string{"Kitchen"}},
		clm.Item{ID: "jug", Title: "Milk jug", Categories: []string{"Kitchen"}},
		clm.Item{ID: "rug", Title: "Woven wool rug", Categories: []string{"Floors"}},
		clm.Item{ID: "mat", Title: "Woven jute mat", Categories: []string{"Floors"}},
		clm.Item{ID: "tile", Title: "Cork tile", Categories: []string{"Floors"}},
	)
	if err != nil {
		panic(err)
	}
	return catalogue, []clm.Event{
		order("o1", "ann", 40, "cup", "pot"), order("o2", "ben", 30, "cup", "tray"), order("o3", "cem", 25, "cup", "pot", "jug"),
		order("o4", "dan", 20, "rug", "mat"), order("o5", "eve", 15, "rug", "tile"), order("o6", "fay", 10, "cup"),
	}
}

// eager is a model that writes titles, one of which promises too much.
var eager = llm.ModelFunc(func(context.Context, *llm.Request) (*llm.Response, error) {
	return llm.Complete("eager", &llm.Response{Finish: llm.FinishStop, Text: `{"titles": [
		{"carousel": 1, "title": "Blue tea cup and what goes with it"},
		{"carousel": 2, "title": "Floors at half price"}]}`})
})

func ExampleModel_Carousels() {
	ctx := context.Background()
	catalogue, events := teaShop()
	model, err := recommend.Fit(ctx, clm.Sequence(events), catalogue, moment, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, titler := range []llm.Model{nil, eager} {
		carousels, err := model.Carousels(ctx, recommend.Request{Customer: "fay"}, &recommend.CarouselOptions{
			Least: 2, Titler: titler,
			Kinds: []recommend.ThemeKind{recommend.ThemeBecause, recommend.ThemeCategory},
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, c := range carousels {
			fmt.Printf("%s (%s, %q)\n", c.Title, c.TitledBy, c.Why)
			for _, item := range c.Items {
				fmt.Printf("  %d %s: %s\n", item.Rank, item.ID, item.Reason.English(catalogue))
			}
		}
	}
	// Output:
	// Because you bought Blue tea cup (template, "")
	//   1 pot: 2 customers who bought Blue tea cup also bought this
	//   2 tray: 1 customer who bought Blue tea cup also bought this
	//   3 jug: 1 customer who bought Blue tea cup also bought this
	// Picks in Floors (template, "")
	//   1 rug: bought by 2 customers
	//   2 mat: bought by 1 customer
	//   3 tile: bought by 1 customer
	// Blue tea cup and what goes with it (model, "")
	//   1 pot: 2 customers who bought Blue tea cup also bought this
	//   2 tray: 1 customer who bought Blue tea cup also bought this
	//   3 jug: 1 customer who bought Blue tea cup also bought this
	// Picks in Floors (template, "number")
	//   1 rug: bought by 2 customers
	//   2 mat: bought by 1 customer
	//   3 tile: bought by 1 customer
}
