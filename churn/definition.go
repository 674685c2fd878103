package churn

import (
	"encoding/json"
	"fmt"
	"time"
)

const day = 24 * time.Hour

// A Definition says what churn means: a customer who has placed at least
// MinOrders orders before a moment has churned at it when no order follows
// within Horizon. An order counts as one also when it is returned later.
//
// The definition is stored with every model and every prediction. The zero
// value is the default definition.
type Definition struct {
	// Version is the shop's number of the definition, raised when its meaning
	// changes. Default: 1.
	Version int
	// Horizon is how far ahead is looked, at least a day. Default: 90 days.
	Horizon time.Duration
	// MinOrders is how many orders make a customer one that can churn.
	// Default: 1.
	MinOrders int
}

func (d Definition) defaults() Definition {
	if d.Version == 0 {
		d.Version = 1
	}
	if d.Horizon == 0 {
		d.Horizon = 90 * day
	}
	if d.MinOrders == 0 {
		d.MinOrders = 1
	}
	return d
}

// Validate reports a number that is out of its range.
func (d Definition) Validate() error {
	d = d.defaults()
	switch {
	case d.Version < 1:
		return fmt.Errorf("churn: definition: version %d is not positive", d.Version)
	case d.Horizon < day:
		return fmt.Errorf("churn: definition: horizon %s is shorter than a day", d.Horizon)
	case d.MinOrders < 1:
		return fmt.Errorf("churn: definition: %d orders, at least 1 is needed", d.MinOrders)
	}
	return nil
}

// Cuts returns the n latest moments, a sixth of the horizon apart and oldest
// first, whose windows are over at asOf: [asOf - horizon] is the last of them.
// Three of them are what we train on: more cases than one gives, and none so
// old that the shop was another. Their windows overlap, so the cases are not
// independent of each other.
func (d Definition) Cuts(asOf time.Time, n int) []time.Time {
	d = d.defaults()
	cuts := make([]time.Time, 0, max(0, n))
	for i := n - 1; i >= 0; i-- {
		cuts = append(cuts, asOf.Add(-d.Horizon-time.Duration(i)*(d.Horizon/6)))
	}
	return cuts
}

// String returns the definition in words.
func (d Definition) String() string {
	d = d.defaults()
	return fmt.Sprintf("no order within %s, of customers with at least %s before (version %d)",
		days(d.Horizon), count(d.MinOrders, "order"), d.Version)
}

// definitionJSON is the stored form: a horizon is text, such as "2160h0m0s".
type definitionJSON struct {
	Version   int    `json:"version"`
	Horizon   string `json:"horizon"`
	MinOrders int    `json:"min_orders"`
}

// MarshalJSON writes the definition with its defaults filled in.
func (d Definition) MarshalJSON() ([]byte, error) {
	d = d.defaults()
	return json.Marshal(definitionJSON{d.Version, d.Horizon.String(), d.MinOrders})
}

// UnmarshalJSON reads a definition and validates it.
func (d *Definition) UnmarshalJSON(data []byte) error {
	var stored definitionJSON
	if err := json.Unmarshal(data, &stored); err != nil {
		return err
	}
	read := Definition{Version: stored.Version, MinOrders: stored.MinOrders}
	if stored.Horizon != "" {
		horizon, err := time.ParseDuration(stored.Horizon)
		if err != nil {
			return fmt.Errorf("churn: definition: horizon: %w", err)
		}
		read.Horizon = horizon
	}
	if err := read.Validate(); err != nil {
		return err
	}
	*d = read.defaults()
	return nil
}
