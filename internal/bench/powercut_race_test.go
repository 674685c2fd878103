//go:build race

package main

// cutsThinned divides the number of cuts in tests: the race detector makes them
// ten times as slow.
const cutsThinned = 4
