// Package numeric holds the numerical methods that clmkit's models share. Each
// says its source, returns errors instead of panicking on data, and gives the
// same result whatever the number of processors.
package numeric
