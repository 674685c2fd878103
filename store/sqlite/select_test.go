package sqlite_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/clm/filter"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/profile/profiletest"
)

// BenchmarkSelect selects 160 of 2,000 profiles, in the file and by
// reading all of them.
func BenchmarkSelect(b *testing.B) {
	store := fresh(b).Profiles("")
	folder := profile.NewFolder(profiletest.Catalogue(), nil)
	profiles := make([]*profile.Profile, 2_000)
	for i := range profiles {
		profiles[i] = profile.New(clm.CustomerID(fmt.Sprintf("c-%04d", i)))
		for _, e := range clmtest.Events(20+i%50, 1) {
			e.Customer = profiles[i].Customer
			require.NoError(b, folder.Fold(profiles[i], &e))
		}
	}
	require.NoError(b, store.Commit(b.Context(), profile.Change{Through: 1, Profiles: profiles}))
	e, err := filter.Parse(`count.viewed >= 27 AND categories CONTAINS "category 1" AND ordered.EUR > 5 EUR`)
	require.NoError(b, err)
	at := later()
	for name, r := range map[string]profile.Reader{"file": store, "all": struct{ profile.Reader }{store}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				n := 0
				for _, err := range profile.Select(b.Context(), r, e, at) {
					require.NoError(b, err)
					n++
				}
				require.Equal(b, 160, n)
			}
		})
	}
	b.Run("count", func(b *testing.B) {
		for b.Loop() {
			n, err := store.Count(b.Context(), e, at)
			require.NoError(b, err)
			require.Equal(b, 160, n)
		}
	})
}
