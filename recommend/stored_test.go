package recommend

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
)

func TestAModelIsBytesAndBack(t *testing.T) {
	events, catalogue := shop(7)
	for _, c := range []struct {
		name string
		o    *Options
	}{
		{"with a ranker", &Options{Sources: Sources()}},
		{"with a blend", quick},
		{"with views that count", &Options{Weights: map[clm.Kind]float64{clm.Ordered: 1, clm.Viewed: 0.25}, Ranker: RankerOptions{Off: true}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := mustFit(t, events, catalogue, c.o)
			data, err := m.MarshalBinary()
			require.NoError(t, err)
			loaded, err := Load(t.Context(), data, catalogue, &Options{Ranker: c.o.Ranker})
			require.NoError(t, err)
			assert.Equal(t, everything(t, m), everything(t, loaded))
			again, err := loaded.MarshalBinary()
			require.NoError(t, err)
			assert.True(t, slices.Equal(data, again), "the bytes of what was loaded are others")
		})
	}
}

func TestBytesOfNoModel(t *testing.T) {
	events, catalogue := shop(7)
	data, err := mustFit(t, events, catalogue, quick).MarshalBinary()
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(1, 2))
	broken := [][]byte{nil, {}, {9}, data[:1], data[:len(data)/2], data[:len(data)-1], append(slices.Clone(data), 0)}
	for range 200 {
		b := slices.Clone(data)
		b[random.IntN(len(b))] ^= byte(1 + random.IntN(255))
		broken = append(broken, b)
	}
	failed := 0
	for _, b := range broken {
		m, err := Load(t.Context(), b, catalogue, quick)
		if err != nil {
			assert.ErrorIs(t, err, ErrCorrupt)
			failed++
			continue
		}
		_, err = m.Recommend(t.Context(), Request{Customer: "c01"}) // another model, but one
		assert.NoError(t, err)
	}
	assert.GreaterOrEqual(t, failed, 7)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = Load(ctx, data, catalogue, quick)
	assert.ErrorIs(t, err, context.Canceled)
}

func FuzzLoad(f *testing.F) {
	events, catalogue := shop(7)
	m, err := Fit(f.Context(), clm.Sequence(events), catalogue, now, quick)
	require.NoError(f, err)
	data, err := m.MarshalBinary()
	require.NoError(f, err)
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Load(t.Context(), data, catalogue, quick)
		if err != nil {
			require.ErrorIs(t, err, ErrCorrupt)
			return
		}
		_, err = m.Recommend(t.Context(), Request{Customer: "c01"})
		require.NoError(t, err)
	})
}

func TestAnUpdatedModelKnowsWhatAFitWouldKnow(t *testing.T) {
	events, catalogue := shop(8)
	start := now.AddDate(0, 0, -20)
	early, err := Fit(t.Context(), clm.Sequence(events), catalogue, start, quick)
	require.NoError(t, err)
	before := everything(t, early)
	updated, err := early.Update(t.Context(), clm.Sequence(events), catalogue, now)
	require.NoError(t, err)
	assert.Equal(t, before, everything(t, early), "the earlier model is as it was")
	assert.Equal(t, now, updated.At())
	whole, err := Fit(t.Context(), clm.Sequence(events), catalogue, now, &Options{Blend: BlendOptions{Use: early.Blends()}, Ranker: quick.Ranker})
	require.NoError(t, err)
	same, total := 0, 0
	for _, c := range whole.past.Customers {
		want, got := ids(mustRecommend(t, whole, Request{Customer: c})), ids(mustRecommend(t, updated, Request{Customer: c}))
		require.Len(t, got, len(want))
		for _, id := range want {
			total++
			if slices.Contains(got, id) {
				same++
			}
		}
	}
	assert.Greater(t, float64(same)/float64(total), 0.95, "some sources are updated by approximation")
	_, err = updated.Update(t.Context(), clm.Sequence(events), catalogue, start)
	assert.ErrorContains(t, err, "before the moment of the model")
}
