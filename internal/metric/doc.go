// Package metric measures how good predictions are. It knows nothing of shops:
// its input are ranks, scores and labels.
package metric
