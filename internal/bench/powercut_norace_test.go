//go:build !race

package main

const cutsThinned = 1
