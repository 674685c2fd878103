// Package feature describes a customer's possible items in numbers from which a
// ranker learns: what the sources say of the pair, how the item sells, how it
// fits what the customer usually buys, and who the customer is. All of it is
// what was known at a moment, so that a ranker that learned at an earlier one
// can be used at a later.
package feature
