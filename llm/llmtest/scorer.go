package llmtest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
)

// RunScorer checks that a scorer keeps the contract of [llm.Scorer].
//
// The suite plays the provider: newScorer makes a scorer whose provider finds texts as likely as b does, with a start
// token or without one, failing as b.Fault says. For a client that is a [Server] of b; for a wrapper, the wrapper around
// b, which is a scorer itself. The scorer has to return the values of b, to within 1e-6. Run it with the race detector.
func RunScorer(t *testing.T, newScorer func(t *testing.T, b *Bigram) llm.Scorer, opts ...*Options) {
	var groups []check
	for _, c := range []struct {
		name  string
		check func(*testing.T, llm.Scorer, *Bigram)
	}{
		{"likelihoods are the model's, in the order of the continuations", scoresExactly},
		{"tokens count to where they end", scoresStraddling},
		{"text is scored as it is, whatever the script", scoresScripts},
		{"an empty prefix gives the unconditional likelihood", scoresUnconditionally},
		{"no continuations have no values", scoresNone},
		{"an empty continuation is refused", scoresNoEmpty},
		{"five hundred continuations are scored", scoresMany},
		{"the caller's slice is neither changed nor kept", scoresWithoutKeeping},
		{"a context that has ended is an error", scoreEndedContext},
		{"calls at once do not mix", scoresConcurrently},
	} {
		groups = append(groups, check{name: c.name, group: []check{
			{name: "without a start token", run: func(t *testing.T) { b := shopTalk(false); c.check(t, newScorer(t, b), b) }},
			{name: "with a start token", run: func(t *testing.T) { b := shopTalk(true); c.check(t, newScorer(t, b), b) }},
		}})
	}
	failing := check{name: "each fault has its kind"}
	for _, f := range bodyFaults() {
		failing.group = append(failing.group, check{name: string(f), run: func(t *testing.T) {
			b := shopTalk(false)
			b.Fault = f
			got, err := newScorer(t, b).LogLikelihood(t.Context(), "the parcel", []string{" left"})
			assert.Nil(t, got)
			requireBodyFault(t, f, err)
		}})
	}
	oneOf(opts).runAll(t, append(groups, failing))
}

// bodyFaults are those that a provider of values can show, and that end by themselves.
func bodyFaults() []Fault {
	return slices.DeleteFunc(Faults(), func(f Fault) bool { return !f.breaksBody() || f == Stall })
}

// requireBodyFault checks the kind. An answer without its list may be malformed too: it does not fit what was asked.
func requireBodyFault(t *testing.T, f Fault, err error) {
	t.Helper()
	kinds := f.kinds()
	if f == NoChoices {
		kinds = append(kinds, llm.ErrMalformed)
	}
	requireKind(t, err, kinds)
}

// shopTalk is a model of what shops write.
func shopTalk(start bool) *Bigram {
	b := NewBigram(strings.Repeat("the parcel left on monday. the parcel left on tuesday, and the refund is due on thursday. "+
		"thé vert de Kyōto, 東京の緑茶, чай из Киото. the parcel is late! ", 3))
	b.Start = start
	return b
}

// requireScores checks the scores of continuations against those of the model.
func requireScores(t *testing.T, s llm.Scorer, b *Bigram, prefix string, continuations ...string) *llm.Likelihoods {
	t.Helper()
	want, err := b.LogLikelihood(t.Context(), prefix, continuations)
	require.NoError(t, err)
	got, err := s.LogLikelihood(t.Context(), prefix, continuations)
	require.NoError(t, err)
	require.NotEmpty(t, got.Model, "likelihoods without the name of their model")
	require.Len(t, got.Values, len(continuations))
	for i, w := range want.Values {
		assert.Equal(t, w.Tokens, got.Values[i].Tokens, "tokens of %q after %q", continuations[i], prefix)
		assert.InDelta(t, w.LogProb, got.Values[i].LogProb, 1e-6, "likelihood of %q after %q", continuations[i], prefix)
	}
	return got
}

