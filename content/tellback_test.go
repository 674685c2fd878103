package content_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/content"
	"github.com/clmkit/clmkit/llm/llmtest"
	"github.com/clmkit/clmkit/profile"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// said is a trait with the words that say so.
func said(name, value, quote string) clm.Trait {
	return clm.Trait{
		Name: name, Value: value, Confidence: 0.9, Seen: now.AddDate(0, 0, -20), Source: "test/1",
		Evidence: []clm.Evidence{{Event: "e-0", Field: "text", Quote: quote, To: len(quote)}},
	}
}

// portrayed is a brief whose model sees the portrait of a customer of whom much is known.
func portrayed(t require.TestingT, b *content.Brief, traits ...clm.Trait) *content.Brief {
	p := profile.New("c-1")
	cat, err := clm.NewCatalogue(shop()...)
	require.NoError(t, err)
	folder := profile.NewFolder(cat, &profile.FoldOptions{Demographics: []string{clm.AgeBand, clm.Household, clm.Gender}})
	events := []clm.Event{
		{ID: "k", Kind: clm.Consented, Purpose: "profiling", Granted: true, Time: now.AddDate(0, -8, 0)},
		{ID: "t", Kind: clm.Inferred, Time: now.AddDate(0, 0, -20), Traits: traits},
	}
	for i := range 4 {
		at := now.AddDate(0, -5+i, 0)
		events = append(events,
			clm.Event{ID: fmt.Sprint("v-", i), Kind: clm.Viewed, Item: "lamp", Channel: "app", Time: at},
			clm.Event{ID: fmt.Sprint("o-", i), Kind: clm.Ordered, Time: at, Lines: []clm.Line{{Item: "mug", Quantity: 1, Amount: eur(1999)}}})
	}
	events = append(events, clm.Event{ID: "r", Kind: clm.Returned, Time: now.AddDate(0, -2, 0), Lines: []clm.Line{{Item: "mug", Quantity: 1, Amount: eur(1999)}}})
	for _, e := range events {
		e.Customer = "c-1"
		require.NoError(t, folder.Fold(p, &e))
	}
	b.Profile, b.Portrait = p, &profile.PortraitOptions{}
	return b
}

func ada(t require.TestingT, b *content.Brief) *content.Brief {
	return portrayed(t, b,
		said(clm.Interest, "ceramics", "nothing beats handmade ceramics from a small studio"), said(clm.Interest, "gardening", "my gardening is a mess"),
		said(clm.WearsSize, "M", "I wear M"), said(clm.WearsSize, "42", "shoes in 42"),
		said(clm.LifeEvent, "wedding", "we are getting married in June"), said(clm.LifeEvent, "baby", "our first baby is on the way"),
		said(clm.LifeEvent, "moving", "we have just moved"), said(clm.LifeEvent, "new job", "I start somewhere else"),
		said(clm.Occasion, "gift for mother", "something for my mother"), said(clm.Dislike, "plastic", "no plastic please"),
		said(clm.PriceSensitivity, "high", "too expensive for me"), said(clm.Household, "children", "with two kids"),
		said(clm.AgeBand, "30-39", "I am 34"), said(clm.Gender, "female", "as a woman"), said(clm.PrefersBrand, "Lumina", "Lumina is great"),
		said(clm.PrefersChannel, "phone", "call me"), said(clm.Language, "de", "auf Deutsch bitte"), said("diet", "keto", "I eat keto"),
	)
}

