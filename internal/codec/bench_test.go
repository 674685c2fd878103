package codec_test

import (
	"encoding/json"
	"testing"

	experiment "github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/internal/codec"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/profile/profiletest"
)

// BenchmarkLibraries measures what the package doc says: which library writes
// and which reads faster.
func BenchmarkLibraries(b *testing.B) {
	p := profile.New("c-0")
	folder := profile.NewFolder(profiletest.Catalogue(), nil)
	for _, e := range clmtest.Events(10, 1) {
		require.NoError(b, folder.Fold(p, &e))
	}
	b.Run("order", func(b *testing.B) { libraries(b, clmtest.Events(3, 1)[2]) })
	b.Run("profile", func(b *testing.B) { libraries(b, *p) })
}

func libraries[T any](b *testing.B, v T) {
	text, err := json.Marshal(&v)
	require.NoError(b, err)
	run := func(name string, f func() error) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := f(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	run("write/standard", func() error { _, err := json.Marshal(&v); return err })
	run("write/experiment", func() error { _, err := experiment.Marshal(&v); return err })
	run("read/standard", func() error { var got T; return json.Unmarshal(text, &got) })
	run("read/experiment", func() error { var got T; return experiment.Unmarshal(text, &got) })
}

// BenchmarkEncodeProfile is what a store does.
func BenchmarkEncodeProfile(b *testing.B) {
	p := profile.New("c-0")
	folder := profile.NewFolder(profiletest.Catalogue(), nil)
	for _, e := range clmtest.Events(10, 1) {
		require.NoError(b, folder.Fold(p, &e))
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := codec.Encode(p); err != nil {
			b.Fatal(err)
		}
	}
}
