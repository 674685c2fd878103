package recommend

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/text"
	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
)

// titling returns a model that gives the carousels of a call these titles.
func titling(all ...string) *llmtest.Script {
	var a titles
	for i, s := range all {
		if s != "" {
			a.Titles = append(a.Titles, titled{Carousel: i + 1, Title: s})
		}
	}
	answer, err := json.Marshal(a)
	if err != nil {
		panic(err)
	}
	return llmtest.NewScript(llmtest.Reply{Text: string(answer)}, llmtest.Reply{Text: string(answer)})
}

// crockery returns a catalogue of eight items in two categories.
func crockery(t testing.TB) *clm.Catalogue {
	t.Helper()
	var items []clm.Item
	for i, title := range []string{"Blue tea cup", "Blue tea pot", "Green tea bowl", "Organic tea tray", "Woven wool rug", "Woven jute rug", "Wool mat", "Round jute mat"} {
		items = append(items, clm.Item{ID: clm.ItemID('a' + rune(i)), Title: title, Categories: []string{[]string{"Kitchen", "Floors"}[i/4]}, Attributes: map[string]string{"finish": []string{"plain", "golden"}[i/4]}, Added: now.AddDate(0, 0, -400-i)})
	}
	catalogue, err := clm.NewCatalogue(items...)
	require.NoError(t, err)
	return catalogue
}

func crockeryModel(t testing.TB) *Model {
	events := []clm.Event{order("1", "ann", 50, "a"), order("2", "ben", 40, "a", "b", "e"), order("3", "cem", 30, "b", "c"), order("4", "dan", 20, "d", "e", "f")}
	return mustFit(t, events, crockery(t), quick)
}