// tellbacks are sentences that tell the customer what is known, by what they tell.
func tellbacks() []struct{ name, text string } {
	return []struct{ name, text string }{
		{"interest", "We know how much you love ceramics."},
		{"interest", "For your passion for gardening."},
		{"interest", "You said that nothing beats handmade ceramics."},
		{"interest", "Because nothing beats handmade ceramics, here is a mug."},
		{"size", "We have it in your size."},
		{"size", "Now also in M for you."},
		{"size", "We put one aside in 42."},
		{"life_event", "Congratulations on your wedding!"},
		{"life_event", "For the bride to be."},
		{"life_event", "Getting married is a reason for a new mug."},
		{"life_event", "A treat while your baby sleeps."},
		{"life_event", "For the time of the newborn."},
		{"life_event", "Something for your new home."},
		{"life_event", "Good luck in your new job!"},
		{"occasion", "Your mother will like it."},
		{"dislike", "And not a bit of plastic in sight."},
		{"price_sensitivity", "It suits your budget."},
		{"household", "Your kids will like it too."},
		{"age_band", "Just right at your age."},
		{"gender", "Picked for you as a woman."},
		{"brand", "You prefer Lumina, we know."},
		{"channel", "You like the phone, so give us a call."},
		{"language", "We know that you speak German."},
		{"diet", "It goes well with a keto breakfast."},
		{"returns", "No hard feelings that you sent back the last one."},
		{"money", "You spent a lot with us this year."},
		{"rhythm", "It is time for your next order."},
		{"price", "In your price range."},
		{"consent", "You agreed that we write to you."},
		{"channel", "Have a look on your phone."},
		{"interest", "As somebody with a weakness for pottery and ceramics, you know quality."},
		{"interest", "Your love for ceramics shows."},
		{"life_event", "So you are saying yes in June? Here is a mug."},
		{"life_event", "With the wedding coming up, you deserve a break."},
		{"life_event", "Babies need quiet mornings."},
		{"life_event", "Now that you have moved, the shelves are empty."},
		{"life_event", "Boxes unpacked? Time for a new mug."},
		{"occasion", "Mum will be delighted."},
		{"price_sensitivity", "Something that does not break the bank for you."},
		{"size", "Size M is what you like."},
		{"household", "For a parent of two."},
		{"gender", "Women will like it."},
		{"brand", "The lamp maker Lumina is close to your heart."},
		{"channel", "We would ring you, as you asked."},
		{"diet", "No carbs in sight: keto friends will like it."},
		{"returns", "Since the last parcel came back to us, a new try."},
	}
}

// fresh are such sentences, hints most of them, that no rule was made for. When they were first read, 6 of 20 were seen;
// that "your" may stand three words away was added after.
func fresh() []string {
	return []string{
		"Your shelf of ceramics could use a sibling.",
		"Planning the seating for the reception? Have some tea first.",
		"Rings are chosen, so what about mugs?",
		"A lovely companion for night feeds.",
		"Good to hear that the cot has arrived.",
		"The keys are yours and the walls are painted: a mug is missing.",
		"Colleagues at the new office will be jealous.",
		"Made for medium frames like yours.",
		"Something kind for the lady who raised you.",
		"No plastics, promised.",
		"We kept an eye on the price for you.",
		"When the children are in bed, a cup of tea.",
		"The mid-thirties deserve good mugs.",
		"Lumina has always been your brand.",
		"We can talk on the phone if you like that more.",
		"It fits a low-carb morning.",
		"Sorry that the last mug went back.",
		"Ceramics people like you know what is good.",
		"Gardeners deserve a break: you above all, with your gardening.",
		"Every few weeks you come to us, so here we are.",
	}
}

// recommendations are sentences that make use of what is known without telling it.
func recommendations() []string {
	return []string{
		"Hello Ada, the Dawn Mug is here.",
		"A mug for every morning.",
		"Stoneware with a blue glaze, from Kiln & Co.",
		"Ceramics for your table.",
		"Fresh from the kitchen shelf: the Dawn Mug.",
		"It holds 250 ml and it is dishwasher safe.",
		"You may like it: a mug for every day.",
		"A small gift for someone special.",
		"Enjoy the garden with a cup of tea.",
		"Your team at Nordlicht",
		"We picked this for you.",
		"It has been a while since your last order.",
		"I'm sure it will make you smile.",
	}
}

// broken returns the findings of the portrait's rule.
func broken(t *testing.T, b *content.Brief, text string) (out []content.Finding) {
	t.Helper()
	report, err := content.NewChecker(catalogue(t)).Check(body(text), b)
	require.NoError(t, err)
	for _, f := range report.Findings {
		if f.Rule == content.RulePortrait {
			out = append(out, f)
		}
	}
	return out
}

