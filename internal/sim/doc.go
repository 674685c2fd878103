// Package sim is a simulated shop whose truth is known: a catalogue, its
// customers with hidden tastes, life spans and responses to contact, and the
// events that follow from them. Tests of the other packages compare what they
// infer with [Truth]; programs use it where they have no orders of their own.
//
//	shop, err := sim.New(&sim.Options{Seed: 1})
//	log := clm.NewMemory(nil)
//	err = log.Append(ctx, shop.Events...)
//	truth, ok := shop.Truth(shop.Customers[0])
//
// The same options give the same shop, byte for byte. Each customer has a
// stream of randomness of its own, so that more customers leave the others as
// they were.
//
// # What a customer does
//
// Time goes by days. On each day that a customer is alive it orders with the
// probability that its rate gives, and may visit without ordering. After each
// order it drops out with a probability of its own and is not seen again, as
// in the BG/NBD model (Fader, Hardie and Lee 2005), but for what follows from
// the orders before: a return, a review, a question. Items are drawn by their
// popularity times the customer's taste; one line in five is bought again.
//
// Every four weeks the shop writes to a random half of those who agreed to it.
// The half is drawn by coin, so that the effect of contact can be measured: it
// differs by [Response].
//
// # Mess
//
// A quarter of the items has no description, one in 20 no brand, one in ten no
// tracked stock. The last twentieth of the catalogue is new in the final week
// and nobody has seen it. One customer in twelve has a single event. One
// search in ten has a typing error.
package sim
