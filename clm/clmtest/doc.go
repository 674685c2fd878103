// Package clmtest holds the conformance suites of the interfaces of clm, in the
// manner of testing/slogtest: an implementation of [clm.Log] or [clm.View]
// calls the suite from a test of its own.
//
//	func TestConformance(t *testing.T) {
//		clmtest.RunLog(t, func(t *testing.T) clm.Log { return clm.NewMemory(nil) })
//	}
package clmtest
