//go:build race

package sqlite_test

// stride thins the tests that make everything fail once: the race detector makes
// them many times slower, and what it looks for is in every round.
const stride = 7
