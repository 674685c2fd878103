package segment_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/profile/segment"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A kind is a planted sort of customers.
type kind struct {
	name     string
	orders   int
	gap      int // days
	silent   int // days since the last order
	minor    int64
	category string
	brand    string
}

var kinds = []kind{
	{"regulars", 12, 14, 7, 2000, "tea", "Assam"},
	{"bargain hunters", 3, 60, 30, 300, "socks", "Plain"},
	{"lost", 2, 30, 300, 4000, "tea", "Darjeeling"},
}

// shop returns n customers of each kind, with noise, as of today plus shift days.
func shop(n int, seed uint64, shift int, kinds ...kind) []*profile.Profile {
	random := rand.New(rand.NewPCG(seed, 3))
	var items []clm.Item
	for _, k := range kinds {
		items = append(items, clm.Item{ID: clm.ItemID(k.name), Title: k.name, Categories: []string{k.category}, Brand: k.brand})
	}
	catalogue, err := clm.NewCatalogue(items...)
	if err != nil {
		panic(err)
	}
	folder := profile.NewFolder(catalogue, nil)
	var all []*profile.Profile
	for _, k := range kinds {
		for i := range n {
			p := profile.New(clm.CustomerID(fmt.Sprintf("%s-%03d", k.name, i)))
			at := today.Add(-time.Duration(shift+k.silent+random.IntN(5)) * day)
			for j := range k.orders {
				e := clm.Event{
					ID: fmt.Sprintf("%s/%d", p.Customer, j), Customer: p.Customer, Kind: clm.Ordered, Time: at, Channel: "web",
					Lines: []clm.Line{{Item: clm.ItemID(k.name), Quantity: 1, Amount: clm.Money{Minor: k.minor + random.Int64N(k.minor/4), Currency: "EUR"}}},
				}
				if err := folder.Fold(p, &e); err != nil {
					panic(err)
				}
				at = at.Add(-time.Duration(k.gap+random.IntN(5)) * day)
			}
			all = append(all, p)
		}
	}
	return all
}

func fit(t require.TestingT, profiles []*profile.Profile, seed uint64, o *segment.Options) *segment.Model {
	m, err := segment.Fit(context.Background(), sequence(profiles), today, rand.NewPCG(seed, 5), o)
	require.NoError(t, err)
	return m
}

// home returns the segment that all customers of a kind are in.
func home(t require.TestingT, m *segment.Model, all []*profile.Profile, k kind) segment.ID {
	homes := map[segment.ID]int{}
	for _, p := range all {
		if name := string(p.Customer); name[:len(name)-4] == k.name {
			id, _ := m.Assign(p, today)
			homes[id]++
		}
	}
	require.Len(t, homes, 1, "%s are in %v", k.name, homes)
	for id := range homes {
		return id
	}
	return 0
}

func TestPlantedKindsAreFound(t *testing.T) {
	all := shop(60, 1, 0, kinds...)
	m := fit(t, all, 1, nil)
	require.Len(t, m.Segments, 3)
	require.Greater(t, m.Silhouette, 0.5)
	require.Equal(t, "EUR", m.Currency)
	names := map[string]int{}
	for _, k := range kinds {
		id := home(t, m, all, k)
		assert.Equal(t, 60, m.Segment(id).Customers)
		for _, mark := range m.Segment(id).Marks {
			assert.LessOrEqual(t, mark.P, 0.01)
			names[string(mark.Kind)+" "+mark.Name]++
		}
		assert.Contains(t, m.Text(id), "brand "+k.brand+": 100.0 % here, 0.0 % elsewhere")
	}
	assert.Equal(t, 1, names["category socks"])
	assert.Zero(t, names["channel web"], "everybody has it")
}

func TestTheOrderOfProfilesDoesNotMatter(t *testing.T) {
	all := shop(15, 2, 0, kinds...)
	want, err := json.Marshal(fit(t, all, 1, nil))
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		shuffled := slices.Clone(all)
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		got, err := json.Marshal(fit(t, shuffled, 1, nil))
		require.NoError(t, err)
		require.Equal(t, string(want), string(got))
	})
}

func TestARefitOnTheSameCustomersKeepsEveryID(t *testing.T) {
	all := shop(15, 3, 0, kinds...)
	first := fit(t, all, 1, &segment.Options{K: 5})
	rapid.Check(t, func(t *rapid.T) {
		again := fit(t, all, rapid.Uint64().Draw(t, "seed"), &segment.Options{Previous: first})
		require.Equal(t, first.Next, again.Next)
		for _, p := range all {
			before, _ := first.Assign(p, today)
			after, _ := again.Assign(p, today)
			require.Equal(t, before, after)
		}
	})
}

func TestADriftKeepsIDs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		first := fit(t, shop(12, seed, 0, kinds...), seed, &segment.Options{K: 3})
		last := first
		for week := 1; week <= 3; week++ {
			all := shop(12+week, seed+uint64(week), week, kinds...)
			next := fit(t, all, seed+uint64(week), &segment.Options{Previous: last})
			for _, k := range kinds {
				require.Equal(t, home(t, first, all, k), home(t, next, all, k), "week %d", week)
			}
			last = next
		}
		require.Equal(t, segment.ID(4), last.Next)
	})
}

