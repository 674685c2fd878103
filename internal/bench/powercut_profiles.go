package main

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
)

// profiles checks that every profile is what the events up to its mark add up
// to, and that no mark went back.
func (c *cutCheck) profiles(ctx context.Context) error {
	marks, err := c.store.profiles.Marks(ctx)
	if err != nil {
		return err
	}
	leaving := map[clm.CustomerID]bool{} // from the log, and not yet from profiles
	for _, w := range c.shop.writers {
		leaving[w.leaving] = true
		for p, at := range w.marks {
			if marks[p].Position < at {
				c.damage(&c.found.unfolded, "partition %d is folded up to %d, and was up to %d", p, marks[p].Position, at)
			}
		}
	}
	want, err := c.folded(marks)
	if err != nil {
		return err
	}
	for p, err := range c.store.profiles.All(ctx) {
		if err != nil {
			return err
		}
		if !leaving[p.Customer] && !same(p, want[p.Customer]) {
			c.damage(&c.found.profiles, "profile of %s", p.Customer)
		}
		delete(want, p.Customer)
	}
	for customer := range want {
		if !leaving[customer] {
			c.damage(&c.found.profiles, "no profile of %s", customer)
		}
	}
	return nil
}

// folded is the profiles that the events up to the marks add up to, folded
// anew.
func (c *cutCheck) folded(marks map[int]clm.Mark) (map[clm.CustomerID]*profile.Profile, error) {
	folder := profile.NewFolder(nil, nil)
	want := map[clm.CustomerID]*profile.Profile{}
	for p, entries := range c.entries {
		at := marks[p].Position
		for i := range entries {
			e := &entries[i].Event
			if entries[i].Position > at {
				break
			}
			if want[e.Customer] == nil {
				want[e.Customer] = profile.New(e.Customer)
			}
			if err := folder.Fold(want[e.Customer], e); err != nil {
				return nil, err
			}
		}
	}
	return want, nil
}

// same compares two profiles by what is stored of them.
func same(a, b *profile.Profile) bool {
	if b == nil {
		return false
	}
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}
