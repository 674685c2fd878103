package profile_test

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
)

// say is a reading of a customer's words on a day.
func say(name, value string, confidence float64, on int) clm.Trait {
	quote := "“" + value + "”"
	return clm.Trait{
		Name: name, Value: value, Confidence: confidence, Seen: start.Add(time.Duration(on) * day), Source: "test/1",
		Evidence: []clm.Evidence{{Event: fmt.Sprintf("e-%d", on), Field: "text", Quote: quote, To: len(quote)}},
	}
}

func until(t clm.Trait, on int) clm.Trait {
	t.Expires = start.Add(time.Duration(on) * day)
	return t
}

// inferred are events with one reading each.
func inferred(traits ...clm.Trait) []clm.Event {
	var events []clm.Event
	for i, t := range traits {
		events = append(events, clm.Event{ID: fmt.Sprintf("r-%d", i), Customer: "c-1", Kind: clm.Inferred, Time: t.Seen, Traits: []clm.Trait{t}})
	}
	return events
}

func corrected(name, value string, verdict clm.Verdict, on int) clm.Event {
	return clm.Event{
		ID: fmt.Sprintf("k-%d-%s-%s", on, name, value), Customer: "c-1", Kind: clm.Corrected, Time: start.Add(time.Duration(on) * day),
		Correction: &clm.Correction{Name: name, Value: value, Verdict: verdict},
	}
}

func consented(granted bool, on int) clm.Event {
	return clm.Event{ID: fmt.Sprintf("y-%d", on), Customer: "c-1", Kind: clm.Consented, Purpose: "profiling", Granted: granted, Time: start.Add(time.Duration(on) * day)}
}

// labels are "name=value" of traits, strongest first.
func labels(traits []clm.Trait) []string {
	all := []string{}
	for _, t := range traits {
		all = append(all, t.Name+"="+t.Value)
	}
	return all
}

func TestWhichTraitsHold(t *testing.T) {
	for name, c := range map[string]struct {
		events []clm.Event
		at     int
		want   []string
	}{
		"nothing was read": {nil, 1, []string{}},
		"a reading holds":  {inferred(say("interest", "tents", 0.6, 1)), 2, []string{"interest=tents"}},
		"a reading from after the moment is not seen": {inferred(say("interest", "tents", 0.6, 5)), 4, []string{}},
		"an expired reading leaves":                   {inferred(until(say("occasion", "wedding", 0.9, 1), 30)), 30, []string{}},
		"and holds until then":                        {inferred(until(say("occasion", "wedding", 0.9, 1), 30)), 29, []string{"occasion=wedding"}},
		"what is old fades":                           {inferred(say("interest", "tents", 0.6, 1)), 1000, []string{}},
		"two readings are stronger than one": {
			inferred(say("interest", "tents", 0.6, 1), say("interest", "boats", 0.5, 1), say("interest", "boats", 0.5, 2)), 2, []string{"interest=boats", "interest=tents"}},
		"a customer has one language, the newer of two as sure": {
			inferred(say("language", "de", 0.8, 1), say("language", "fr", 0.8, 50)), 60, []string{"language=fr"}},
		"and the surer of two as new": {
			inferred(say("language", "de", 0.9, 1), say("language", "fr", 0.3, 1)), 1, []string{"language=de"}},
		"sizes stand beside each other": {
			inferred(say("size", "M", 0.9, 1), say("size", "42", 0.8, 1)), 1, []string{"size=M", "size=42"}},
		"a newer dislike ends an interest": {
			inferred(say("interest", "tents", 0.7, 1), say("dislike", "Tents", 0.7, 90)), 91, []string{"dislike=Tents"}},
		"a newer interest ends a dislike": {
			inferred(say("dislike", "tents", 0.7, 1), say("interest", "tents", 0.7, 90)), 91, []string{"interest=tents"}},
		"a dislike of the same moment wins": {
			inferred(say("brand", "Acme", 0.7, 1), say("dislike", "acme", 0.7, 1)), 1, []string{"dislike=acme"}},
		"a dislike of something else changes nothing": {
			inferred(say("interest", "tents", 0.7, 1), say("dislike", "boats", 0.6, 1)), 1, []string{"interest=tents", "dislike=boats"}},
		"a pin holds without a reading": {
			[]clm.Event{corrected("size", "L", clm.Pin, 1)}, 2000, []string{"size=L"}},
		"a pin is stronger than other values of one": {
			append(inferred(say("language", "de", 1, 5)), corrected("language", "nl", clm.Pin, 1)), 5, []string{"language=nl"}},
		"a denial holds against newer readings": {
			append(inferred(say("interest", "tents", 1, 1), say("interest", "tents", 1, 9)), corrected("interest", "tents", clm.Deny, 2)), 9, []string{}},
		"a denial of a name is of all its values": {
			append(inferred(say("size", "M", 1, 1), say("size", "42", 1, 1), say("interest", "tents", 1, 1)), corrected("size", "", clm.Deny, 2)), 9, []string{"interest=tents"}},
		"a pin stands beside a denial of the name": {
			append(inferred(say("size", "M", 1, 1)), corrected("size", "", clm.Deny, 2), corrected("size", "42", clm.Pin, 1)), 9, []string{"size=42"}},
		"a denial that is lifted": {
			append(inferred(say("interest", "tents", 1, 1)), corrected("interest", "tents", clm.Deny, 2), corrected("interest", "tents", clm.Lift, 3)), 9, []string{"interest=tents"}},
		"the latest word counts, whatever comes first": {
			append(inferred(say("interest", "tents", 1, 1)), corrected("interest", "tents", clm.Lift, 3), corrected("interest", "tents", clm.Deny, 2)), 9, []string{"interest=tents"}},
		"a correction from after the moment is not seen": {
			append(inferred(say("interest", "tents", 1, 1)), corrected("interest", "tents", clm.Deny, 5)), 4, []string{"interest=tents"}},
		"no traits after a no": {
			append(inferred(say("interest", "tents", 1, 1)), corrected("size", "L", clm.Pin, 1), consented(false, 2)), 3, []string{}},
		"a demographic trait waits for a yes": {inferred(say("age_band", "30-39", 1, 1)), 2, []string{}},
		"and is told after it":                {append(inferred(say("age_band", "30-39", 1, 1)), consented(true, 2)), 2, []string{"age_band=30-39"}},
		"a name that is not allowed is not kept, whatever was agreed": {
			append(inferred(say("gender", "x", 1, 1)), consented(true, 2)), 2, []string{}},
	} {
		folder := profile.NewFolder(nil, &profile.FoldOptions{Demographics: []string{clm.AgeBand}})
		p := profile.New("c-1")
		for _, e := range c.events {
			require.NoError(t, e.Validate(start.Add(5000*day)), name)
			require.NoError(t, folder.Fold(p, &e), name)
		}
		assert.Equal(t, c.want, labels(p.Traits(start.Add(time.Duration(c.at)*day), nil)), name)
	}
}