func TestIDsAreNeverGivenTwice(t *testing.T) {
	newcomers := kind{"newcomers", 1, 1, 1, 9000, "lamps", "Lux"}
	first := fit(t, shop(40, 1, 0, kinds...), 1, &segment.Options{K: 3})
	lost := home(t, first, shop(40, 1, 0, kinds...), kinds[2])

	without := fit(t, shop(40, 2, 0, kinds[:2]...), 2, &segment.Options{K: 2, Previous: first})
	require.Nil(t, without.Segment(lost), "nobody is like that any more")
	require.Equal(t, segment.ID(4), without.Next)

	all := shop(40, 3, 0, kinds[0], kinds[1], newcomers)
	with := fit(t, all, 3, &segment.Options{K: 3, Previous: without})
	require.Equal(t, segment.ID(4), home(t, with, all, newcomers), "nothing was near, so the id is new")
	require.Equal(t, segment.ID(5), with.Next)
	require.Equal(t, home(t, without, all, kinds[0]), home(t, with, all, kinds[0]))
}

func TestASegmentThatNothingIsNearToIsANewOne(t *testing.T) {
	newcomers := kind{"newcomers", 1, 1, 1, 9000, "lamps", "Lux"}
	first := fit(t, shop(40, 1, 0, kinds...), 1, &segment.Options{K: 3})
	all := shop(40, 2, 0, kinds[0], kinds[1], newcomers)
	next := fit(t, all, 2, &segment.Options{Previous: first})
	require.Equal(t, segment.ID(4), home(t, next, all, newcomers), "as many segments as before, and one of them is new")
	require.Nil(t, next.Segment(home(t, first, shop(40, 1, 0, kinds...), kinds[2])))

	lenient := fit(t, all, 2, &segment.Options{Previous: first, Near: 100})
	require.Equal(t, segment.ID(4), lenient.Next, "what is near is the host's to say")
}

func TestWhatCannotBeDivided(t *testing.T) {
	broken := errors.New("broken")
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	all := shop(10, 1, 0, kinds...)
	alike := func(n int) (list []*profile.Profile) {
		for i := range n {
			list = append(list, buyer(fmt.Sprintf("c-%d", i), 3, 2, 500, "EUR"))
		}
		return list
	}
	for name, c := range map[string]struct {
		ctx      context.Context
		profiles iter.Seq2[*profile.Profile, error]
		options  *segment.Options
		want     error
	}{
		"nobody":                        {t.Context(), sequence(nil), nil, segment.ErrTooFew},
		"fewer than segments":           {t.Context(), sequence(all[:3]), &segment.Options{K: 4}, segment.ErrTooFew},
		"fewer different than segments": {t.Context(), sequence(alike(9)), &segment.Options{K: 2}, segment.ErrTooFew},
		"less than no segments":         {t.Context(), sequence(all), &segment.Options{K: -1}, segment.ErrTooFew},
		"one twice":                     {t.Context(), sequence(append(alike(2), alike(1)...)), nil, segment.ErrTwice},
		"a broken source":               {t.Context(), ended(broken), nil, broken},
		"a cancelled context":           {cancelled, sequence(all), nil, context.Canceled},
		"no features":                   {t.Context(), sequence(all), &segment.Options{Features: []string{}}, segment.ErrNoFeature},
		"an unknown feature":            {t.Context(), sequence(all), &segment.Options{Features: []string{"height"}}, segment.ErrNoFeature},
		"a feature twice":               {t.Context(), sequence(all), &segment.Options{Features: []string{"gap", "gap"}}, segment.ErrNoFeature},
		"interest in nothing":           {t.Context(), sequence(all), &segment.Options{Features: []string{"interest:"}}, segment.ErrNoFeature},
	} {
		_, err := segment.Fit(c.ctx, c.profiles, today, rand.NewPCG(1, 1), c.options)
		require.ErrorIs(t, err, c.want, name)
	}
}

func TestCustomersWhoAreAlikeAreOneSegment(t *testing.T) {
	for name, list := range map[string][]*profile.Profile{
		"one customer":           {buyer("c", 3, 2, 500, "EUR")},
		"one without any event":  {profile.New("c")},
		"some without any event": {profile.New("a"), profile.New("b"), profile.New("c")},
		"two twins":              {buyer("a", 3, 2, 500, "EUR"), buyer("b", 3, 2, 500, "EUR")},
	} {
		m := fit(t, list, 1, nil)
		require.Len(t, m.Segments, 1, name)
		require.Equal(t, len(list), m.Segments[0].Customers, name)
		id, distance := m.Assign(list[0], today)
		require.Equal(t, segment.ID(1), id, name)
		require.Zero(t, distance, name)
		require.Contains(t, m.Text(1), "nothing sets it apart", name)
	}
}

