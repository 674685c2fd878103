package profile

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// Identify returns the two events that say that alias, the id of an anonymous
// visit for instance, is the customer's; or with granted false, that it is not
// (any more). Append both at once. The ids of the events are id with "-alias" and
// "-owner" behind it.
//
// What is known under either id stays where it is, so an identification can be
// taken back: see [Join].
func Identify(customer, alias clm.CustomerID, granted bool, id string, at time.Time) []clm.Event {
	return []clm.Event{
		{ID: id + "-alias", Customer: customer, Kind: clm.Identified, Time: at, Alias: alias, Granted: granted},
		{ID: id + "-owner", Customer: alias, Kind: clm.Identified, Time: at, Owner: customer, Granted: granted},
	}
}

func (p *Profile) identify(e *clm.Event) {
	if e.Alias != "" {
		p.Aliases = latest(p.Aliases, Consent{string(e.Alias), e.Granted, e.Time.UTC(), e.ID})
		return
	}
	p.Owners = latest(p.Owners, Consent{string(e.Owner), e.Granted, e.Time.UTC(), e.ID})
}

// Owner returns the customer to whom the id of the profile belongs, or "". An id
// that several have claimed, as on a device that is shared, belongs to the last.
func (p *Profile) Owner() clm.CustomerID {
	var last Consent
	for _, c := range p.Owners {
		if c.Granted && later(last.Time, last.Event, c.Time, c.Event) {
			last = c
		}
	}
	return clm.CustomerID(last.About)
}

// IDs returns the ids under which the customer has events by the customer's own
// word: the customer's own, and the aliases. Whoever erases or exports a customer
// does it for each.
func (p *Profile) IDs() []clm.CustomerID {
	ids := []clm.CustomerID{p.Customer}
	for _, c := range p.Aliases {
		if c.Granted {
			ids = append(ids, clm.CustomerID(c.About))
		}
	}
	return ids
}

// Join returns a reader of whole customers: a profile and those of its aliases are
// merged when they are read, and equal the profile that a single id would have had.
// An alias counts when both sides say so: the customer's profile names it, and its
// owner is the customer. Aliases of aliases do not. [Reader.All] leaves out what
// is part of another profile; the Get of an alias returns what is known under it
// alone. A Get costs one more read for each alias.
//
// The profiles are those of one reader, and so of one tenant.
func Join(r Reader) Reader { return joined{r} }

type joined struct{ Reader }

// Get returns a customer's whole profile.
func (j joined) Get(ctx context.Context, customer clm.CustomerID) (*Profile, error) {
	p, err := j.Reader.Get(ctx, customer)
	if err != nil {
		return nil, err
	}
	return j.whole(ctx, p)
}

// whole merges a profile with those of its aliases.
func (j joined) whole(ctx context.Context, p *Profile) (*Profile, error) {
	whole := p
	for _, alias := range p.IDs()[1:] {
		part, err := j.Reader.Get(ctx, alias)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if part.Owner() != p.Customer {
			continue
		}
		part.Owners, part.Aliases = nil, nil // are about the part
		if whole, err = Merge(whole, part); err != nil {
			return nil, err
		}
	}
	return whole, nil
}

// All yields the whole profiles.
func (j joined) All(ctx context.Context) iter.Seq2[*Profile, error] {
	return func(yield func(*Profile, error) bool) {
		for p, err := range j.Reader.All(ctx) {
			if err == nil {
				var part bool
				if part, err = j.part(ctx, p); part && err == nil {
					continue
				}
			}
			if err == nil {
				p, err = j.whole(ctx, p)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(p, nil) {
				return
			}
		}
	}
}

// part reports whether a profile is part of another one.
func (j joined) part(ctx context.Context, p *Profile) (bool, error) {
	customer := p.Owner()
	if customer == "" {
		return false, nil
	}
	owner, err := j.Reader.Get(ctx, customer)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	for _, id := range owner.IDs()[1:] {
		if id == p.Customer {
			return true, nil
		}
	}
	return false, nil
}
