package recommend

import (
	"context"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/recommend/internal/candidate"
)

// service is an embedder that counts what it is asked for, and whose vectors
// differ a little each time, as those of services do.
type service struct {
	model string
	seed  uint64
	texts int
	times map[string]int // by text; nil where nobody asks
	fails error
}

func (s *service) Embed(_ context.Context, texts []string) (*llm.Embeddings, error) {
	e := &llm.Embeddings{Model: s.model}
	for _, text := range texts {
		hash := fnv.New64a()
		hash.Write([]byte(text))
		random := rand.New(rand.NewPCG(hash.Sum64(), s.seed))
		v := make([]float32, 16)
		for i := range v {
			v[i] = float32(random.NormFloat64() + 1e-5*rand.NormFloat64())
		}
		e.Vectors = append(e.Vectors, v)
		s.texts++
		if s.times != nil {
			s.times[text]++
		}
	}
	return e, s.fails
}

// asked returns how many texts were embedded since the last time.
func (s *service) asked() int {
	n := s.texts
	s.texts = 0
	return n
}

func withContent(e llm.Embedder) *Options {
	return &Options{Sources: []string{Content, Popularity}, Ranker: RankerOptions{Off: true}, Content: ContentOptions{Embedder: e}}
}

func TestTextsAreEmbeddedOnce(t *testing.T) {
	events, catalogue := shop(7)
	texts := map[string]bool{}
	for item := range catalogue.All {
		texts[candidate.ItemText(item)] = true
	}
	all := len(texts)
	first := &service{model: "one"}
	m := mustFit(t, events, catalogue, withContent(first))
	assert.Equal(t, all, first.asked(), "each text once, although items share some")
	require.Less(t, all, catalogue.Len())
	data, err := m.MarshalBinary()
	require.NoError(t, err)
	load := func(e *service, c *clm.Catalogue) *Model {
		t.Helper()
		loaded, err := Load(t.Context(), data, c, &Options{Content: ContentOptions{Embedder: e}, Ranker: RankerOptions{Off: true}})
		require.NoError(t, err)
		return loaded
	}
	loaded := load(first, catalogue)
	assert.Equal(t, 1, first.asked(), "one text, to see whether the model is the same")
	for _, c := range m.past.Customers {
		require.Equal(t, mustRecommend(t, m, Request{Customer: c}), mustRecommend(t, loaded, Request{Customer: c}), "to the last bit, although the service returns others")
	}
	again, err := loaded.MarshalBinary()
	require.NoError(t, err)
	assert.True(t, slices.Equal(data, again))

	items := slices.Collect(func(yield func(clm.Item) bool) {
		for item := range catalogue.All {
			if !yield(*item) {
				return
			}
		}
	})
	items[3].Title += " with a lid"
	more, err := clm.NewCatalogue(append(items, clm.Item{ID: "late", Title: "a late item"})...)
	require.NoError(t, err)
	load(first, more)
	assert.Equal(t, 1+1, first.asked(), "a changed text; the model does not know new items")
	_, err = m.Update(t.Context(), clm.Sequence(nil), more, now.AddDate(0, 0, 1))
	require.NoError(t, err)
	assert.Equal(t, 1+2, first.asked(), "a changed text and a new one")

	for _, other := range []*service{{model: "two"}, {model: "one", seed: 1}} {
		load(other, catalogue)
		assert.Equal(t, 1+all, other.asked(), "another model: all are embedded anew")
	}
	first.fails = context.DeadlineExceeded
	_, err = Load(t.Context(), data, catalogue, &Options{Content: ContentOptions{Embedder: first}})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.NotErrorIs(t, err, ErrCorrupt)
}

func TestTuningEmbedsTextsOnce(t *testing.T) {
	events, catalogue := shop(9)
	e := &service{model: "one", times: map[string]int{}}
	var tried int
	_, err := Tune(t.Context(), clm.Sequence(events), catalogue, now, &TuneOptions{Fit: withContent(e), Tried: func(Trial) { tried++ }})
	require.NoError(t, err)
	require.Greater(t, tried, 3)
	texts, again := map[string]bool{}, 0
	for item := range catalogue.All {
		texts[candidate.ItemText(item)] = true
	}
	for text := range texts {
		require.Positive(t, e.times[text], text)
		if e.times[text] > 1 {
			again++
		}
	}
	assert.Equal(t, 1, again, "one text is asked for again, to see whether the embedder is still the same")
}

func TestVectorsThatAreNoneAreCorrupt(t *testing.T) {
	events, catalogue := shop(7)
	e := &service{model: "one"}
	data, err := mustFit(t, events, catalogue, withContent(e)).MarshalBinary()
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(1, 2))
	failed := 0
	for range 200 {
		b := slices.Clone(data)
		b[len(b)-1-random.IntN(len(b)/4)] ^= byte(1 + random.IntN(255))
		m, err := Load(t.Context(), b, catalogue, withContent(e))
		if err != nil {
			require.ErrorIs(t, err, ErrCorrupt)
			failed++
			continue
		}
		_, err = m.Recommend(t.Context(), Request{Customer: "c01"})
		require.NoError(t, err)
	}
	assert.Positive(t, failed, "the control: some of it is seen")
}