func scoresExactly(t *testing.T, s llm.Scorer, b *Bigram) {
	got := requireScores(t, s, b, "the parcel", " left on monday", " left", " is late", " left", " zzz", ". the refund is due on thursday")
	assert.Equal(t, got.Values[1], got.Values[3], "the same continuation twice")
	assert.Greater(t, got.Values[1].LogProb, got.Values[4].LogProb, "what is likely before what is not")
	if got.Usage != (llm.Usage{}) {
		assert.Positive(t, got.Usage.Input, "a scorer that counts counts the input")
	}
}

// scoresStraddling has tokens that reach over the end of the prefix: "parc" and "el", and " left" with its space.
func scoresStraddling(t *testing.T, s llm.Scorer, b *Bigram) {
	requireScores(t, s, b, "the par", "cel left", "c", "ish")
	requireScores(t, s, b, "the parcel ", "left on monday", "is late")
	requireScores(t, s, b, "the parcel left on monday", ".", "s", "\n")
	requireScores(t, s, b, "t", "he parcel")
}

func scoresScripts(t *testing.T, s llm.Scorer, b *Bigram) {
	requireScores(t, s, b, "thé vert de Kyō", "to, 東京の緑茶", "東京")
	requireScores(t, s, b, "東", "京の緑茶", "京", "…", "🎁🎁")
	requireScores(t, s, b, "чай из", " Киото", " “Киото”\t\n <&>\u2028")
	requireScores(t, s, b, "e\u0301", "\u0301", "\u200d👩\u200d👧")
}

func scoresUnconditionally(t *testing.T, s llm.Scorer, b *Bigram) {
	requireScores(t, s, b, "", "the parcel left", "the", "東京の緑茶", "z")
}

func scoresNone(t *testing.T, s llm.Scorer, _ *Bigram) {
	for _, none := range [][]string{nil, {}} {
		got, err := s.LogLikelihood(t.Context(), "the parcel", none)
		require.NoError(t, err)
		assert.Empty(t, got.Values)
	}
}

func scoresNoEmpty(t *testing.T, s llm.Scorer, _ *Bigram) {
	got, err := s.LogLikelihood(t.Context(), "the parcel", []string{" left", ""})
	assert.Nil(t, got)
	require.ErrorIs(t, err, llm.ErrInvalid)
}

func scoresMany(t *testing.T, s llm.Scorer, b *Bigram) {
	var many []string
	for i := range 500 {
		many = append(many, fmt.Sprintf(" left on %d, %s", i, strings.Repeat("monday ", i%7)))
	}
	requireScores(t, s, b, "the parcel", many...)
}

func scoresWithoutKeeping(t *testing.T, s llm.Scorer, b *Bigram) {
	texts := []string{" left on monday", " is late"}
	got, err := s.LogLikelihood(t.Context(), "the parcel", texts)
	require.NoError(t, err)
	require.Equal(t, []string{" left on monday", " is late"}, texts, "the slice was changed")
	texts[0], got.Values[1] = " zzz", llm.Likelihood{}
	requireScores(t, s, b, "the parcel", " left on monday", " is late")
}

func scoreEndedContext(t *testing.T, s llm.Scorer, _ *Bigram) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	got, err := s.LogLikelihood(ctx, "the parcel", []string{" left"})
	assert.Nil(t, got)
	requireCanceled(t, err)
}

func scoresConcurrently(t *testing.T, s llm.Scorer, b *Bigram) {
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			continuation := strings.Repeat(" monday", i+1)
			got, err := s.LogLikelihood(t.Context(), "the parcel", []string{continuation, " left"})
			want, _ := b.LogLikelihood(t.Context(), "the parcel", []string{continuation, " left"})
			if assert.NoError(t, err) && assert.Len(t, got.Values, 2) {
				assert.InDelta(t, want.Values[0].LogProb, got.Values[0].LogProb, 1e-6)
				assert.InDelta(t, want.Values[1].LogProb, got.Values[1].LogProb, 1e-6)
			}
		})
	}
	group.Wait()
}
