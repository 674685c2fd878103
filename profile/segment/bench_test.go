package segment_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/profile/segment"
	"github.com/stretchr/testify/require"
)

// crowd returns the profiles of n customers with one to eleven orders each, of
// eight categories.
func crowd(n int) []*profile.Profile {
	random := rand.New(rand.NewPCG(1, 9))
	var items []clm.Item
	for i := range 8 {
		items = append(items, clm.Item{ID: clm.ItemID(fmt.Sprint(i)), Title: "x", Categories: []string{fmt.Sprintf("category %d", i)}, Brand: fmt.Sprintf("brand %d", i%5)})
	}
	catalogue, err := clm.NewCatalogue(items...)
	if err != nil {
		panic(err)
	}
	folder := profile.NewFolder(catalogue, nil)
	all := make([]*profile.Profile, n)
	for c := range all {
		p := profile.New(clm.CustomerID(fmt.Sprintf("c-%06d", c)))
		taste, gap := random.IntN(8), 5+random.IntN(60)
		for i := range 1 + random.IntN(4)*random.IntN(4) {
			item := taste
			if random.IntN(3) == 0 {
				item = random.IntN(8)
			}
			e := clm.Event{
				ID: fmt.Sprint(c, "/", i), Customer: p.Customer, Kind: clm.Ordered, Channel: "web",
				Time:  today.AddDate(0, 0, -1-i*gap-random.IntN(gap)),
				Lines: []clm.Line{{Item: clm.ItemID(fmt.Sprint(item)), Quantity: 1, Amount: clm.Money{Minor: 100 + random.Int64N(9000), Currency: "EUR"}}},
			}
			if err := folder.Fold(p, &e); err != nil {
				panic(err)
			}
		}
		all[c] = p
	}
	return all
}

// BenchmarkFit measures a whole fit of 100,000 profiles on 13 features, with
// five starts, descriptions included.
func BenchmarkFit(b *testing.B) {
	all := crowd(100_000)
	for name, k := range map[string]int{"k=8": 8, "k=chosen": 0} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				m, err := segment.Fit(b.Context(), sequence(all), today, rand.NewPCG(1, 1), &segment.Options{K: k})
				require.NoError(b, err)
				b.ReportMetric(float64(len(m.Segments)), "segments")
				b.ReportMetric(float64(m.Steps), "steps")
			}
		})
	}
}

// BenchmarkFitRFM measures quintiles of 100,000 profiles.
func BenchmarkFitRFM(b *testing.B) {
	all := crowd(100_000)
	for b.Loop() {
		_, err := segment.FitRFM(sequence(all), today, nil)
		require.NoError(b, err)
	}
}

// BenchmarkAssign measures placing one customer.
func BenchmarkAssign(b *testing.B) {
	all := crowd(2000)
	m, err := segment.Fit(b.Context(), sequence(all), today, rand.NewPCG(1, 1), &segment.Options{K: 8})
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		m.Assign(all[17], today)
	}
}