func TestAllReadingsOfAnInterestCount(t *testing.T) {
	catalogue, err := clm.NewCatalogue(clm.Item{ID: "t", Title: "Tent", Categories: []string{"tents"}}, clm.Item{ID: "b", Title: "Boat", Categories: []string{"boats"}})
	require.NoError(t, err)
	act := func(e *clm.Event) []clm.Trait { // a reading of each view
		if e.Kind != clm.Viewed {
			return nil
		}
		category := catalogue.Item(e.Item).Categories[0]
		return []clm.Trait{{Name: clm.Interest, Value: category, Confidence: 0.2, Seen: e.Time, Source: "test/1", Evidence: []clm.Evidence{{Event: e.ID}}}}
	}
	folder := profile.NewFolder(catalogue, &profile.FoldOptions{Traits: act})
	p := profile.New("c-1")
	for i, item := range []clm.ItemID{"b", "t", "t", "t", "t", "t", "b", "b"} {
		require.NoError(t, folder.Fold(p, &clm.Event{ID: fmt.Sprint("e-", i), Customer: "c-1", Kind: clm.Viewed, Item: item, Time: start}))
	}
	traits := p.Traits(start.Add(time.Hour), nil)
	require.Equal(t, []string{"interest=tents", "interest=boats"}, labels(traits), "as many readings are kept of each, and one was seen more often")
	assert.InDelta(t, 1-math.Pow(0.8, 5), traits[0].Confidence, 0.01)
	assert.InDelta(t, 1-math.Pow(0.8, 3), traits[1].Confidence, 0.01)
	assert.Len(t, traits[0].Evidence, profile.MaxPerValue)
}

func TestAllReadingsOfABrandCount(t *testing.T) {
	var said []clm.Trait
	for on := range 8 {
		said = append(said, say("brand", []string{"Brig", "Acme", "Acme", "Acme", "Acme", "Acme", "Brig", "Brig"}[on], 0.2, on))
	}
	said = append(said, say("size", "M", 0.2, 1), say("size", "M", 0.2, 2), say("size", "M", 0.2, 3))
	p := fold(t, inferred(said...)...)
	at := start.Add(8 * day)
	confidences := func() map[string]float64 {
		all := map[string]float64{}
		for _, trait := range p.Traits(at, &profile.TraitOptions{HalfLife: 1e6 * time.Hour}) {
			all[trait.Value] = trait.Confidence
		}
		return all
	}
	got := confidences()
	assert.InDelta(t, 1-math.Pow(0.8, 5), got["Acme"], 0.001)
	assert.InDelta(t, 1-math.Pow(0.8, 3), got["Brig"], 0.001)
	assert.InDelta(t, 1-math.Pow(0.8, profile.MaxPerValue), got["M"], 0.001, "of other names the kept ones count")

	p.BrandTastes = nil // as a profile that was stored without the sums
	got = confidences()
	assert.InDelta(t, 1-math.Pow(0.8, profile.MaxPerValue), got["Acme"], 0.001)
	assert.InDelta(t, got["M"], got["Acme"], 0.001)
}

