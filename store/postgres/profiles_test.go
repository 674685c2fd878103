package postgres_test

import (
	"testing"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/profile/profiletest"
	"github.com/clmkit/clmkit/store/postgres"
	"github.com/stretchr/testify/require"
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

func TestSeveralProfilesAreReadAtOnce(t *testing.T) {
	set := opener(t)(t, nil).Profiles("main")
	require.NoError(t, set.Commit(t.Context(), profile.Change{Through: 1, Profiles: []*profile.Profile{
		profile.New("c-1"), profile.New("c-2"), profile.New("c-3"),
	}}))
	got, err := set.Several(t.Context(), []clm.CustomerID{"c-3", "nobody", "c-1"})
	require.NoError(t, err)
	require.Equal(t, []*profile.Profile{profile.New("c-1"), profile.New("c-3")}, got)
	got, err = set.Several(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, got)
}

func TestProfilesCanBeSelected(t *testing.T) {
	open := opener(t)
	profiletest.RunSelector(t, func(t *testing.T) profile.Store { return open(t, nil).Profiles("main") })
}
