package profile_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/profile/profiletest"
	"github.com/stretchr/testify/require"
)

// batches returns events as the batches of one partition.
func batches(n, customers, size int) []clm.Batch {
	var all []clm.Batch
	for i, e := range clmtest.Events(n, customers) {
		if i%size == 0 {
			all = append(all, clm.Batch{After: clm.Mark{Position: clm.Position(i)}, Through: clm.Position(i)})
		}
		b := &all[len(all)-1]
		b.Through++
		b.Entries = append(b.Entries, clm.Entry{Position: b.Through, Event: e})
	}
	return all
}

// BenchmarkFold measures folding into the in-memory store, on one core and with
// the default batches: 100,000 events of all sorts, of which a fifth are orders
// with two lines.
func BenchmarkFold(b *testing.B) {
	for _, customers := range []int{1_000, 20_000} {
		b.Run(fmt.Sprintf("customers=%d", customers), func(b *testing.B) {
			const n = 100_000
			all := batches(n, customers, 1000)
			folder := profile.NewFolder(profiletest.Catalogue(), nil)
			b.ReportAllocs()
			for b.Loop() {
				view := profile.NewView(new(profile.Memory), folder)
				for _, batch := range all {
					if err := view.Apply(context.Background(), batch); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// BenchmarkGet measures reading the profile of a customer with 500 events.
func BenchmarkGet(b *testing.B) {
	var store profile.Memory
	view := profile.NewView(&store, profile.NewFolder(profiletest.Catalogue(), nil))
	for _, batch := range batches(50_000, 100, 1000) {
		require.NoError(b, view.Apply(context.Background(), batch))
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := store.Get(context.Background(), "c-42"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAffinities measures reading interests, most read of all.
func BenchmarkAffinities(b *testing.B) {
	p := fold(b, clmtest.Events(500, 1)...)
	at := clmtest.Start.Add(30 * 24 * time.Hour)
	b.ReportAllocs()
	for b.Loop() {
		p.Categories.Affinities(at, 0)
	}
}