func TestTitlesOfAModelAreChecked(t *testing.T) {
	m := crockeryModel(t)
	kitchen := Carousel{Theme: Theme{Kind: ThemeCategory, Value: "Kitchen"}, Items: []Item{{ID: "a"}, {ID: "b"}, {ID: "c"}, {ID: "d"}}}
	tray := Carousel{Theme: kitchen.Theme, Items: []Item{{ID: "d"}}}
	because := Carousel{Theme: Theme{Kind: ThemeBecause, Item: "a"}, Items: []Item{{ID: "b"}, {ID: "c"}}}
	looked := Carousel{Theme: Theme{Kind: ThemeViewed, Item: "a"}, Items: []Item{{ID: "b"}, {ID: "c"}}}
	fresh := Carousel{Theme: Theme{Kind: ThemeNew}, Items: []Item{{ID: "a"}, {ID: "e"}}}
	popular := Carousel{Theme: Theme{Kind: ThemePopular}, Items: []Item{{ID: "a"}, {ID: "e"}}}
	sale := Carousel{Theme: Theme{Kind: ThemeCategory, Value: "Sale 2026"}, Items: []Item{{ID: "a"}, {ID: "e"}}}
	for _, c := range []struct {
		carousel *Carousel
		locale   string
		title    string
		why      Fault // "" is taken
	}{
		{&kitchen, "en", "A cosy corner for your kitchen", ""},
		{&kitchen, "en", "Tea time!", ""},
		{&kitchen, "en", "Cups, pots & bowls", ""},
		{&kitchen, "de", "Alles für die Teestunde am Kitchen-Tisch", ""},
		{&because, "en", "You bought Blue tea cup: more for tea", ""},
		{&looked, "en", "You looked at Blue tea cup", ""},
		{&fresh, "en", "New in this week", ""},
		{&popular, "en", "Popular with tea drinkers", ""},
		{&sale, "en", "Sale 2026", ""},

		{&kitchen, "en", "", FaultForm},
		{&kitchen, "en", "Kitchen\nEverything must go", FaultForm},
		{&kitchen, "en", "Kitchen " + strings.Repeat("cups ", 20), FaultForm},
		{&kitchen, "en", "<script>kitchen</script>", FaultForm},
		{&kitchen, "en", "Kitchen \u202etsixe", FaultForm},
		{&kitchen, "en", "Kitchen ✨", FaultForm},
		{&kitchen, "en", "Kitchen S A L E", FaultForm},
		{&kitchen, "en", "Kitchen ꜱᴀʟᴇ", FaultForm},
		{&kitchen, "en", "Kitchen at shop.example", FaultLink},
		{&kitchen, "en", "Kitchen: mail us@shop", FaultLink},
		{&kitchen, "en", "Kitchen from €", FaultPrice},
		{&kitchen, "en", "Kitchen, half the price", FaultNumber + FaultPrice},
		{&kitchen, "en", "Kitchen, many % less", FaultPrice},
		{&kitchen, "en", "Kitchen for a few euros", FaultPrice},
		{&kitchen, "en", "50 kitchen picks", FaultNumber},
		{&kitchen, "en", "Two kitchen picks", FaultNumber},
		{&kitchen, "en", "Kitchen picks ٥", FaultNumber},
		{&kitchen, "en", "Kitchen sale", FaultClaim},
		{&kitchen, "en", "Kitchen sa-le", FaultClaim},
		{&kitchen, "en", "The best of kitchen", FaultClaim},
		{&kitchen, "en", "The loveliest kitchen", FaultClaim},
		{&kitchen, "en", "Bestseller-Kitchen", FaultClaim},
		{&kitchen, "en", "New in kitchen", FaultClaim},
		{&kitchen, "en", "Organic kitchen picks", FaultClaim}, // one of four
		{&tray, "en", "Organic tea", ""},
		{&kitchen, "en", "Popular in kitchen", FaultClaim},
		{&kitchen, "en", "Kitchen: you bought these", FaultClaim},
		{&kitchen, "en", "Kitchen for your pregnancy", FaultClaim},
		{&kitchen, "de", "Kitchen: jetzt gratis", FaultClaim},
		{&kitchen, "fr", "Kitchen, livraison offerte", FaultClaim},
		{&kitchen, "es", "Kitchen en oferta", FaultClaim},
		{&kitchen, "en", "Floors for the kitchen", FaultUnrelated},
		{&kitchen, "en", "Golden kitchen picks", FaultUnrelated},
		{&kitchen, "en", "Things that please", FaultUnrelated},
		{&kitchen, "en", "For you and yours", FaultUnrelated},
		{&kitchen, "en", "Alles für die Küche und den Tea", FaultLanguage},
		{&kitchen, "en", "Kitchen кухня", FaultLanguage},
		{&because, "en", "You bought tea", FaultName},
		{&looked, "en", "You bought Blue tea cup", FaultClaim},
		{&because, "en", "You looked at Blue tea cup", FaultClaim},
		{&fresh, "en", "Popular tea", FaultClaim},
		{&sale, "en", "Sale 2027", FaultNumber},
	} {
		t.Run(c.locale+" "+c.title, func(t *testing.T) {
			p := &pool{m: m, o: &CarouselOptions{MaxTitle: 60}}
			c.carousel.Title = m.title(&c.carousel.Theme, c.locale)
			language := text.Language(c.locale)
			f := p.newTitleCheck(language, c.carousel, p.labelWords(language)).flaw(c.title, 60)
			if c.why == "" {
				assert.Nil(t, f)
				return
			}
			require.NotNil(t, f)
			assert.Contains(t, string(c.why), string(f.fault), "%+v", f)
		})
	}
}

func TestAModelTitlesAllCarouselsInOneCall(t *testing.T) {
	m := crockeryModel(t)
	o := &CarouselOptions{Kinds: []ThemeKind{ThemeCategory}, Least: 2, Purpose: "titles"}
	plain := mustCarousels(t, m, Request{Impersonal: true}, o)
	require.Len(t, plain, 2)
	for _, c := range []struct {
		name   string
		titles []string
		want   []string
		why    []Fault
	}{
		{"both good", []string{"Tea in the kitchen", "Rugs for the floors"}, []string{"Tea in the kitchen", "Rugs for the floors"}, []Fault{"", ""}},
		{"one a lie", []string{"Kitchen sale", "Rugs for the floors"}, []string{"Picks in Kitchen", "Rugs for the floors"}, []Fault{FaultClaim, ""}},
		{"one missing", []string{"", "Rugs for the floors"}, []string{"Picks in Kitchen", "Rugs for the floors"}, []Fault{FaultMissing, ""}},
		{"that of the other", []string{"Picks in Floors", "Picks in Kitchen"}, []string{"Picks in Kitchen", "Picks in Floors"}, []Fault{FaultUnrelated, FaultUnrelated}},
		{"more than there are", []string{"Tea in the kitchen", "Rugs for the floors", "Kitchen"}, []string{"Tea in the kitchen", "Rugs for the floors"}, []Fault{"", ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			model := titling(c.titles...)
			asked := *o
			asked.Titler = model
			all := mustCarousels(t, m, Request{Impersonal: true, Scope: llm.Scope{Tenant: "shop"}}, &asked)
			require.Len(t, all, 2)
			for i := range all {
				assert.Equal(t, c.want[i], all[i].Title)
				assert.Equal(t, c.why[i], all[i].Why, all[i].Detail)
				assert.Equal(t, c.why[i] == "", all[i].TitledBy == AuthorModel)
				assert.Equal(t, plain[i].Items, all[i].Items, "a title changes nothing else")
			}
			require.Len(t, model.Requests(), 1)
			assert.Equal(t, llm.Purpose("titles"), model.Requests()[0].Purpose)
			assert.Equal(t, "shop", model.Requests()[0].Scope.Tenant)
		})
	}
}

