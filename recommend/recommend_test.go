package recommend

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/filter"
	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/lexical"
)

// tea is a shop in which who buys the pot buys the cup.
func tea(t testing.TB) ([]clm.Event, *clm.Catalogue) {
	none := 0
	catalogue, err := clm.NewCatalogue(
		clm.Item{ID: "pot", Title: "Blue tea pot"},
		clm.Item{ID: "cup", Title: "Blue tea cup"},
		clm.Item{ID: "rug", Title: "Woven rug"},
		clm.Item{ID: "mat", Title: "Woven mat"},
		clm.Item{ID: "jar", Title: "Blue jar", Stock: &none},
	)
	require.NoError(t, err)
	return []clm.Event{
		order("1", "ann", 50, "pot", "cup"),
		order("2", "ben", 40, "pot", "cup", "jar"),
		order("3", "cem", 30, "pot", "jar"),
		order("4", "dan", 20, "rug"),
		order("5", "eve", 10, "rug", "gone"),
		order("6", "fay", 5, "pot"),
		viewed("7", "gus", 2, "mat"),
		searched("8", "hal", 2, "cups"),
	}, catalogue
}

func TestEachCustomerGetsTheBestPathThereIs(t *testing.T) {
	events, catalogue := tea(t)
	m := mustFit(t, events, catalogue, nil)
	for _, c := range []struct {
		name    string
		request Request
		path    Path
		first   []clm.ItemID
	}{
		{"who has bought, by the blend", Request{Customer: "fay"}, ByBlend, []clm.ItemID{"cup", "rug"}},
		{"who has viewed, by texts", Request{Customer: "gus"}, ByContent, []clm.ItemID{"mat", "rug"}},
		{"who has searched, by texts", Request{Customer: "hal"}, ByContent, []clm.ItemID{"cup"}},
		{"who is unknown, by popularity", Request{Customer: "zoe"}, ByPopularity, []clm.ItemID{"pot", "rug", "cup"}},
		{"nobody, by popularity", Request{}, ByPopularity, []clm.ItemID{"pot", "rug", "cup"}},
		{"who refuses profiling, by popularity, with what was bought", Request{Customer: "fay", Impersonal: true}, ByPopularity, []clm.ItemID{"pot", "rug", "cup"}},
		{"a guest who has put the pot in the cart", Request{Session: []clm.Event{{Kind: clm.CartAdded, Item: "pot"}}}, ByContent, []clm.ItemID{"pot", "cup"}},
		{"a guest who has ordered the pot", Request{Session: []clm.Event{order("", "", -1, "pot")}}, ByBlend, []clm.ItemID{"cup", "rug"}},
		{"a customer who has ordered since", Request{Customer: "zoe", Session: []clm.Event{order("9", "zoe", -1, "pot")}}, ByBlend, []clm.ItemID{"cup", "rug"}},
		{"a customer whose session the model has already", Request{Customer: "gus", Session: []clm.Event{order("9", "gus", 3, "pot")}}, ByContent, []clm.ItemID{"mat", "rug"}},
		{"an item's page", Request{SimilarTo: "pot"}, ByItem, []clm.ItemID{"cup"}},
		{"the page of an item that nobody has bought", Request{SimilarTo: "mat"}, ByItem, []clm.ItemID{"rug"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := mustRecommend(t, m, c.request)
			assert.Equal(t, c.path, r.Path)
			require.GreaterOrEqual(t, len(r.Items), len(c.first))
			assert.Equal(t, c.first, ids(r)[:len(c.first)])
			assert.Equal(t, now, r.At)
		})
	}
}

// where compiles a condition on items.
func where(t testing.TB, text string) *filter.Filter {
	t.Helper()
	e, err := filter.Parse(text)
	require.NoError(t, err)
	f, err := filter.Compile(e, filter.ItemSchema(), now, nil)
	require.NoError(t, err)
	return f
}

