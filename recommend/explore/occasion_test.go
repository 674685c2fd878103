package explore_test

import (
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/recommend/explore"
)

var moment = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestOccasionsThatDifferHaveOtherIDsAndNumbers(t *testing.T) {
	base := explore.Occasion{Seed: 1, Customer: "ann", At: moment, Surface: "home"}
	ids, numbers := map[string]bool{}, map[uint64]bool{}
	for _, change := range []func(*explore.Occasion){
		func(*explore.Occasion) {},
		func(o *explore.Occasion) { o.Seed++ },
		func(o *explore.Occasion) { o.Customer = "ben" },
		func(o *explore.Occasion) { o.At = o.At.Add(1) },
		func(o *explore.Occasion) { o.Surface = "cart" },
		func(o *explore.Occasion) { o.Customer, o.Surface = "annh", "ome" },
	} {
		o := base
		change(&o)
		require.Regexp(t, regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`), o.Decision())
		require.Equal(t, o.Decision(), o.Decision())
		require.Equal(t, o.Random().Uint64(), o.Random().Uint64())
		ids[o.Decision()], numbers[o.Random().Uint64()] = true, true
	}
	require.Len(t, ids, 6)
	require.Len(t, numbers, 6)
}

func TestAnOccasionIsTheSameInEveryTimeZone(t *testing.T) {
	here := explore.Occasion{Seed: 1, Customer: "ann", At: moment}
	there := here
	there.At = moment.In(time.FixedZone("somewhere", 3*3600))
	require.Equal(t, here.Decision(), there.Decision())
}

func TestDecisionsAreInTheOrderOfTime(t *testing.T) {
	var ids []string
	for i := range 50 {
		ids = append(ids, explore.Occasion{Customer: "ann", At: moment.Add(time.Duration(i) * time.Millisecond)}.Decision())
	}
	require.True(t, slices.IsSorted(ids))
}
