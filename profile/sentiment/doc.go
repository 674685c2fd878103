// Package sentiment says how customers feel.
package sentiment
