package profiletest

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/clm/filter"
	"github.com/clmkit/clmkit/profile"
)

// conditions use every field of [profile.Schema], with both outcomes among the
// profiles of the suite.
var conditions = []string{
	`customer >= "c-300"`, `first < time("2026-01-20")`, `last >= now() - 21d`, `count.viewed > 2`, `count.returned = 0`,
	`last.viewed < now() - 30d`, `last.returned IS NULL`, `orders >= 2`, `orders = 0`, `last_order > now() - 14d`, `recency <= 20d`,
	`tenure > 36d12h`, `gap < 8d`, `gap IS NULL`, `ordered.EUR >= 30 EUR`, `ordered.USD = 0 USD`, `returned.EUR > 0 EUR`, `monetary.EUR > 25 EUR`,
	`return_rate.EUR > 0.1`, `stage = "retention"`, `stage IS NULL`, `stage_since >= now() - 30d`, `placed = "activation"`,
	`categories CONTAINS "category 1"`, `brands IN ("brand 1", "brand 9")`, `brands NOT IN ("brand 2")`, `interest.all >= 0.5`, "`interest.category 1` > 0.4",
	"`brand.brand 2` IS NULL", `channels CONTAINS "app"`, `channels IS NULL`, `consents CONTAINS "marketing"`, `refused IN ("marketing")`,
	`consents IS NULL AND refused IS NULL`, `unsubscribed CONTAINS "email"`, `unsubscribed CONTAINS ""`, `trait.size CONTAINS "M"`, `trait.size IS NOT NULL`,
	`ordered.EUR > returned.EUR`, `customer MATCHES "c 007"`,
}

// RunSelector checks that a store which is a [profile.Selector] selects the same
// profiles as a [profile.Memory] with the same, where [profile.Select] looks at
// each of them, and counts them.
func RunSelector(t *testing.T, newStore func(*testing.T) profile.Store) {
	store := newStore(t)
	selector := store.(profile.Selector)
	at := clmtest.Start.AddDate(0, 0, 40)
	memory, change := new(profile.Memory), profile.Change{Through: 1, Profiles: many(t, 620)}
	require.NoError(t, store.Commit(t.Context(), change))
	require.NoError(t, memory.Commit(t.Context(), change))
	check := func(t *testing.T, text string) (selected int) {
		e, err := filter.Parse(text)
		require.NoError(t, err, text)
		want := customers(t, profile.Select(t.Context(), memory, e, at))
		require.Equal(t, want, customers(t, selector.Select(t.Context(), e, at)), text)
		n, err := selector.Count(t.Context(), e, at)
		require.NoError(t, err, text)
		require.Equal(t, len(want), n, text)
		return n
	}
	t.Run("each condition selects some, not all, and the same", func(t *testing.T) {
		for _, text := range conditions {
			n := check(t, text)
			require.Positive(t, n, text)
			require.Less(t, n, 620, text)
		}
	})
	t.Run("conditions can be combined", func(t *testing.T) {
		random := rand.New(rand.NewPCG(1, 2))
		for range 10 {
			check(t, combination(random, 3))
		}
	})
	t.Run("no condition selects all", func(t *testing.T) {
		require.Len(t, customers(t, selector.Select(t.Context(), nil, at)), 620)
	})
	t.Run("a condition that does not fit is an error", func(t *testing.T) {
		e, err := filter.Parse(`orders > "many"`)
		require.NoError(t, err)
		for _, err := range selector.Select(t.Context(), e, at) {
			require.ErrorAs(t, err, new(*filter.Error))
		}
		_, err = selector.Count(t.Context(), e, at)
		require.ErrorAs(t, err, new(*filter.Error))
	})
	t.Run("a selection can be left", func(t *testing.T) {
		for range selector.Select(t.Context(), nil, at) {
			break
		}
	})
}

func customers(t *testing.T, selected iter.Seq2[*profile.Profile, error]) []clm.CustomerID {
	t.Helper()
	var ids []clm.CustomerID
	for p, err := range selected {
		require.NoError(t, err)
		ids = append(ids, p.Customer)
	}
	return ids
}

// combination draws a condition made of several.
func combination(random *rand.Rand, depth int) string {
	if depth == 0 {
		return conditions[random.IntN(len(conditions))]
	}
	parts := []string{combination(random, depth-1), combination(random, depth-1)}
	text := "(" + strings.Join(parts, []string{" AND ", " OR "}[random.IntN(2)]) + ")"
	if random.IntN(3) == 0 {
		text = "NOT " + text
	}
	return text
}

// many returns profiles that differ in everything, sorted by customer.
func many(t *testing.T, n int) []*profile.Profile {
	t.Helper()
	folder := profile.NewFolder(Catalogue(), nil)
	profiles := make([]*profile.Profile, n)
	for i := range profiles {
		p := profile.New(clm.CustomerID(fmt.Sprintf("c-%03d", i)))
		for n, e := range life(p.Customer, i) {
			e.Customer, e.ID = p.Customer, fmt.Sprintf("e-%d-%d", i, n)
			require.NoError(t, folder.Fold(p, &e))
		}
		profiles[i] = p
	}
	return profiles
}

// life returns the events of the i-th customer.
func life(customer clm.CustomerID, i int) []clm.Event {
	day := func(d int) time.Time {
		return clmtest.Start.AddDate(0, 0, d).Add(time.Duration(i) * 1_234_567 * time.Microsecond)
	}
	amount := clm.Money{Minor: int64(500 + 37*i), Currency: []string{"EUR", "USD"}[i%5/4]}
	item := clm.ItemID(fmt.Sprintf("i-%d", i%17))
	var events []clm.Event
	for v := range i % 5 {
		events = append(events, clm.Event{Kind: clm.Viewed, Time: day(3 * v), Item: item, Channel: []string{"web", "app"}[i%2]})
	}
	for o := range i % 4 {
		events = append(events, clm.Event{Kind: clm.Ordered, Time: day(5 + (4+i%9)*o), Lines: []clm.Line{{Item: item, Quantity: 1, Amount: amount}}})
	}
	if i%4 > 0 && i%6 == 0 {
		events = append(events, clm.Event{Kind: clm.Returned, Time: day(30), Lines: []clm.Line{{Item: item, Quantity: 1, Amount: amount}}})
	}
	switch i % 7 {
	case 1, 2:
		events = append(events, clm.Event{Kind: clm.Consented, Time: day(1), Purpose: "marketing", Granted: i%7 == 1})
	case 3:
		events = append(events, clm.Event{Kind: clm.Unsubscribed, Time: day(2), Channel: []string{"email", ""}[i%2]})
	case 4:
		events = append(events, clm.Transition(customer, clm.Activation, clm.Retention, day(i%40)))
	case 5:
		events = append(events, clm.Event{Kind: clm.Inferred, Time: day(3), Traits: []clm.Trait{{
			Name: clm.WearsSize, Value: []string{"M", "L"}[i%2], Confidence: 0.75, Seen: day(3), Source: "suite", Evidence: []clm.Evidence{{Event: "act"}},
		}}})
	}
	return events
}
