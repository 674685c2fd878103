//go:build !race

package sqlite_test

// stride is 1 where every single step is tested.
const stride = 1
