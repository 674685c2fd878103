package profile_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/filter"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/profile/profiletest"
)

// returner has ordered twice, ten days apart, and sent one thing back.
func returner(t testing.TB) *profile.Profile {
	p := profile.New("c-1")
	folder := profile.NewFolder(profiletest.Catalogue(), nil)
	line := clm.Line{Item: "i-1", Quantity: 1, Amount: clm.Money{Minor: 2000, Currency: "EUR"}}
	for i, e := range []clm.Event{
		{Kind: clm.Viewed, Time: start, Item: "i-2", Channel: "app"},
		{Kind: clm.Ordered, Time: start.AddDate(0, 0, 1), Lines: []clm.Line{line}},
		{Kind: clm.Ordered, Time: start.AddDate(0, 0, 11), Lines: []clm.Line{line}},
		{Kind: clm.Returned, Time: start.AddDate(0, 0, 12), Lines: []clm.Line{line}},
		{Kind: clm.Consented, Time: start.AddDate(0, 0, 2), Purpose: "marketing", Granted: true},
		{Kind: clm.Inferred, Time: start, Traits: []clm.Trait{{
			Name: clm.WearsSize, Value: "M", Confidence: 0.9, Seen: start, Source: "test", Evidence: []clm.Evidence{{Event: "act"}},
		}}},
	} {
		e.ID, e.Customer = fmt.Sprint("e-", i), "c-1"
		require.NoError(t, folder.Fold(p, &e))
	}
	return p
}

func TestConditionsOnAProfile(t *testing.T) {
	record := profile.NewRecord(returner(t), start.AddDate(0, 0, 21))
	for name, want := range map[string]string{
		"customer": `"c-1"`, "first": `time("2026-01-05T09:00:00Z")`, "orders": "2", "count.viewed": "1", "count.clicked": "0", "last.clicked": "null",
		"last_order": `time("2026-01-16T09:00:00Z")`, "recency": "10d", "tenure": "21d", "gap": "10d", "ordered.EUR": "40.00 EUR", "returned.EUR": "20.00 EUR",
		"monetary.EUR": "20.00 EUR", "monetary.USD": "0.00 USD", "return_rate.EUR": "0.5", "stage": "null", "placed": `"retention"`,
		"categories": `["all", "category 1", "category 2"]`, "channels": `["app"]`, "consents": `["marketing"]`, "refused": "null", "unsubscribed": "null",
		"trait.size": `["M"]`, "trait.language": "null", "interest.none": "null", "nothing": "null", "no.thing": "null",
	} {
		assert.Equal(t, want, record.Field(name).String(), name)
	}
	assert.Equal(t, filter.Number, record.Field("interest.category 1").Type())
	assert.Equal(t, filter.Number, record.Field("brand.brand 1").Type())
}

// TestTheRecordHasTheTypesOfTheSchema keeps the two in step.
func TestTheRecordHasTheTypesOfTheSchema(t *testing.T) {
	p := returner(t)
	p.Unsubscribed = []profile.Consent{{About: "email"}}
	p.Consents = append(p.Consents, profile.Consent{About: "x"})
	p.Stage = profile.Stage{Stage: clm.Retention, Since: start}
	record := profile.NewRecord(p, start.AddDate(0, 0, 21))
	rest := map[string]string{"count": "viewed", "last": "viewed", "ordered": "EUR", "returned": "EUR", "monetary": "EUR", "return_rate": "EUR",
		"interest": "all", "brand": "brand 1", "trait": "size"}
	for name, field := range profile.Schema() {
		if family, ok := cutStar(name); ok {
			name = family + "." + rest[family]
		}
		assert.Equal(t, field.Type, record.Field(name).Type(), name)
	}
}

func cutStar(name string) (string, bool) {
	if n := len(name) - 2; n > 0 && name[n:] == ".*" {
		return name[:n], true
	}
	return "", false
}

func TestSelectAndTallyReadAnyReader(t *testing.T) {
	store := new(profile.Memory)
	require.NoError(t, store.Commit(t.Context(), profile.Change{Through: 1, Profiles: []*profile.Profile{returner(t), profile.New("c-2")}}))
	at := start.AddDate(0, 0, 21)
	e, err := filter.Parse(`recency > 7d`)
	require.NoError(t, err)
	var got []clm.CustomerID
	for p, err := range profile.Select(t.Context(), store, e, at) {
		require.NoError(t, err)
		got = append(got, p.Customer)
	}
	assert.Equal(t, []clm.CustomerID{"c-1"}, got)
	tally, err := profile.Tally(t.Context(), store, e, at)
	require.NoError(t, err)
	assert.Equal(t, filter.Tally{Total: 2, Matching: 1, Unknown: 1}, tally)

	e, err = filter.Parse(`recency > 7`)
	require.NoError(t, err)
	_, err = profile.Tally(t.Context(), store, e, at)
	assert.EqualError(t, err, "filter: 1:11: expected a duration such as 7d or 1h30m to compare recency with, found 7")
	for _, selected := range profile.Select(t.Context(), store, e, at) {
		assert.ErrorAs(t, selected, new(*filter.Error))
	}
}

func ExampleSelect() {
	ctx := context.Background()
	store := new(profile.Memory)
	at := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	folder := profile.NewFolder(nil, nil)
	for i, days := range []int{10, 100} {
		p := profile.New(clm.CustomerID(fmt.Sprint("c-", i)))
		err := folder.Fold(p, &clm.Event{ID: fmt.Sprint(i), Customer: p.Customer, Kind: clm.Ordered, Time: at.AddDate(0, 0, -days),
			Lines: []clm.Line{{Item: "i-1", Quantity: 1, Amount: clm.Money{Minor: 8900, Currency: "EUR"}}}})
		if err != nil {
			fmt.Println(err)
		}
		if err := store.Commit(ctx, profile.Change{After: clm.Mark{Position: clm.Position(i)}, Through: clm.Position(i + 1), Profiles: []*profile.Profile{p}}); err != nil {
			fmt.Println(err)
		}
	}
	e, err := filter.Parse(`last_order < now() - 90d AND ordered.EUR >= 50 EUR`)
	if err != nil {
		fmt.Println(err)
	}
	for p, err := range profile.Select(ctx, store, e, at) {
		fmt.Println(p.Customer, err)
	}
	// Output: c-1 <nil>
}
