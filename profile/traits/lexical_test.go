package traits_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/llm/llmtest"
	"github.com/clmkit/clmkit/profile/traits"
)

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

func catalogue(t testing.TB) *clm.Catalogue {
	t.Helper()
	c, err := clm.NewCatalogue(
		clm.Item{ID: "shoe-1", Title: "Nordhavn trail running shoes", Categories: []string{"Shoes", "Running shoes"}, Brand: "Nordhavn"},
		clm.Item{ID: "jean-1", Title: "Slim blue jeans", Categories: []string{"Clothing", "Jeans"}, Brand: "Nordhavn"},
		clm.Item{ID: "jack-1", Title: "Light rain jacket", Categories: []string{"Clothing", "Jackets"}, Brand: "Alder & Finch"},
		clm.Item{ID: "whis-1", Title: "Smoky island whisky", Categories: []string{"Drinks", "Whisky"}},
	)
	require.NoError(t, err)
	return c
}

// labels are the catalogue's categories in the languages of the sentences.
var labels = map[string][]string{
	"Running shoes": {"Laufschuhe", "chaussures de course", "zapatillas para correr", "scarpe da corsa", "hardloopschoenen", "tênis de corrida"},
	"Whisky":        {"whiskey", "uísque"},
	"Jeans":         {"vaqueros", "Jeanshosen"},
}

func lexical(t testing.TB, o *traits.LexicalOptions) *traits.Lexical {
	if o == nil {
		o = &traits.LexicalOptions{}
	}
	o.Labels = labels
	return traits.NewLexical(catalogue(t), o)
}

func (s said) event() clm.Event {
	e := clm.Event{ID: "e-1", Customer: "c-1", Kind: s.kind, Time: noon, Text: s.text}
	switch s.kind {
	case clm.Searched:
		e.Text, e.Query = "", s.text
	case clm.Reviewed:
		e.Item = "jack-1"
	}
	return e
}

// has reports whether an expectation, "name=value" or "name", is among the traits. What rests on an act alone counts for
// nothing here.
func has(found []clm.Trait, expected string) bool {
	name, value, exact := strings.Cut(expected, "=")
	return slices.ContainsFunc(found, func(t clm.Trait) bool {
		quoted := slices.ContainsFunc(t.Evidence, func(e clm.Evidence) bool { return e.Quote != "" })
		return quoted && t.Name == name && (!exact || t.Value == value)
	})
}

// A score counts the expectations that were met, and names the others.
type score struct {
	met, wanted int
	wrong       []string
}

func grade(read func(e *clm.Event) []clm.Trait, sentences []said) (g score) {
	for _, s := range sentences {
		e := s.event()
		found := read(&e)
		for _, w := range s.want {
			g.wanted++
			if has(found, w) {
				g.met++
			} else {
				g.wrong = append(g.wrong, fmt.Sprintf("%q: not found: %s", s.text, w))
			}
		}
		for _, n := range s.not {
			if has(found, n) {
				g.wrong = append(g.wrong, fmt.Sprintf("%q: invented: %s", s.text, n))
			}
		}
	}
	return g
}

func TestWhatCustomersSayOfThemselvesIsRead(t *testing.T) {
	for name, set := range map[string][]said{"plain": plain, "second": second, "taught by reviews": third} {
		g := grade(lexical(t, nil).Read, set)
		t.Logf("%s: %d of %d", name, g.met, g.wanted)
		assert.Empty(t, g.wrong, name)
	}
}

func TestWhatIsNotOfTheCustomerIsNoTrait(t *testing.T) {
	g := grade(lexical(t, nil).Read, adversarial)
	t.Logf("adversarial: %d of %d", g.met, g.wanted)
	assert.Empty(t, g.wrong)
	require.GreaterOrEqual(t, len(adversarial), 60)
}

// TestEvidenceHolds: whatever the text, each trait is valid and each quote stands where it says.
func TestEvidenceHolds(t *testing.T) {
	reader := lexical(t, &traits.LexicalOptions{Demographics: []string{clm.AgeBand, clm.Household}, Protected: []string{clm.Gender}})
	pieces := []string{"\xff", "\x00", "’", "\n> ", "\"", "„", "“", "ﬀ", "İ", "é", "e\u0301", "Ｓｉｚｅ", " ", ". ", "? ", "--\n", "size", "M", "42", "jeans", "I love", "l’", "我", "で", "\u00ad", "ـ", "'s", "W32 L34"}
	for _, s := range slices.Concat(plain, adversarial) {
		pieces = append(pieces, s.text)
	}
	some := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(pieces), rapid.String()), 0, 8)
	rapid.Check(t, func(t *rapid.T) {
		e := clm.Event{
			ID: "e-1", Customer: "c-1", Kind: clm.Messaged, Time: noon,
			Text: strings.Join(some.Draw(t, "text"), " "), Query: strings.Join(some.Draw(t, "query"), ""),
		}
		found := reader.Read(&e)
		for _, trait := range found {
			require.NotEmpty(t, trait.Evidence)
			for _, v := range trait.Evidence {
				require.True(t, v.Holds(&e), "%+v", trait)
			}
		}
		if len(found) > 0 {
			inferred := clm.Event{ID: "i-1", Customer: "c-1", Kind: clm.Inferred, Time: noon, Traits: found}
			require.NoError(t, inferred.Validate(noon))
		}
		require.Equal(t, found, reader.Read(&e), "a reader is a function")
	})
}

func BenchmarkRead(b *testing.B) {
	reader := lexical(b, nil)
	var events []clm.Event
	for _, s := range slices.Concat(plain, adversarial) {
		events = append(events, s.event())
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		reader.Read(&events[i%len(events)])
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "texts/s")
}

func TestBothReadersAreAskedInTheSameWay(t *testing.T) {
	lexical := lexical(t, nil)
	events := []clm.Event{
		{ID: "e-1", Customer: "c-1", Kind: clm.Messaged, Time: noon, Text: "I wear size M."},
		{ID: "e-2", Customer: "c-2", Kind: clm.Messaged, Time: noon, Text: "Where is my parcel?"},
	}
	failing := llmtest.NewScript(llmtest.Reply{Fault: llmtest.RateLimited}, llmtest.Reply{Fault: llmtest.RateLimited})
	var found [2][]traits.Finding
	for i, reader := range []traits.Reader{lexical, traits.NewModel(failing, lexical, nil)} {
		r, err := reader.ReadAll(t.Context(), events)
		require.NoError(t, err)
		assert.Equal(t, 2, r.Texts)
		found[i] = r.Findings
	}
	require.Len(t, found[0], 2, "a size and a language")
	assert.Equal(t, found[0], found[1], "a model that fails leaves what the phrases find")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := lexical.ReadAll(ended, events)
	require.ErrorIs(t, err, context.Canceled)
}