// A store that is made anew from the log has the same traits at every moment: what
// expired, what was corrected and what was denied are facts of the log.
func TestExpiryAndCorrectionsHoldAfterAReplay(t *testing.T) {
	events := append(inferred(until(say("occasion", "wedding", 0.9, 1), 30), say("interest", "tents", 0.7, 2), say("size", "M", 0.9, 3)),
		corrected("interest", "tents", clm.Deny, 10), corrected("size", "L", clm.Pin, 11), corrected("size", "M", clm.Deny, 12), corrected("interest", "tents", clm.Lift, 40))
	log := clm.NewMemory(&clm.MemoryOptions{Now: func() time.Time { return start.Add(5000 * day) }})
	require.NoError(t, log.Append(t.Context(), events...))
	at := func(size int) map[int][]string {
		store := &profile.Memory{}
		_, err := clm.CatchUp(t.Context(), log, &clm.RunOptions{BatchSize: size}, profile.NewView(store, profile.NewFolder(nil, nil)))
		require.NoError(t, err)
		p, err := store.Get(t.Context(), "c-1")
		require.NoError(t, err)
		seen := map[int][]string{}
		for _, on := range []int{5, 13, 31, 41} {
			seen[on] = labels(p.Traits(start.Add(time.Duration(on)*day), nil))
		}
		return seen
	}
	first := at(1000)
	assert.Equal(t, []string{"size=L", "occasion=wedding"}, first[13][:2])
	assert.Equal(t, []string{"size=L"}, first[31][:1])
	assert.NotContains(t, first[31], "occasion=wedding")
	assert.Contains(t, first[41], "interest=tents")
	assert.Equal(t, first, at(1), "made anew, event by event")
}

func TestNoTraitIsWithoutEvidence(t *testing.T) {
	folder := profile.NewFolder(wide(), &profile.FoldOptions{Demographics: []string{clm.AgeBand}})
	rapid.Check(t, func(t *rapid.T) {
		p := profile.New("c-1")
		for _, e := range anyEvents(t) {
			require.NoError(t, folder.Fold(p, &e))
		}
		for _, trait := range p.Traits(start.Add(time.Duration(rapid.IntRange(0, 1500).Draw(t, "at"))*day), nil) {
			require.NotEmpty(t, trait.Evidence)
			require.Greater(t, trait.Confidence, 0.0)
			require.LessOrEqual(t, trait.Confidence, 1.0)
			require.NotZero(t, trait.Source)
		}
	})
}

func TestTheGradeSaysWhatIsMissing(t *testing.T) {
	p := fold(t, order("a", start, 100, "EUR"), order("b", start.Add(20*day), 100, "EUR"))
	assert.Equal(t, []profile.Sufficiency{
		{Part: profile.Behaviour, Grade: profile.Thin, Have: 2, Next: profile.Fair, Missing: 8},
		{Part: profile.Purchases, Grade: profile.Thin, Have: 2, Next: profile.Fair, Missing: 1},
		{Part: profile.Interests, Grade: profile.Thin, Have: 2, Next: profile.Fair, Missing: 1},
		{Part: profile.Words, Grade: profile.None, Next: profile.Thin, Missing: 1},
		{Part: profile.Rhythm, Grade: profile.Thin, Have: 1, Next: profile.Fair, Missing: 2},
	}, p.Sufficiency(start.Add(30*day)))
	many := inferred(say("size", "M", 1, 1), say("interest", "a", 1, 2), say("interest", "b", 1, 3))
	words := fold(t, many...).Sufficiency(start.Add(30 * day))[3]
	assert.Equal(t, profile.Sufficiency{Part: profile.Words, Grade: profile.Fair, Have: 3, Next: profile.Good, Missing: 7}, words)
	assert.Equal(t, 1, fold(t, many...).Sufficiency(start.Add(day))[3].Have, "what was said later is not seen")
	assert.Equal(t, profile.None, profile.New("c").Sufficiency(start)[0].Grade)
}

// stored folds events into a store in memory.
func stored(t require.TestingT, events ...clm.Event) *profile.Memory {
	log, store := clm.NewMemory(&clm.MemoryOptions{Partitions: 3, Now: func() time.Time { return start.Add(5000 * day) }}), &profile.Memory{}
	require.NoError(t, log.Append(context.Background(), events...))
	_, err := clm.CatchUp(context.Background(), log, nil, profile.NewView(store, profile.NewFolder(wide(), nil)))
	require.NoError(t, err)
	return store
}

