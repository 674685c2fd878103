package postgres

import (
	"testing"

	"go.uber.org/goleak"
)

// No goroutine outlives the pools, which the tests close.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
