package candidate

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
	"github.com/clmkit/clmkit/recommend/internal/wire"
)

// trained returns one source of each kind that can be written down.
func trained(t testing.TB, p *interaction.Past) map[string]Source {
	t.Helper()
	all := map[string]Source{
		"alike":      TrainAlike(p, AlikeOptions{Neighbours: 9, HalfLife: 60 * day, Length: 0.5, Rarity: 1, Reads: 1e9}),
		"repeat":     NewRepeat(p, 90*day),
		"rhythm":     TrainRhythm(p, RhythmOptions{Shrink: 5, Prior: 30 * day, HalfLife: 90 * day}),
		"popularity": TrainPopularity(p, PopularityOptions{Window: 60 * day, HalfLife: 9 * day}),
		"trending":   TrainTrending(p, TrendingOptions{Window: 60 * day, Significance: 0.1}),
		"looks":      TrainLooks(p, LooksOptions{Window: 60 * day, Kinds: []interaction.Kind{interaction.Viewed, interaction.Carted}}),
		"arrivals":   TrainArrivals(p, ArrivalsOptions{Window: 120 * day, HalfLife: 9 * day}),
	}
	ctx := t.Context()
	add := func(name string, s Source, err error) {
		require.NoError(t, err)
		all[name] = s
	}
	knn, err := TrainItemKNN(ctx, p, ItemKNNOptions{Neighbours: 5, Shrink: 2, HalfLife: 33 * day})
	add("itemknn", knn, err)
	s, err := TrainSparse(ctx, p, SparseOptions{Neighbours: 5, Lambda: 2, HalfLife: 60 * day})
	add("sparse", s, err)
	tog, err := TrainTogether(ctx, p, TogetherOptions{Neighbours: 5, MinSupport: 2, Shrink: 1, Lift: true, HalfLife: 60 * day})
	add("together", tog, err)
	n, err := TrainNext(ctx, p, NextOptions{Neighbours: 9, Steps: 2, Shrink: 1, Rarity: 0.5, Last: 2, Rate: 0.5})
	add("next", n, err)
	e, err := TrainEASE(ctx, p, EASEOptions{Lambda: 3, HalfLife: 60 * day, MaxItems: 30})
	add("ease", e, err)
	a, err := TrainALS(ctx, p, alsOptions())
	add("als", a, err)
	l, err := TrainLately(ctx, p, AlikeOptions{Neighbours: 9, HalfLife: 60 * day, Length: 0.5, Rarity: 1, Reads: 1e9})
	add("lately", l, err)
	v, err := TrainViewed(ctx, p, ItemKNNOptions{Neighbours: 5, Shrink: 2})
	add("viewed", v, err)
	return all
}

func TestScoresAndCausesSurviveTheirBytes(t *testing.T) {
	p := knownShop(t, 11)
	b, err := p.AppendBinary(nil)
	require.NoError(t, err)
	read, err := interaction.DecodePast(t.Context(), b, nil)
	require.NoError(t, err)
	for name, s := range trained(t, p) {
		t.Run(name, func(t *testing.T) {
			b, err := Append([]byte("x"), s)
			require.NoError(t, err)
			again, err := Decode(t.Context(), b[1:], read)
			require.NoError(t, err)
			require.IsType(t, s, again)
			require.Equal(t, allScores(t, p, s), allScores(t, read, again), "bit for bit")
			for c := range p.Customers {
				for i := range int32(len(p.Items)) {
					want, ok := s.Cause(p.History(int32(c)), i)
					got, also := again.Cause(read.History(int32(c)), i)
					require.Equal(t, ok, also)
					require.Equal(t, want, got)
				}
			}
			twice, err := Append(nil, again)
			require.NoError(t, err)
			require.Equal(t, b[1:], twice)
		})
	}
}

func TestBytesThatAreNoSource(t *testing.T) {
	p := knownShop(t, 11)
	for name, s := range trained(t, p) {
		good, err := Append(nil, s)
		require.NoError(t, err)
		for n := range min(len(good), 300) {
			_, err := Decode(t.Context(), good[:n], p)
			require.ErrorIs(t, err, wire.ErrCorrupt, "%s cut off after %d bytes", name, n)
		}
		_, err = Decode(t.Context(), append(good[:len(good):len(good)], 0), p)
		require.ErrorIs(t, err, wire.ErrCorrupt, name)
	}
	for name, b := range map[string][]byte{"another version": {9}, "another source": {sourceVersion, 99}} {
		_, err := Decode(t.Context(), b, p)
		assert.ErrorIs(t, err, wire.ErrCorrupt, name)
	}
}

func TestASourceOfAnotherPastIsRefused(t *testing.T) {
	p := knownShop(t, 11)
	small := known(t, nil, nil)
	for _, name := range []string{"itemknn", "sparse", "together", "next", "ease", "als", "viewed"} {
		b, err := Append(nil, trained(t, p)[name])
		require.NoError(t, err)
		_, err = Decode(t.Context(), b, small)
		require.ErrorIs(t, err, wire.ErrCorrupt, name)
	}
}

func TestContentIsNotWrittenDown(t *testing.T) {
	_, err := Append(nil, &Content{})
	assert.ErrorContains(t, err, "*candidate.Content")
}

func FuzzDecode(f *testing.F) {
	p := knownShop(f, 12)
	for _, s := range trained(f, p) {
		b, err := Append(nil, s)
		require.NoError(f, err)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := Decode(t.Context(), b, p)
		if err != nil {
			return
		}
		for c := range int32(3) {
			scores := NewScores(len(p.Items))
			require.NoError(t, s.Score(t.Context(), p.History(c), scores))
			s.Cause(p.History(c), c)
		}
		_, err = Append(nil, s)
		require.NoError(t, err)
	})
}
