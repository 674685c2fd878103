package llmtest

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
)

// RunReranker checks that a reranker keeps the contract of [llm.Reranker].
//
// The suite plays the provider: newReranker makes a reranker whose provider finds documents as relevant as o does, or
// fails as it does. For a client that is a [Server] of o, which sends its results by value and not in the order of the
// documents; for a wrapper, the wrapper around o, which is a reranker itself. The reranker has to return the values of o,
// to within 1e-6. Run it with the race detector.
func RunReranker(t *testing.T, newReranker func(t *testing.T, o Overlap) llm.Reranker, opts ...*Options) {
	var checks []check
	for _, c := range []struct {
		name  string
		check func(*testing.T, llm.Reranker)
	}{
		{"values are the model's, in the order of the documents", ranksInOrder},
		{"text is ranked as it is, whatever the script", ranksScripts},
		{"no documents have no values", ranksNone},
		{"an empty document has a value or is refused", ranksEmpty},
		{"five hundred documents have values", ranksMany},
		{"the caller's slice is neither changed nor kept", ranksWithoutKeeping},
		{"a context that has ended is an error", rankEndedContext},
		{"calls at once do not mix", ranksConcurrently},
	} {
		checks = append(checks, check{name: c.name, run: func(t *testing.T) { c.check(t, newReranker(t, Overlap{})) }})
	}
	failing := check{name: "each fault has its kind"}
	for _, f := range bodyFaults() {
		failing.group = append(failing.group, check{name: string(f), run: func(t *testing.T) {
			got, err := newReranker(t, Overlap{Fault: f}).Rerank(t.Context(), "where is it", sentences())
			assert.Nil(t, got)
			requireBodyFault(t, f, err)
		}})
	}
	oneOf(opts).runAll(t, append(checks, failing))
}

func requireRanks(t *testing.T, r llm.Reranker, query string, documents []string) *llm.Relevances {
	t.Helper()
	want, err := Overlap{}.Rerank(t.Context(), query, documents)
	require.NoError(t, err)
	got, err := r.Rerank(t.Context(), query, documents)
	require.NoError(t, err)
	require.NotEmpty(t, got.Model, "values without the name of their model")
	require.Len(t, got.Values, len(documents))
	assert.InDeltaSlice(t, want.Values, got.Values, 1e-6)
	return got
}

func ranksInOrder(t *testing.T, r llm.Reranker) {
	got := requireRanks(t, r, "the blue teapot in a parcel", sentences())
	assert.Greater(t, got.Values[1], got.Values[2])
	requireRanks(t, r, "nothing of this sort", []string{"a", "b", "c"})
	requireRanks(t, r, "socks", []string{"socks", "wool socks", "socks", "teapot"})
	if got.Usage != (llm.Usage{}) {
		assert.Positive(t, got.Usage.Input, "a reranker that counts counts the input")
	}
}

func ranksScripts(t *testing.T, r llm.Reranker) {
	requireRanks(t, r, "thé Åsa 緑茶 чай", []string{"чай", "緑茶 東京", "“thé” <vert> & Åsa\n\u2028", "🎁"})
}

func ranksNone(t *testing.T, r llm.Reranker) {
	for _, none := range [][]string{nil, {}} {
		got, err := r.Rerank(t.Context(), "socks", none)
		require.NoError(t, err)
		assert.Empty(t, got.Values)
	}
}

func ranksEmpty(t *testing.T, r llm.Reranker) {
	got, err := r.Rerank(t.Context(), "socks", []string{"wool socks", "", "teapot"})
	if err != nil {
		assert.Nil(t, got)
		require.ErrorIs(t, err, llm.ErrInvalid)
		return
	}
	require.Len(t, got.Values, 3)
	assert.Positive(t, got.Values[0])
}

func ranksMany(t *testing.T, r llm.Reranker) {
	var many []string
	for i := range 500 {
		many = append(many, fmt.Sprintf("document %d about socks and %d", i, (i*7919)%31))
	}
	requireRanks(t, r, "document about socks 7 and 11", many)
}

func ranksWithoutKeeping(t *testing.T, r llm.Reranker) {
	documents := sentences()
	got, err := r.Rerank(t.Context(), "where is my parcel", documents)
	require.NoError(t, err)
	require.Equal(t, sentences(), documents, "the slice was changed")
	documents[0], got.Values[1] = "something else", -1
	requireRanks(t, r, "where is my parcel", sentences())
}

func rankEndedContext(t *testing.T, r llm.Reranker) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	got, err := r.Rerank(ctx, "socks", sentences())
	assert.Nil(t, got)
	requireCanceled(t, err)
}

func ranksConcurrently(t *testing.T, r llm.Reranker) {
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			query := sentences()[i%5]
			want, _ := Overlap{}.Rerank(t.Context(), query, sentences())
			got, err := r.Rerank(t.Context(), query, sentences())
			if assert.NoError(t, err) {
				assert.InDeltaSlice(t, want.Values, got.Values, 1e-6)
			}
		})
	}
	group.Wait()
}
