package postgres_test

import (
	"testing"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/profile/profiletest"
	"github.com/clmkit/clmkit/store/postgres"
)

func TestProfiles(t *testing.T) {
	open := opener(t)
	profiletest.Run(t, func(t *testing.T) profile.Store { return open(t, nil).Profiles("main") })
}

func TestItems(t *testing.T) {
	open := opener(t)
	clmtest.RunItems(t, func(t *testing.T) clm.Items { return open(t, nil).Items() })
}

func TestExposures(t *testing.T) {
	open := opener(t)
	clmtest.RunExposures(t, func(t *testing.T) clm.Exposures { return open(t, nil).Exposures() })
}

func TestLeases(t *testing.T) {
	open := opener(t)
	clmtest.RunLeases(t, func(t *testing.T, now func() time.Time) clm.Leases {
		return open(t, &postgres.Options{Now: now}).Leases()
	})
}
