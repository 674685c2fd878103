// Package tree fits and applies gradient-boosted decision trees: for numbers,
// for probabilities, and for the order of lists.
package tree
