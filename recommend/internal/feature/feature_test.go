package feature

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/recommend/internal/candidate"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

var now = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

func order(id string, customer clm.CustomerID, daysAgo float64, lines ...clm.Line) clm.Event {
	return clm.Event{ID: id, Customer: customer, Kind: clm.Ordered, Time: now.Add(-time.Duration(daysAgo * float64(day))), Lines: lines}
}

func line(item clm.ItemID, quantity int, minor int64) clm.Line {
	return clm.Line{Item: item, Quantity: quantity, Amount: clm.Money{Minor: minor, Currency: "EUR"}}
}

// maker trains at a moment on what events up to another say.
func maker(t testing.TB, events []clm.Event, until, at time.Time) (*Maker, *interaction.Past) {
	t.Helper()
	records, err := interaction.Read(clm.Sequence(events), interaction.Weights{clm.Ordered: 1}, until)
	require.NoError(t, err)
	catalogue, err := clm.NewCatalogue(clm.Item{ID: "bowl", Title: "blue bowl"}, clm.Item{ID: "cup", Title: "blue cup"}, clm.Item{ID: "rug", Title: "woven rug"})
	require.NoError(t, err)
	past, err := records.Before(t.Context(), at, catalogue)
	require.NoError(t, err)
	knn, err := candidate.TrainItemKNN(t.Context(), past, candidate.ItemKNNOptions{Neighbours: 10})
	require.NoError(t, err)
	lately, err := candidate.TrainLately(t.Context(), past, candidate.AlikeOptions{Neighbours: 10, Reads: 1000})
	require.NoError(t, err)
	m, err := Train(t.Context(), past, []Opinion{{"itemknn", knn}, {"lately", lately}})
	require.NoError(t, err)
	return m, past
}

// rows returns the features of some items for a customer, by name.
func rows(t testing.TB, m *Maker, p *interaction.Past, customer clm.CustomerID, items ...clm.ItemID) []map[string]float32 {
	t.Helper()
	var wanted []candidate.Scored
	for i, id := range items {
		wanted = append(wanted, candidate.Scored{Item: p.Index[id], Score: float64(len(items) - i)})
	}
	values, err := m.Rows(t.Context(), p.History(p.Number[customer]), wanted, nil)
	require.NoError(t, err)
	names := m.Names()
	require.Len(t, values, len(names)*len(items))
	var all []map[string]float32
	for row := range slices.Chunk(values, len(names)) {
		named := map[string]float32{}
		for i, name := range names {
			named[name] = row[i]
		}
		require.Len(t, named, len(names), "a name is there twice")
		all = append(all, named)
	}
	return all
}

func shop() []clm.Event {
	return []clm.Event{
		order("1", "ann", 50, line("cup", 1, 400)),
		order("2", "ann", 10, line("cup", 3, 1200), line("rug", 1, 1600)),
		order("3", "ben", 5, line("cup", 1, 400), line("bowl", 2, 800)),
		order("4", "cem", 2, line("bowl", 1, 400)),
	}
}

