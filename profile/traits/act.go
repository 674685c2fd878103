package traits

import "github.com/clmkit/clmkit/clm"

// weight is what an act says about the interest in the categories and the brand of its items. Our judgement; the weights
// are small because one act says little, and profile.Traits adds them up. The cart and the order add half of a view each,
// because they follow a view that counts already, and counting the same wish at its price drowns the others: on the
// simulated shop, weights that rise with what an act costs (1, 3, 5) find fewer of the tastes
// (TestThePlantedTasteIsInTheProfile). What is returned, taken out of a cart, rated or reviewed is one piece and not its kind; the words of a review are read.
func weight(k clm.Kind) float64 {
	switch k {
	case clm.Viewed, clm.Clicked:
		return 0.1
	case clm.CartAdded, clm.Ordered:
		return 0.05
	}
	return 0
}

// acts adds what the act itself says, with the event as evidence. An item that the catalogue does not have says nothing.
func (l *Lexical) acts(c *collector) {
	w := weight(c.event.Kind)
	if w == 0 {
		return
	}
	for id := range c.event.Items {
		item := l.catalogue.Item(id)
		if item == nil {
			continue
		}
		for _, label := range item.Categories {
			if telling := l.vocabulary.telling[label]; telling > 0 {
				c.act(clm.Interest, label, w*telling)
			}
		}
		if item.Brand != "" {
			c.act(clm.PrefersBrand, item.Brand, w)
		}
	}
}
