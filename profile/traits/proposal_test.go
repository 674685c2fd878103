package traits_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/llm/llmtest"
	"github.com/clmkit/clmkit/profile/traits"
)

// only is the one trait of a reading.
func only(t *testing.T, r traits.Reading) clm.Trait {
	t.Helper()
	require.Empty(t, r.Cut)
	require.Len(t, r.Findings, 1)
	require.Len(t, r.Findings[0].Traits, 1)
	return r.Findings[0].Traits[0]
}

func TestAnItemStandsForItsNarrowestCategory(t *testing.T) {
	r := read(t, []string{"That smoky one was lovely."}, nil, proposed{Name: "interest", Item: "whis-1", Quote: "smoky one", Confidence: 0.5})
	assert.Equal(t, "Whisky", only(t, r).Value)
}

func TestAQuoteIsTakenWhereTheCustomerSaysIt(t *testing.T) {
	text := "> I love whisky\nI love whisky too."
	r := read(t, []string{text}, nil, proposed{Name: "interest", Value: "Whisky", Quote: "love whisky", Confidence: 0.5})
	assert.Equal(t, strings.LastIndex(text, "love whisky"), only(t, r).Evidence[0].From)
}

func TestAModelIsNoSurerThanAPlainStatement(t *testing.T) {
	r := read(t, []string{"That smoky one was lovely."}, nil, proposed{Name: "interest", Value: "Whisky", Quote: "smoky one", Confidence: 1})
	assert.Equal(t, 0.7, only(t, r).Confidence)
	r = read(t, []string{"Is there a smoky one?"}, nil, proposed{Name: "interest", Value: "Whisky", Quote: "smoky one", Confidence: 0.5})
	assert.Equal(t, 0.2, only(t, r).Confidence, "a question")
}

func TestProposalsOfOneTraitAreOneWithAllQuotes(t *testing.T) {
	r := read(t, []string{"That smoky one was lovely, peat is my thing."}, nil,
		proposed{Name: "interest", Value: "Whisky", Quote: "smoky one", Confidence: 0.5},
		proposed{Name: "interest", Value: "Whisky", Quote: "peat is my thing", Confidence: 0.6},
		proposed{Name: "interest", Value: "Whisky", Quote: "smoky one", Confidence: 0.4})
	trait := only(t, r)
	assert.Equal(t, 0.6, trait.Confidence)
	assert.Len(t, trait.Evidence, 2)
}

func TestSizesAndDislikesStandInTheQuote(t *testing.T) {
	for _, c := range []struct {
		text string
		p    proposed
	}{
		{"My trousers are W32 L34.", proposed{Name: "size", Value: "32/34", Quote: "W32 L34", Confidence: 0.5}},
		{"In UK 8 they fit.", proposed{Name: "size", Value: "UK 8", Quote: "UK 8", Confidence: 0.5}},
		{"Nylon gives me a rash.", proposed{Name: "dislike", Value: "nylon", Quote: "Nylon gives me a rash", Confidence: 0.5}},
		{"Ich mag keine Laufschuhe.", proposed{Name: "dislike", Value: "Running shoes", Quote: "mag keine Laufschuhe", Confidence: 0.5}},
	} {
		assert.Equal(t, c.p.Value, only(t, read(t, []string{c.text}, nil, c.p)).Value, c.text)
	}
}

func TestTextsThatNoModelMaySeeAreReadByPhrases(t *testing.T) {
	m := traits.NewModel(llmtest.NewScript(), lexical(t, nil), nil)
	r, err := m.ReadAll(t.Context(), toldBy("c-1", "I wear size M. \xff"))
	require.NoError(t, err)
	assert.Zero(t, r.Calls)
	assert.Equal(t, 1, r.Withheld)
	assert.Equal(t, traits.ByPhrases, r.Findings[0].Path)
	one(t, r.Findings[0].Traits, clm.WearsSize, "M")
}

func TestAReplyWithoutEndIsReadToItsBound(t *testing.T) {
	p := slices.Repeat([]proposed{{Name: "interest", Value: "Rum", Quote: "smoky one", Confidence: 0.5}}, 600)
	r := read(t, []string{"That smoky one was lovely."}, nil, p...)
	assert.Empty(t, r.Findings)
	assert.Equal(t, map[traits.Cause]int{traits.CutValue: 500, traits.CutSurplus: 100}, r.Cut)
}

func TestALongTextIsCutBetweenCharacters(t *testing.T) {
	script := llmtest.NewScript(propose(t))
	m := traits.NewModel(script, lexical(t, nil), &traits.ModelOptions{MaxBytes: 8})
	r, err := m.ReadAll(t.Context(), toldBy("c-1", "müde Füße und mehr"))
	require.NoError(t, err)
	require.Empty(t, r.Failures)
	assert.Contains(t, script.Requests()[0].Messages[1].Text(), "\nmüde F\n")
}

func TestIDsOfFindingsFitWhateverTheEvent(t *testing.T) {
	events := toldBy("c-1", "That smoky one was lovely.")
	events[0].ID = strings.Repeat("x", clm.MaxID)
	m := traits.NewModel(llmtest.NewScript(propose(t, proposed{Name: "interest", Value: "Whisky", Quote: "smoky one", Confidence: 0.5})), lexical(t, nil), nil)
	r, err := m.ReadAll(t.Context(), events)
	require.NoError(t, err)
	inferred := r.Events(noon)
	require.Len(t, inferred, 1)
	require.NoError(t, inferred[0].Validate(noon))
	assert.Equal(t, inferred, r.Events(noon))
}
