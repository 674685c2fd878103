package postgres_test

import (
	"testing"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
)

func TestLog(t *testing.T) {
	open := opener(t)
	clmtest.RunLog(t, func(t *testing.T) clm.Log { return open(t, nil).Log() })
}