func TestWhatIsKnownIsNotToldBack(t *testing.T) {
	for _, c := range tellbacks() {
		findings := broken(t, ada(t, plain("mug")), c.text)
		if !assert.NotEmpty(t, findings, c.text) {
			continue
		}
		named := false
		for _, f := range findings {
			assert.Equal(t, f.Found, c.text[f.Start:f.End])
			named = named || strings.Contains(f.Expected, ": "+c.name+" ")
		}
		allowed := ada(t, plain("mug"))
		allowed.Tell = []string{c.name, "interest", "category"}
		assert.Empty(t, broken(t, allowed, c.text), "allowed: %s", c.text)
		stranger := portrayed(t, plain("mug"))
		stranger.Portrait = nil
		assert.Empty(t, broken(t, stranger, c.text), "without a portrait: %s", c.text)
		if !strings.Contains("returns money rhythm price consent channel brand", c.name) { // those are told in words of the portrait
			assert.True(t, named, "%s: %v", c.text, findings)
		}
	}
}

// TestFreshTellbacks prints how many sentences are seen that no rule was made for: lists of words see what is said and
// little of what is hinted at.
func TestFreshTellbacks(t *testing.T) {
	seen := 0
	for _, text := range fresh() {
		if len(broken(t, ada(t, plain("mug")), text)) > 0 {
			seen++
			continue
		}
		t.Log("not seen:", text)
	}
	t.Logf("%d of %d", seen, len(fresh()))
	assert.Greater(t, seen, len(fresh())/4)
}

func TestARecommendationTellsNothingBack(t *testing.T) {
	for _, text := range recommendations() {
		assert.Empty(t, broken(t, ada(t, plain("mug")), text), text)
	}
}

func TestOfAStrangerNothingIsToldBack(t *testing.T) {
	for _, text := range []string{"Congratulations on your wedding!", "Now also in M for you.", "We know how much you love ceramics.", "A treat while your baby sleeps."} {
		assert.Empty(t, broken(t, portrayed(t, plain("mug")), text), "it is in no portrait: %s", text)
	}
}

func TestWhatTheItemSaysIsToldOfTheItem(t *testing.T) {
	b := func() *content.Brief {
		return portrayed(t, plain("board"), said(clm.Dislike, "oil", "no oil"), said(clm.Interest, "oak", "I like oak"))
	}
	assert.Empty(t, broken(t, b(), "Solid oak, finished with natural oil."))
	assert.NotEmpty(t, broken(t, b(), "Finished with your oil."))
	assert.NotEmpty(t, broken(t, b(), "You dislike oil, but this is natural oil."))
	assert.NotEmpty(t, broken(t, b(), "You love oak, so here is solid oak."))
}

func TestGermanIsReadToo(t *testing.T) {
	for _, text := range []string{
		"Alles Gute zur Hochzeit!", "Wir haben das in deiner Größe.", "Für die Zeit mit dem Neugeborenen.", "Passt in dein Budget.",
		"Viel Glück im neuen Zuhause nach dem Umzug.", "Deine Kinder werden sich freuen.", "Genau richtig in deinem Alter.",
		"Wir wissen, dass du Ceramics magst.", "Du hast die letzte zurückgeschickt.", "Schade um deine Rücksendung.",
	} {
		assert.NotEmpty(t, broken(t, german(ada(t, plain("mug"))), text), text)
	}
	for _, text := range []string{
		"Hallo Ada, der Dawn Mug ist da.", "Eine schöne Tasse für den Morgen.", "Wir haben das für dich ausgesucht.", "Ein kleines Geschenk für dich.",
		"Dein Team von Nordlicht", "Deine letzte Bestellung ist eine Weile her.",
	} {
		assert.Empty(t, broken(t, german(ada(t, plain("mug"))), text), text)
	}
}

// A writer that tells back is caught, and the one that recommends is not.
func TestAModelThatTellsBackIsNotHeard(t *testing.T) {
	for text, path := range map[string]content.Path{
		"Congratulations on your wedding! The Dawn Mug costs 19.99 EUR.":     content.ByTemplate,
		"We know how much you love ceramics: the Dawn Mug, 19.99 EUR.":       content.ByTemplate,
		"Hello Ada, here is stoneware for you: the Dawn Mug, for 19.99 EUR.": content.ByModel,
	} {
		model := llmtest.NewScript(says(content.Draft{Subject: "For you", Body: text, Claims: []content.Claim{}}))
		result, err := content.NewWriter(catalogue(t), &content.Options{Model: model}).Write(t.Context(), ada(t, plain("mug")))
		require.NoError(t, err)
		assert.Equal(t, path, result.Path, "%s: %v", text, result.ModelError)
		if path == content.ByTemplate {
			assert.ErrorIs(t, result.ModelError, content.ErrRejected)
			assert.ErrorContains(t, result.ModelError, "portrait: body[")
		}
		asked := model.Requests()[0].Messages
		assert.Contains(t, asked[0].Text(), "Do not tell it back")
		assert.Contains(t, asked[1].Text(), "ceramics")
	}
}