func TestCustomersWithoutAnOrderAreDividedToo(t *testing.T) {
	all := shop(20, 1, 0, kinds...)
	for i := range 20 {
		all = append(all, profile.New(clm.CustomerID(fmt.Sprintf("empty-%02d", i))))
	}
	m := fit(t, all, 1, &segment.Options{K: 4})
	require.Equal(t, 20, m.Terms[0].Unknown, "recency of who never ordered")
	id, _ := m.Assign(all[len(all)-1], today)
	require.Equal(t, 20, m.Segment(id).Customers)
	require.Contains(t, m.Text(id), "stage acquisition: 100.0 % here, 0.0 % elsewhere")
}

func TestWhoRefusesIsInNoSegmentAndHasNoScore(t *testing.T) {
	all := shop(10, 1, 0, kinds...)
	word := func(p *profile.Profile, granted bool, shift time.Duration) {
		e := clm.Event{ID: "word/" + string(p.Customer), Customer: p.Customer, Kind: clm.Consented, Purpose: "profiling", Granted: granted, Time: today.Add(shift)}
		require.NoError(t, profile.NewFolder(nil, nil).Fold(p, &e))
	}
	want := fit(t, all[1:], 1, nil)
	wantRFM, err := segment.FitRFM(sequence(all[1:]), today, nil)
	require.NoError(t, err)

	word(all[0], false, -day)
	word(all[1], true, -day)
	word(all[2], false, day)
	m := fit(t, all, 1, nil)
	rfm, err := segment.FitRFM(sequence(all), today, nil)
	require.NoError(t, err)
	require.Equal(t, 1, m.Refused)
	require.Equal(t, 1, rfm.Refused)
	m.Refused, rfm.Refused = 0, 0
	require.Equal(t, want, m, "as if they were not there")
	require.Equal(t, wantRFM, rfm)
	for i, p := range all[:3] {
		id, _ := m.Assign(p, today)
		_, ok := rfm.Score(p, today)
		require.Equal(t, i > 0, id > 0)
		require.Equal(t, i > 0, ok)
	}
	other := fit(t, all, 1, &segment.Options{Purpose: "research"})
	require.Zero(t, other.Refused)
	require.Equal(t, "research", fit(t, all, 1, &segment.Options{Previous: other}).Purpose)
}

func TestAnUnknownSegmentHasNoText(t *testing.T) {
	m := fit(t, shop(5, 1, 0, kinds...), 1, nil)
	require.Empty(t, m.Text(99))
	require.Nil(t, m.Segment(99))
}

func TestAModelComesBackFromItsBytes(t *testing.T) {
	all := shop(20, 1, 0, kinds...)
	m := fit(t, all, 1, nil)
	data, err := json.Marshal(m)
	require.NoError(t, err)
	back := new(segment.Model)
	require.NoError(t, json.Unmarshal(data, back))
	require.Equal(t, m, back)
	for name, text := range map[string]string{
		"no JSON":             `[]`,
		"another version":     `{"format":2,"body":{}}`,
		"nothing":             `{"format":1,"body":{}}`,
		"an unknown feature":  `{"format":1,"body":{"terms":[{"feature":"height"}],"segments":[{"id":1,"centroid":[0]}],"next":2}}`,
		"a centroid too long": `{"format":1,"body":{"terms":[{"feature":"gap"}],"segments":[{"id":1,"centroid":[0,1]}],"next":2}}`,
		"an id to come":       `{"format":1,"body":{"terms":[{"feature":"gap"}],"segments":[{"id":2,"centroid":[0]}],"next":2}}`,
		"an id twice":         `{"format":1,"body":{"terms":[{"feature":"gap"}],"segments":[{"id":1,"centroid":[0]},{"id":1,"centroid":[1]}],"next":2}}`,
	} {
		require.ErrorIs(t, new(segment.Model).UnmarshalJSON([]byte(text)), segment.ErrFormat, name)
	}
}

func FuzzModel(f *testing.F) {
	data, err := json.Marshal(fit(f, shop(5, 1, 0, kinds...), 1, nil))
	require.NoError(f, err)
	f.Add(data)
	f.Add([]byte(`{"format":1,"body":{"terms":[{"feature":"gap","scale":1e-320}],"segments":[{"id":1,"centroid":[1e308]}],"next":2}}`))
	all := shop(3, 1, 0, kinds...)
	f.Fuzz(func(t *testing.T, data []byte) {
		m := new(segment.Model)
		if m.UnmarshalJSON(data) != nil {
			return
		}
		id, _ := m.Assign(all[0], today)
		require.NotNil(t, m.Segment(id))
		require.NotEmpty(t, m.Text(id))
		_, err := segment.Fit(t.Context(), sequence(all), today, rand.NewPCG(1, 1), &segment.Options{Previous: m})
		if err != nil {
			require.ErrorIs(t, err, segment.ErrTooFew)
		}
	})
}
