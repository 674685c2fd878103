// Package enrich finds attributes of items, such as for whom or for which occasion they are, in their titles and texts,
// when the catalogue is taken in. Filters, portraits and similarity by content then use them like those of the host.
//
//	enricher, err := enrich.New([]enrich.Attribute{
//		{Name: "audience", About: "for whom it is made", Values: map[string][]string{
//			"children": {"kids", "toddlers"}, "women": {"ladies"}, "men": {"gentlemen"},
//		}},
//		{Name: "style", About: "how it looks"}, // open: words of the item's own text
//	}, &enrich.Options{Model: model})
//	reading, err := enricher.Enrich(ctx, items)
//	err = store.Put(ctx, reading.Items...)
//
// It is the cheapest way to use a model for recommendations: an item is asked about once, twenty in a call, and serves every
// list after that; package recommend/rerank asks for each list. What customers say of themselves is read by package
// profile/traits.
//
// # Without a model
//
// The words of the attributes are found in the texts, by their stems, the longest first. "Without leather", "leather look"
// and "leather-free" are not leather: the words that take something away are known in English, German, French and Spanish.
// An attribute of which the title, or else the text, names several values is left open.
//
// A word is not a meaning: "red wine glass" is read as red, "wood glue" as of wood, "soft as silk" as of silk. Of 24 texts
// that nothing was changed for (TestTextsThatTheReaderWasNotMadeFor), half of them out to mislead, 14 of 19 attributes are
// found, and 9 are read that are not so.
//
// # With a model
//
// A model is asked about items with an attribute that the words leave open. Nothing that it answers is taken on trust: the
// quote has to be in the item's title or text byte for byte, in whole words, and the value in the host's list, or for an
// open attribute in the quote; what the item's own words contradict is cut. [Reading.Cut] counts. What nobody can check is
// whether a quote means the value that the model gives it, and a seller who writes to the model in an item's text can
// mislead it about this item, and about others of the same call within their words. Where that matters, ask about one item
// in a call, and treat attributes as hints and not as facts: each has its quote in [Reading.Findings].
package enrich
