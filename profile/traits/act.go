package traits

import "github.com/clmkit/clmkit/clm"

// weight is what an act says about the interest in the categories and the brand of its items. Our judgement of what the
// act costs the customer, no measurement; they are small because one act says little, and profile.Traits adds them up.
// What is returned or taken out of a cart says nothing: it is about one piece and not about its kind.
func weight(e *clm.Event) float64 {
	switch e.Kind {
	case clm.Viewed:
		return 0.05
	case clm.Clicked:
		return 0.08
	case clm.CartAdded:
		return 0.1
	case clm.Ordered:
		return 0.2
	case clm.Reviewed, clm.Rated:
		if e.Rating >= 4 {
			return 0.15
		}
	}
	return 0
}

// acts adds what the act itself says, with the event as evidence. An item that the catalogue does not have says nothing.
func (l *Lexical) acts(c *collector) {
	w := weight(c.event)
	if w == 0 {
		return
	}
	for id := range c.event.Items {
		item := l.catalogue.Item(id)
		if item == nil {
			continue
		}
		for _, label := range item.Categories {
			c.act(clm.Interest, label, w)
		}
		if item.Brand != "" {
			c.act(clm.PrefersBrand, item.Brand, w)
		}
	}
}