// Events of one customer are given to the customer and two visits at random; the
// joined profile is the one of a single id.
func TestAJoinedProfileIsThatOfASingleID(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var single, several []clm.Event
		seen := map[string]bool{}
		for _, e := range anyEvents(t) {
			if e.Kind == clm.Identified || seen[e.ID] {
				continue
			}
			seen[e.ID] = true
			single = append(single, e)
			e.Customer = rapid.SampledFrom([]clm.CustomerID{"c-1", "visit-1", "visit-2"}).Draw(t, "id")
			several = append(several, e)
		}
		marker := clm.Event{ID: "marker", Customer: "c-1", Kind: clm.SignedUp, Time: start}
		single, several = append(single, marker), append(several, marker)
		several = append(several, profile.Identify("c-1", "visit-1", true, "i-1", start)...)
		several = append(several, profile.Identify("c-1", "visit-2", true, "i-2", start)...)
		want, err := stored(t, single...).Get(context.Background(), "c-1")
		require.NoError(t, err)
		got, err := profile.Join(stored(t, several...)).Get(context.Background(), "c-1")
		require.NoError(t, err)
		require.Len(t, got.IDs(), 3)
		got.Aliases = nil
		requireSame(t, want, got)
	})
}

func TestIdentitiesCanBeTakenBack(t *testing.T) {
	view := func(id string, customer clm.CustomerID) clm.Event {
		return clm.Event{ID: id, Customer: customer, Kind: clm.Viewed, Item: "i", Time: start}
	}
	base := []clm.Event{view("1", "anna"), view("2", "visit"), view("3", "visit"), view("4", "bert")}
	join := func(owner clm.CustomerID, granted bool, on int) []clm.Event {
		return profile.Identify(owner, "visit", granted, fmt.Sprint("i-", on), start.Add(time.Duration(on)*day))
	}
	for name, c := range map[string]struct {
		events [][]clm.Event
		want   map[clm.CustomerID]int // views of each that All yields
	}{
		"nobody is identified":              {nil, map[clm.CustomerID]int{"anna": 1, "bert": 1, "visit": 2}},
		"a visit joins a customer":          {[][]clm.Event{join("anna", true, 1)}, map[clm.CustomerID]int{"anna": 3, "bert": 1}},
		"and is split off":                  {[][]clm.Event{join("anna", true, 1), join("anna", false, 2)}, map[clm.CustomerID]int{"anna": 1, "bert": 1, "visit": 2}},
		"and joins again":                   {[][]clm.Event{join("anna", true, 1), join("anna", false, 2), join("anna", true, 3)}, map[clm.CustomerID]int{"anna": 3, "bert": 1}},
		"a shared device is the last one's": {[][]clm.Event{join("anna", true, 1), join("bert", true, 2)}, map[clm.CustomerID]int{"anna": 1, "bert": 3}},
		"and the first one's after a split": {[][]clm.Event{join("anna", true, 1), join("bert", true, 2), join("bert", false, 3)}, map[clm.CustomerID]int{"anna": 3, "bert": 1}},
		"one side alone joins nobody":       {[][]clm.Event{join("anna", true, 1)[:1]}, map[clm.CustomerID]int{"anna": 1, "bert": 1, "visit": 2}},
		"nor does the other":                {[][]clm.Event{join("anna", true, 1)[1:]}, map[clm.CustomerID]int{"anna": 1, "bert": 1, "visit": 2}},
		"an owner who is not known":         {[][]clm.Event{join("carl", true, 1)[1:]}, map[clm.CustomerID]int{"anna": 1, "bert": 1, "visit": 2}},
	} {
		events := base
		for _, more := range c.events {
			events = append(events[:len(events):len(events)], more...)
		}
		joined := profile.Join(stored(t, events...))
		got := map[clm.CustomerID]int{}
		for p, err := range joined.All(t.Context()) {
			require.NoError(t, err, name)
			got[p.Customer] = p.Count(clm.Viewed)
			one, err := joined.Get(t.Context(), p.Customer)
			require.NoError(t, err, name)
			assert.Equal(t, p, one, name)
		}
		assert.Equal(t, c.want, got, name)
	}
	_, err := profile.Join(stored(t, base...)).Get(t.Context(), "nobody")
	require.ErrorIs(t, err, profile.ErrNotFound)
}

func TestAMergeThatOverflowsIsAnError(t *testing.T) {
	a, b := fold(t, order("a", start, 1<<62, "EUR")), fold(t, order("b", start, 1<<62, "EUR"))
	_, err := profile.Merge(a, b)
	require.ErrorIs(t, err, clm.ErrOverflow)
	assert.Equal(t, int64(1<<62), a.Ledgers[0].Ordered)
}
