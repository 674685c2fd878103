package content_test

import (
	"testing"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/content"
	"github.com/clmkit/clmkit/profile"
	"github.com/stretchr/testify/require"
)

// now is a Tuesday.
var now = time.Date(2026, 12, 15, 9, 0, 0, 0, time.UTC)

func eur(minor int64) clm.Money { return clm.Money{Minor: minor, Currency: "EUR"} }

// shop is a catalogue of a few items.
func shop() []clm.Item {
	return []clm.Item{
		{ID: "mug", Title: "Dawn Mug", Text: "Stoneware mug, blue glaze outside and white inside. Holds 250 ml. Dishwasher-safe, not suitable for the microwave. Lead-free.", Brand: "Kiln & Co", Categories: []string{"kitchen"}, Price: eur(1999), Attributes: map[string]string{"height": "9 cm", "made in": "Portugal"}},
		{ID: "board", Title: "Oak Board", Text: "Cutting board made of solid oak, finished with natural oil. 40 x 25 cm.", Price: eur(3450), Categories: []string{"kitchen"}},
		{ID: "calendar", Title: "Garden Calendar 2027", Text: "Twelve drawings on recycled paper, 100 % cotton ribbon.", Price: eur(1200)},
		{ID: "lamp", Title: "Aurora Desk Lamp", Text: "Brass lamp, 40 W.", Brand: "Lumina", Price: eur(12900)},
		{ID: "espresso", Title: "Espresso Machine", Text: "15 bar.", Price: clm.Money{Minor: 129900, Currency: "USD"}},
		{ID: "scarf", Title: "Merino Scarf", Text: "Pure merino wool.", Price: clm.Money{Minor: 500, Currency: "GBP"}},
		{ID: "tea", Title: "Morning Tea", Text: "Green tea, sugar-free, 50 g. Best before see lid.", Price: clm.Money{Minor: 350, Currency: "GBP"}},
	}
}

func catalogue(t testing.TB) *clm.Catalogue {
	c, err := clm.NewCatalogue(shop()...)
	require.NoError(t, err)
	return c
}

// brief is about items, with an offer of 20 % until the 24th, a Thursday.
func brief(items ...clm.ItemID) *content.Brief {
	return &content.Brief{
		ID: "b-1", Kind: content.Promotion, Customer: "c-1", Name: "Ada Byron", Items: items, Shop: "Nordlicht",
		Offer:   &content.Offer{Percent: 20, Code: "SPRING20", Until: time.Date(2026, 12, 24, 23, 59, 0, 0, time.UTC)},
		Channel: content.Email(), Time: now, Links: []string{"https://shop.example/dawn", "help@shop.example", "+44 20 7946 0000"},
	}
}

func plain(items ...clm.ItemID) *content.Brief {
	b := brief(items...)
	b.Offer = nil
	return b
}

func off(items ...clm.ItemID) *content.Brief {
	b := brief(items...)
	b.Offer = &content.Offer{Off: eur(500), FreeShipping: true, Minimum: eur(3000)}
	return b
}

func german(b *content.Brief) *content.Brief {
	b.Language = "de"
	return b
}

func known(b *content.Brief) *content.Brief {
	b.Profile = profile.New("c-1")
	folder := profile.NewFolder(nil, nil)
	for i, id := range []string{"o-1", "o-2"} {
		e := clm.Event{ID: id, Customer: "c-1", Kind: clm.Ordered, Time: now.AddDate(0, -4+i, 0), Lines: []clm.Line{{Item: "mug", Quantity: 1, Amount: eur(1999)}}}
		if err := folder.Fold(b.Profile, &e); err != nil {
			panic(err)
		}
	}
	return b
}

// body is a draft of a sentence.
func body(text string) *content.Draft { return &content.Draft{Subject: "For you", Body: text} }