func TestFeaturesAreWhatTheirNamesSay(t *testing.T) {
	m, p := maker(t, shop(), now, now)
	all := rows(t, m, p, "ann", "bowl", "cup")
	bowl, cup := all[0], all[1]
	for _, c := range []struct {
		name string
		got  float32
		want float64
	}{
		{"both of the customers of the last week bought a bowl", bowl["sold7"], 1},
		{"two of three customers ever", bowl["sold"], 2.0 / 3},
		{"one of two in the last three days: the only one", bowl["sold3"], 1},
		{"the bowl is sold for five days", bowl["age"], 5},
		{"and was two days ago", bowl["lastsale"], 2},
		{"at four euros", bowl["price"], math.Log(400)},
		{"ann has not bought one", bowl["own"], 0},
		{"but two orders with cups", cup["own"], 2},
		{"the last ten days ago", cup["ownsince"], 10},
		{"the first fifty", cup["ownfirst"], 50},
		{"forty days apart", cup["owngap"], 40},
		{"which is a quarter of the gap", cup["owndue"], 0.25},
		{"in her last order", cup["ownlately"], 1},
		{"of two orders, drawn to fewer", cup["ownshare"], 2.1 / 3},
		{"four cups in all", cup["ownpieces"], math.Log1p(4)},
		{"no item is more like her cups by its words", bowl["textmax"], 1},
		{"nothing was shown", bowl["ignored"], 0},
		{"the blend", bowl[Blended], 2},
	} {
		assert.InDelta(t, c.want, c.got, 1e-5, c.name)
	}
	assert.True(t, math.IsNaN(float64(bowl["ownsince"])), "never")
	assert.InDelta(t, cup["near7"], bowl["near7"], 1e-6, "the only neighbour is ben, who bought both in one order")
}

// What is known later must not be in a feature: a maker of a moment is the same
// whether the events go on or not.
func TestFeaturesOfAMomentKnowNothingLater(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var events []clm.Event
	for i := range 300 {
		item := []clm.ItemID{"bowl", "cup", "rug"}[random.IntN(3)]
		e := order(fmt.Sprint(i), clm.CustomerID(fmt.Sprint("c", random.IntN(20))), 200*random.Float64(), line(item, 1+random.IntN(4), int64(100+random.IntN(900))))
		e.Channel = []string{"", "web", "store"}[random.IntN(3)]
		events = append(events, e)
	}
	at := now.AddDate(0, 0, -90)
	early, p := maker(t, events, at, at)
	cut, q := maker(t, events, now, at)
	differ := 0
	latest, r := maker(t, events, now, now)
	for c := range 20 {
		id := clm.CustomerID(fmt.Sprint("c", c))
		if _, ok := p.Number[id]; !ok {
			continue
		}
		want := fmt.Sprint(rows(t, early, p, id, "bowl", "cup", "rug"))
		assert.Equal(t, want, fmt.Sprint(rows(t, cut, q, id, "bowl", "cup", "rug")))
		if want != fmt.Sprint(rows(t, latest, r, id, "bowl", "cup", "rug")) {
			differ++
		}
	}
	assert.Positive(t, differ, "the control")
}

func TestTheOrderOfItemsChangesNoFeature(t *testing.T) {
	m, p := maker(t, shop(), now, now)
	forward, backward := rows(t, m, p, "ann", "bowl", "cup", "rug"), rows(t, m, p, "ann", "rug", "cup", "bowl")
	for i, row := range forward {
		other := backward[len(backward)-1-i]
		delete(row, Blended)
		delete(other, Blended)
		assert.Equal(t, fmt.Sprint(row), fmt.Sprint(other))
	}
}

func TestTheSeasonIsThatOfEarlierYears(t *testing.T) {
	for _, c := range []struct {
		name    string
		daysAgo float64
		want    bool
	}{
		{"today", 0, false},
		{"a year ago", 365, true},
		{"a year and three weeks ago", 365 + 20, true},
		{"half a year ago", 180, false},
		{"two years ago less a week", 730 - 7, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, inSeason(now, interaction.Nano(now.Add(-time.Duration(c.daysAgo*float64(day))))))
		})
	}
}

func TestTextsThatShareWordsAreAlike(t *testing.T) {
	_, p := maker(t, shop(), now, now)
	lists, err := alikeOf(t.Context(), p.Vocabulary)
	require.NoError(t, err)
	bowl, cup, rug := p.Index["bowl"], p.Index["cup"], p.Index["rug"]
	require.Len(t, lists.Of(bowl), 1)
	assert.Equal(t, cup, lists.Of(bowl)[0].item)
	assert.Greater(t, lists.Of(bowl)[0].similarity, float32(leastAlike))
	assert.Empty(t, lists.Of(rug))
}
