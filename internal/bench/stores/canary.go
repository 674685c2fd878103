package stores

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/progress"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/vector"
)

// canary is the id of a customer who is erased, and keeper of one who stays.
// Every string that is about a customer begins with the id.
func canary(i int) clm.CustomerID { return clm.CustomerID(fmt.Sprintf("canary-%06d", i)) }

func keeper(i int) clm.CustomerID { return clm.CustomerID(fmt.Sprintf("keeper-%06d", i)) }

// eraseStart is the time of the customers' events.
var eraseStart = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

// traces are the events of a customer.
func traces(c clm.CustomerID) []clm.Event {
	own := func(what string) string { return string(c) + "-" + what }
	events := []clm.Event{
		{Kind: clm.Searched, Query: own("query")},
		{Kind: clm.Messaged, Text: own("text"), Channel: own("channel")},
		{Kind: clm.Reviewed, Item: "mug", Text: own("review"), Rating: 4},
		{Kind: clm.Consented, Purpose: own("purpose"), Granted: true},
		{Kind: clm.Ordered, Order: own("order"), Lines: []clm.Line{{Item: clm.ItemID(own("item")), Quantity: 1, Amount: clm.Money{Minor: 990, Currency: "EUR"}}}},
	}
	for i := range events {
		e := &events[i]
		e.ID, e.Customer, e.Session, e.Decision = own(fmt.Sprintf("event-%d", i)), c, own("session"), own("decision")
		e.Time = eraseStart.Add(time.Duration(i) * time.Minute)
	}
	return events
}

// fill writes both kinds of customers, side by side, to every store.
func (o *eraseOptions) fill(ctx context.Context, meter *progress.Meter) (err error) {
	shop, err := o.Open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, shop.Close()) }()
	meter.Start("filling the shop", int64(2*o.customers))
	for i := 0; i < o.customers; i += 100 {
		var customers []clm.CustomerID
		for j := i; j < min(i+100, o.customers); j++ {
			customers = append(customers, canary(j), keeper(j))
		}
		if err := fill(ctx, shop, customers); err != nil {
			return err
		}
		meter.Add(len(customers))
	}
	_, err = clm.CatchUp(ctx, shop.Log, nil, profile.NewView(shop.Profiles, profile.NewFolder(nil, nil)))
	return err
}

func fill(ctx context.Context, s *Shop, customers []clm.CustomerID) error {
	var events []clm.Event
	var shown []clm.Exposure
	var records []vector.Record
	for i, c := range customers {
		events = append(events, traces(c)...)
		shown = append(shown, clm.Exposure{
			Decision: string(c) + "-decision", Customer: c, Time: eraseStart, Surface: string(c) + "-surface",
			Shown: []clm.Shown{{Item: clm.ItemID(string(c) + "-shown")}},
		})
		records = append(records, vector.Record{
			ID: string(c) + "-vector", Vector: []float32{1, float32(i), 2},
			Attributes: map[string]string{vector.Customer: string(c), "note": string(c) + "-note"},
		})
	}
	if err := s.Log.Append(ctx, events...); err != nil {
		return err
	}
	if err := s.Exposures.Expose(ctx, shown...); err != nil {
		return err
	}
	if err := s.Vectors.Upsert(ctx, records...); err != nil {
		return err
	}
	return refuse(ctx, s, customers)
}

// refuse gives every customer a dead letter, in a partition that the log does
// not have.
func refuse(ctx context.Context, s *Shop, customers []clm.CustomerID) error {
	const partition = 1 << 20
	mark, err := s.Profiles.Mark(ctx, partition)
	if err != nil {
		return err
	}
	change := profile.Change{Partition: partition, After: mark, Through: mark.Position}
	for _, c := range customers {
		change.Through++
		e := traces(c)[1]
		change.Aside = append(change.Aside, clm.Aside{Position: change.Through, Event: e, Err: fmt.Errorf("refused %s", e.ID)})
	}
	return s.Profiles.Commit(ctx, change)
}

// settled is the state of a customer once nobody changes it: the server of a
// process that was killed may yet end its last transaction, between two of the
// looks that state takes. What stays half is half.
func settled(ctx context.Context, s *Shop, c clm.CustomerID) (string, error) {
	const looks = 10
	for look := 1; ; look++ {
		found, err := state(ctx, s, c)
		if err != nil || found != "half" || look == looks {
			return found, err
		}
	}
}

// state says whether everything of a customer is there, nothing, or half.
func state(ctx context.Context, s *Shop, c clm.CustomerID) (string, error) {
	there := make([]bool, 5)
	for _, err := range clm.History(ctx, s.Log, c) {
		if err != nil {
			return "", err
		}
		there[0] = true
	}
	_, err := s.Profiles.Get(ctx, c)
	if err != nil && !errors.Is(err, profile.ErrNotFound) {
		return "", err
	}
	there[1] = err == nil
	for l, err := range s.Profiles.DeadLetters(ctx) {
		if err != nil {
			return "", err
		}
		there[2] = there[2] || l.Event.Customer == c
	}
	for _, err := range s.Exposures.Exposed(ctx, clm.ExposureQuery{Customer: c}) {
		if err != nil {
			return "", err
		}
		there[3] = true
	}
	found, err := s.Vectors.Search(ctx, vector.Query{
		Vector: []float32{1, 1, 1}, K: 1, Filter: vector.Filter{{Attribute: vector.Customer, AnyOf: []string{string(c)}}},
	})
	if err != nil {
		return "", err
	}
	there[4] = len(found) > 0
	n := 0
	for _, t := range there {
		if t {
			n++
		}
	}
	if n > 0 && n < len(there) {
		return "half", nil
	}
	return map[bool]string{true: "whole", false: "gone"}[n > 0], nil
}

// remains counts, when all is over, the canaries that are left anywhere, the kept
// customers of whom everything is there, and their marks.
func (o *eraseOptions) remains(ctx context.Context) (left, whole, marks int, err error) {
	shop, err := o.Open(ctx)
	if err != nil {
		return 0, 0, 0, err
	}
	defer func() { err = errors.Join(err, shop.Close()) }()
	for i := range o.customers {
		state, err := state(ctx, shop, keeper(i))
		if err != nil {
			return 0, 0, 0, err
		}
		if state == "whole" {
			whole++
		}
	}
	left, marks, err = o.search(ctx, o.customers)
	return left, whole, marks, err
}