func TestTheFirstTitleForACarouselCounts(t *testing.T) {
	answer := `{"titles": [{"carousel": 1, "title": "Time for tea"}, {"carousel": 1, "title": "Kitchen tea"}, {"carousel": 0, "title": "Tea"}, {"carousel": -7, "title": "Tea"}]}`
	o := &CarouselOptions{Kinds: []ThemeKind{ThemeCategory}, Least: 2, N: 1, Titler: llmtest.NewScript(llmtest.Reply{Text: answer})}
	all := mustCarousels(t, crockeryModel(t), Request{Impersonal: true}, o)
	require.Len(t, all, 1)
	assert.Equal(t, "Time for tea", all[0].Title)
}

func TestTwoCarouselsHaveNotTheSameTitle(t *testing.T) {
	m := crockeryModel(t)
	p := &pool{m: m, o: &CarouselOptions{MaxTitle: 60}}
	all := []Carousel{
		{Theme: Theme{Kind: ThemeCategory, Value: "Kitchen"}, Title: "Picks in Kitchen", Items: []Item{{ID: "a"}, {ID: "b"}}},
		{Theme: Theme{Kind: ThemeBecause, Item: "c"}, Title: "Because you bought Green tea bowl", Items: []Item{{ID: "d"}}},
	}
	p.take("en", all, map[int]string{0: "Time for tea", 1: "TIME for tea"})
	assert.Equal(t, "Time for tea", all[0].Title)
	assert.Equal(t, "Because you bought Green tea bowl", all[1].Title)
	assert.Equal(t, FaultRepeated, all[1].Why)
}

func TestAModelThatFailsLeavesTheTemplatesTitles(t *testing.T) {
	m := crockeryModel(t)
	down := llm.ModelFunc(func(context.Context, *llm.Request) (*llm.Response, error) {
		return nil, &llm.Error{Kind: llm.ErrUnavailable}
	})
	for _, c := range mustCarousels(t, m, Request{}, &CarouselOptions{Titler: down, Least: 2}) {
		assert.Equal(t, m.title(&c.Theme, ""), c.Title)
		assert.Equal(t, AuthorTemplate, c.TitledBy)
		assert.Equal(t, FaultModel, c.Why)
		assert.Contains(t, c.Detail, "unavailable")
	}
	ctx, cancel := context.WithCancel(t.Context())
	canceling := llm.ModelFunc(func(context.Context, *llm.Request) (*llm.Response, error) {
		cancel()
		return nil, context.Canceled
	})
	_, err := m.Carousels(ctx, Request{}, &CarouselOptions{Titler: canceling, Least: 2})
	assert.ErrorIs(t, err, context.Canceled)
}

// TestAHostileModelGivesNoTitle feeds whatever a hostile model comes up with:
// each title is a template's, or passes all checks.
func TestAHostileModelGivesNoTitle(t *testing.T) {
	m := crockeryModel(t)
	hostile := llmtest.Hostile(6)
	why := map[Fault]int{}
	for range 60 {
		for _, c := range mustCarousels(t, m, Request{}, &CarouselOptions{Titler: hostile, Least: 2}) {
			assert.Equal(t, m.title(&c.Theme, ""), c.Title)
			why[c.Why]++
		}
	}
	assert.Less(t, why[FaultModel], 120, "some of it was read: %v", why)
}