func TestTheModelIsToldWhatItMayTell(t *testing.T) {
	b := ada(t, plain("mug"))
	b.Tell = []string{"size", "category"}
	model := llmtest.NewScript(llmtest.Reply{Fault: llmtest.Refusal})
	_, err := content.NewWriter(catalogue(t), &content.Options{Model: model}).Write(t.Context(), b)
	require.NoError(t, err)
	assert.Contains(t, model.Requests()[0].Messages[0].Text(), "you may speak of: size, category.")
}

func TestWhatTheCustomerHasJustSaidMayBeAnswered(t *testing.T) {
	for words, text := range map[string]string{
		"Is it a good gift, we are getting married in June?": "Congratulations on your wedding!",
		"I look for something for the wedding.":              "A mug for your wedding table.",
		"Do you have it without plastic?":                    "And not a bit of plastic in sight.",
	} {
		b := ada(t, plain("mug"))
		assert.NotEmpty(t, broken(t, b, text), text)
		b.Words = words
		assert.Empty(t, broken(t, b, text), text)
		assert.NotEmpty(t, broken(t, b, "A treat while your baby sleeps."), "of that nothing was said")
	}
}

func BenchmarkCheckOfAPortrait(b *testing.B) {
	checker := content.NewChecker(catalogue(b))
	draft := body("Hello Ada,\nthe Dawn Mug holds 250 ml and is now 15.99 EUR instead of 19.99 EUR, with the code SPRING20 until 24 December.")
	about := ada(b, brief("mug"))
	for b.Loop() {
		if report, err := checker.Check(draft, about); err != nil || report.Err() != nil {
			b.Fatal(err, report.Err())
		}
	}
}

func TestAfterANoThereIsNothingToTellBack(t *testing.T) {
	b := ada(t, plain("mug"))
	no := clm.Event{ID: "no", Customer: "c-1", Kind: clm.Consented, Purpose: "profiling", Time: now.AddDate(0, 0, -1)}
	require.NoError(t, profile.NewFolder(nil, nil).Fold(b.Profile, &no))
	for _, c := range tellbacks() {
		assert.Empty(t, broken(t, b, c.text), "the model has not seen it: %s", c.text)
	}
}

// Templates do not tell back, whoever the customer is.
func TestTemplatesTellNothingBack(t *testing.T) {
	writer := content.NewWriter(catalogue(t), nil)
	rapid.Check(t, func(t *rapid.T) {
		b := brief(rapid.SampledFrom([]clm.ItemID{"mug", "board", "calendar", "lamp", "espresso", "scarf", "tea"}).Draw(t, "item"))
		b.Kind = rapid.SampledFrom([]content.Kind{content.Promotion, content.Introduction, content.WinBack}).Draw(t, "kind")
		b.Tone = rapid.SampledFrom([]content.Tone{content.Plain, content.Warm}).Draw(t, "tone")
		b.Language = rapid.SampledFrom([]string{"en", "de"}).Draw(t, "language")
		var traits []clm.Trait
		for range rapid.IntRange(1, 8).Draw(t, "traits") {
			name := rapid.SampledFrom([]string{clm.Interest, clm.Dislike, clm.PrefersBrand, clm.WearsSize, clm.Occasion, clm.LifeEvent, clm.PriceSensitivity, "diet"}).Draw(t, "name")
			value := rapid.SampledFrom([]string{"mug", "oak", "wool", "M", "42", "wedding", "baby", "new job", "kitchen", "Lumina", "high", "garden", "coffee"}).Draw(t, "value")
			traits = append(traits, said(name, value, "about "+value))
		}
		result, err := writer.Write(t.Context(), portrayed(t, b, traits...))
		require.NoError(t, err)
		require.Equal(t, content.ByTemplate, result.Path)
	})
}
