// Package content turns a brief into a message for one customer, and lets it leave only when every price, name and claim
// in it agrees with the catalogue and with what the shop really offers.
//
// A [Writer] needs a catalogue; a model is optional:
//
//	writer := content.NewWriter(catalogue, nil) // or &content.Options{Model: model}
//	brief := &content.Brief{
//		ID: "spring-17", Kind: content.Promotion, Customer: "c-17", Name: "Ada",
//		Items: []clm.ItemID{"mug"}, Channel: content.Email(), Time: now,
//		Offer: &content.Offer{Percent: 20, Code: "SPRING20", Until: until},
//	}
//	result, err := writer.Write(ctx, brief)
//	result.Path          // "template" or "model"
//	result.ModelError    // why the model's draft was not used
//	action := result.Action(brief)
//
// # Two paths
//
// The template path is deterministic. The model path asks for a typed draft, and what the model says is only a proposal:
// when the model fails, or its draft fails the checks, the template writes the message and the result says why.
//
// # What is checked
//
// [Checker.Check] is Go code without a model. Amounts of money and percentages, discount codes, deadlines and promises
// have to be the offer's; prices belong to the item that the sentence names; products are those of the brief; links,
// addresses and phone numbers are those of the brief; every other number, and what is said about a product, has to stand
// in its title, text or attributes, and the place is kept as [Evidence]. What the portrait says of the customer is not told
// back, unless [Brief.Tell] permits it: neither in the customer's own words, nor by naming what nothing else would bring up
// (a size, an occasion, a life event), nor by saying what the customer likes or does; the finding names the fact. An item
// of what the customer likes may be recommended.
//
// # What is not
//
// English and German are known; a brief in another language is refused. Number words above twelve are not read, but an
// amount or a share spelled in words ("twenty euros", "half price") is a finding. Claims are recognised by lists of words
// (materials, colours, properties, origins, superlatives, health, scarcity, services) and by their form ("made of …",
// "comes with …", "it is …"). What stands outside these is not judged: mood ("a lovely start to the day"), and a claim in
// words that no list has ("goes from freezer to oven"), and a hint at the customer that no list has ("rings are chosen?").
package content
