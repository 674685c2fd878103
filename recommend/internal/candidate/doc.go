// Package candidate finds items that a customer may want. Each [Source] knows
// one way: what the same customers bought, what has a similar text, what sells.
// Sources score, and say why in terms of what can be counted in the events; how
// their scores are weighed against each other is not their affair.
//
// [Append] and [Decode] turn a source into bytes and back, and [Update] takes later
// events in without learning everything again.
package candidate
