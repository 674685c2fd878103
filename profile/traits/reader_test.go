package traits_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile/traits"
)

// one returns the trait of a name and value, which has to be there.
func one(t *testing.T, found []clm.Trait, name, value string) clm.Trait {
	t.Helper()
	for _, trait := range found {
		if trait.Name == name && trait.Value == value {
			return trait
		}
	}
	require.Failf(t, "not found", "%s %s in %+v", name, value, found)
	return clm.Trait{}
}

func TestAQuestionSaysLessThanAStatement(t *testing.T) {
	reader := lexical(t, nil)
	asks, says := message("Do you have size M?", nil).event(), message("I wear size M.", nil).event()
	assert.Less(t, one(t, reader.Read(&asks), clm.WearsSize, "M").Confidence, 0.5*one(t, reader.Read(&says), clm.WearsSize, "M").Confidence)
}

func TestWhatIsReadHoldsAsLongAsSuchThingsDo(t *testing.T) {
	reader := lexical(t, nil)
	for _, c := range []struct {
		text, name, value string
		days              int // 0: does not expire
	}{
		{"It is a wedding gift.", clm.Occasion, "wedding", 60},
		{"I'm pregnant.", clm.LifeEvent, "baby", 365},
		{"We are moving.", clm.LifeEvent, "moving", 270},
		{"That is too expensive.", clm.PriceSensitivity, "high", 365},
		{"I wear size M.", clm.WearsSize, "M", 730},
		{"I hate Nordhavn.", clm.Dislike, "Nordhavn", 1095},
		{"I love whisky.", clm.Interest, "Whisky", 0},
	} {
		e := message(c.text, nil).event()
		trait := one(t, reader.Read(&e), c.name, c.value)
		assert.Equal(t, noon, trait.Seen)
		if c.days == 0 {
			assert.Zero(t, trait.Expires)
			continue
		}
		assert.Equal(t, time.Duration(c.days)*24*time.Hour, trait.Expires.Sub(trait.Seen), c.text)
	}
}

func TestActsSayWhatTheirItemsAre(t *testing.T) {
	reader := lexical(t, nil)
	lines := []clm.Line{{Item: "shoe-1", Quantity: 1, Amount: clm.Money{Minor: 100, Currency: "EUR"}}}
	says := func(e clm.Event) []clm.Trait {
		e.ID, e.Customer, e.Time = "e-1", "c-1", noon
		return reader.Read(&e)
	}
	for _, e := range []clm.Event{{Kind: clm.Viewed, Item: "shoe-1"}, {Kind: clm.Clicked, Item: "shoe-1"}, {Kind: clm.CartAdded, Item: "shoe-1"}, {Kind: clm.Ordered, Lines: lines}} {
		found := says(e)
		assert.Equal(t, []clm.Evidence{{Event: "e-1"}}, one(t, found, clm.Interest, "Running shoes").Evidence, "the act is the evidence")
		one(t, found, clm.Interest, "Shoes")
		one(t, found, clm.PrefersBrand, "Nordhavn")
	}
	for about, e := range map[string]clm.Event{
		"one piece that came back":       {Kind: clm.Returned, Lines: lines},
		"one piece that was put back":    {Kind: clm.CartRemoved, Item: "shoe-1"},
		"an item that nobody knows":      {Kind: clm.Viewed, Item: "shoe-99"},
		"what the shop wrote":            {Kind: clm.Contacted, Channel: "email", Text: "I love whisky and wear size M."},
		"what a reader found out before": {Kind: clm.Inferred, Text: "I love whisky and wear size M."},
		"an act without an item":         {Kind: clm.SignedUp},
	} {
		assert.Empty(t, says(e), about)
	}
}

func TestALabelOfTheWholeCatalogueSaysNothing(t *testing.T) {
	c, err := clm.NewCatalogue(
		clm.Item{ID: "a", Title: "Mug", Categories: []string{"All", "Mugs"}}, clm.Item{ID: "b", Title: "Jug", Categories: []string{"All", "Jugs"}},
	)
	require.NoError(t, err)
	found := traits.NewLexical(c, nil).Read(&clm.Event{ID: "e-1", Customer: "c-1", Kind: clm.Viewed, Time: noon, Item: "a"})
	require.Len(t, found, 1)
	assert.Equal(t, "Mugs", found[0].Value)
}

func TestDemographicsAreReadByPhrasesWhereTheHostAsks(t *testing.T) {
	text := "I am 34 and we have two kids, and as a woman I agree."
	for about, c := range map[string]struct {
		options *traits.LexicalOptions
		want    []string
	}{
		"nothing asked":     {nil, nil},
		"protected unasked": {&traits.LexicalOptions{Demographics: []string{clm.AgeBand, clm.Household, clm.Gender}}, is("age_band=25-34", "household=children")},
		"protected":         {&traits.LexicalOptions{Protected: []string{clm.Gender}}, is("gender=female")},
	} {
		e := message(text, nil).event()
		found := lexical(t, c.options).Read(&e)
		for _, want := range []string{"age_band=25-34", "household=children", "gender=female"} {
			assert.Equal(t, slices.Contains(c.want, want), has(found, want), "%s: %s", about, want)
		}
	}
	for _, text := range []string{"I am 34 weeks along.", "I am 34 cm too short.", "Am I 34?", "My brother says: I am 34.", "I am 200."} {
		e := message(text, nil).event()
		assert.False(t, has(lexical(t, &traits.LexicalOptions{Demographics: []string{clm.AgeBand}}).Read(&e), "age_band"), text)
	}
}

func TestTitlesTeachTheNamesOfCategories(t *testing.T) {
	var items []clm.Item
	for _, title := range []string{"Blue stoneware beaker", "Tall enamel beaker", "Small beaker"} {
		items = append(items, clm.Item{ID: clm.ItemID(title), Title: title, Categories: []string{"Kitchen", "Drinkware"}})
	}
	items = append(items, clm.Item{ID: "x", Title: "Garden beaker set", Categories: []string{"Garden"}})
	c, err := clm.NewCatalogue(items...)
	require.NoError(t, err)
	e := query("beakers", nil).event()
	found := traits.NewLexical(c, nil).Read(&e)
	one(t, found, clm.Interest, "Drinkware")
	one(t, found, clm.Interest, "Kitchen")
}

func FuzzRead(f *testing.F) {
	reader := lexical(f, nil)
	for _, s := range adversarial[:20] {
		f.Add(s.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e := clm.Event{ID: "e-1", Customer: "c-1", Kind: clm.Messaged, Time: noon, Text: text, Query: text}
		for _, trait := range reader.Read(&e) {
			for _, v := range trait.Evidence {
				require.True(t, v.Holds(&e))
			}
		}
	})
}
