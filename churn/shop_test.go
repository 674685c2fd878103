package churn_test

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/clmkit/clmkit/churn"
	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
	"github.com/stretchr/testify/require"
)

const day = 24 * time.Hour

var opening = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)

func on(n int) time.Time { return opening.Add(time.Duration(n) * day) }

// order is one order of one line.
func order(customer string, at time.Time, minor int64, currency string) clm.Event {
	return clm.Event{
		ID: fmt.Sprintf("%s@%s", customer, at.Format(time.RFC3339)), Customer: clm.CustomerID(customer),
		Kind: clm.Ordered, Time: at,
		Lines: []clm.Line{{Item: "sock", Quantity: 1, Amount: clm.Money{Minor: minor, Currency: currency}}},
	}
}

// shop returns the events of a year: each customer orders at a pace of its own,
// from its first day until it is lost. The same seed gives the same events.
func shop(customers int, seed uint64) []clm.Event {
	rng := rand.New(rand.NewPCG(seed, 7))
	var events []clm.Event
	for c := range customers {
		name := fmt.Sprintf("c-%03d", c)
		pace := 5 + 75*rng.Float64() // mean days between orders
		now := 200 * rng.Float64()
		lost := now + 180*rng.ExpFloat64()
		for now < 365 {
			at := opening.Add(time.Duration(now * float64(day))).Truncate(time.Second)
			events = append(events, order(name, at, 500+rng.Int64N(5000), "EUR"))
			now += pace * (0.2 + rng.ExpFloat64())
			if now > lost {
				break
			}
		}
	}
	return events
}

func historyOf(events []clm.Event) *churn.History {
	return &churn.History{Events: clm.Sequence(events), Folder: profile.NewFolder(nil, nil), Currency: "EUR"}
}

// until returns a history as of a day.
func until(events []clm.Event, n int) *churn.History {
	h := historyOf(events)
	h.Until = on(n)
	return h
}

var monthly = churn.Definition{Horizon: 60 * day}

// fitted returns a model that was made on day 240, and the cases of that day.
func fitted(t *testing.T, events []clm.Event) (*churn.Model, *churn.Cases) {
	t.Helper()
	train, err := until(events, 240).Cases(monthly, monthly.Cuts(on(240), 3)...)
	require.NoError(t, err)
	model, err := churn.Fit(t.Context(), train, nil)
	require.NoError(t, err)
	test, err := historyOf(events).Cases(monthly, on(240))
	require.NoError(t, err)
	return model, test
}

// asOf returns the profiles of a day.
func asOf(events []clm.Event, n int) map[clm.CustomerID]*profile.Profile {
	profiles, _, _ := profile.NewFolder(nil, nil).AsOf(clm.Sequence(events), on(n))
	return profiles
}

// storeOf puts profiles into a store.
func storeOf(t *testing.T, profiles map[clm.CustomerID]*profile.Profile) *profile.Memory {
	t.Helper()
	var store profile.Memory
	change := profile.Change{Through: 1}
	for _, p := range profiles {
		change.Profiles = append(change.Profiles, p.Clone())
	}
	require.NoError(t, store.Commit(context.Background(), change))
	return &store
}

func sequence(events ...clm.Event) iter.Seq2[clm.Event, error] { return clm.Sequence(events) }