func TestWhatMayBeRecommended(t *testing.T) {
	events, catalogue := tea(t)
	m := mustFit(t, events, catalogue, nil)
	notBlue := func(i *clm.Item) bool { return i.Title == "" || i.Title[:4] != "Blue" }
	for _, c := range []struct {
		name    string
		request Request
		want    []clm.ItemID
	}{
		{"not what is out of stock or unlisted", Request{}, []clm.ItemID{"pot", "rug", "cup", "mat"}},
		{"what is unlisted, on demand", Request{Unlisted: true}, []clm.ItemID{"pot", "rug", "gone", "cup", "mat"}},
		{"not what the host filters out", Request{Unlisted: true, Keep: notBlue}, []clm.ItemID{"rug", "gone", "mat"}},
		{"not what a condition rules out", Request{Unlisted: true, Filter: where(t, `NOT title MATCHES "blue"`)}, []clm.ItemID{"rug", "gone", "mat"}},
		{"what meets a condition on a field that most lack", Request{Filter: where(t, `brand IS NULL AND id IN ("pot", "cup")`)}, []clm.ItemID{"pot", "cup"}},
		{"nothing when all is filtered out", Request{Keep: func(*clm.Item) bool { return false }}, nil},
		{"no more than K", Request{K: 1}, []clm.ItemID{"pot"}},
		{"not what was bought", Request{Customer: "ann"}, []clm.ItemID{"rug", "mat"}},
		{"what was bought, for the next basket", Request{Customer: "dan", Task: NextBasket, K: 1}, []clm.ItemID{"rug"}},
		{"similar items without those that the customer has", Request{Customer: "ann", SimilarTo: "pot"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := mustRecommend(t, m, c.request)
			assert.Equal(t, c.want, ids(r))
			for i, item := range r.Items {
				assert.Equal(t, i+1, item.Rank)
				assert.Positive(t, item.Score)
			}
		})
	}
}

func TestRequestsThatCannotBeAnswered(t *testing.T) {
	events, catalogue := tea(t)
	m := mustFit(t, events, catalogue, nil)
	_, err := m.Recommend(t.Context(), Request{K: -1})
	assert.ErrorContains(t, err, "recommend: -1 items wanted")
	_, err = m.Recommend(t.Context(), Request{Task: -1})
	assert.ErrorContains(t, err, "task -1")
	_, err = m.Recommend(t.Context(), Request{SimilarTo: "nowhere"})
	assert.ErrorIs(t, err, ErrUnknownItem)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = m.Recommend(ctx, Request{Customer: "ann"})
	assert.ErrorIs(t, err, context.Canceled)
}

func TestAHugeKIsNoHarm(t *testing.T) {
	events, catalogue := tea(t)
	r := mustRecommend(t, mustFit(t, events, catalogue, nil), Request{K: 1 << 60})
	assert.Len(t, r.Items, 4)
}

func TestSharesAddUpToTheScore(t *testing.T) {
	events, catalogue := shop(1)
	use := Blends{NewItems: {Weights: map[string]float64{EASE: 1, ItemKNN: 0.5, Content: 0.25, Popularity: 0.25}}}
	m := mustFit(t, events, catalogue, &Options{Blend: BlendOptions{Use: use}})
	r := mustRecommend(t, m, Request{Customer: "c01"})
	require.NotEmpty(t, r.Items)
	for _, item := range r.Items {
		sum := 0.0
		for i, s := range item.Sources {
			sum += s.Score
			if i > 0 {
				assert.GreaterOrEqual(t, item.Sources[i-1].Score, s.Score)
			}
		}
		assert.InDelta(t, item.Score, sum, 1e-12)
	}
}

func TestAnEmbedderThatFailsLaterIsSkippedAndNamed(t *testing.T) {
	events, catalogue := tea(t)
	lsa, err := lexical.Fit([]string{"Blue tea pot", "Blue tea cup", "Woven rug", "Woven mat"}, nil)
	require.NoError(t, err)
	down := false
	embedder := llm.EmbedderFunc(func(ctx context.Context, texts []string) (*llm.Embeddings, error) {
		if down {
			return nil, errors.New("connection refused")
		}
		return lsa.Embed(ctx, texts)
	})
	m := mustFit(t, events, catalogue, &Options{Content: ContentOptions{Embedder: embedder}})
	r := mustRecommend(t, m, Request{Customer: "hal"})
	assert.Equal(t, ByContent, r.Path)
	assert.Empty(t, r.Skipped)
	down = true
	r = mustRecommend(t, m, Request{Customer: "hal"})
	assert.Equal(t, ByPopularity, r.Path)
	assert.Equal(t, map[string]string{Content: "connection refused"}, r.Skipped)
}

func TestOtherKindsOfEventsCountWhenTheyHaveAWeight(t *testing.T) {
	events, catalogue := tea(t)
	events = append(events, viewed("10", "gus", 1, "pot"))
	m := mustFit(t, events, catalogue, &Options{Weights: map[clm.Kind]float64{clm.Ordered: 1, clm.Viewed: 0.3}})
	r := mustRecommend(t, m, Request{Customer: "gus"})
	assert.Equal(t, ByBlend, r.Path)
	assert.Contains(t, ids(r), clm.ItemID("pot"), "a viewed item is still new")
}

func BenchmarkRecommend(b *testing.B) {
	events, catalogue := largeShop()
	m := mustFit(b, events, catalogue, nil)
	for b.Loop() {
		if _, err := m.Recommend(b.Context(), Request{Customer: "c0077"}); err != nil {
			b.Fatal(err)
		}
	}
}
