package candidate

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/lexical"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

func spellers(t *testing.T, e llm.Embedder) *Content {
	t.Helper()
	v := &interaction.Vocabulary{}
	for _, title := range []string{"Red umbrella", "Blue umbrella", "Wool scarf", "Kite with tail", "Tote bag", "Silver card", "Silver cart", "Cart with wheels"} {
		v.Items = append(v.Items, clm.ItemID(title))
		v.Catalogue = append(v.Catalogue, &clm.Item{ID: clm.ItemID(title), Title: title})
	}
	c, err := NewContent(t.Context(), v, ContentOptions{Embedder: e, Candidates: 10, Similarity: 0.1}, nil)
	require.NoError(t, err)
	return c
}

func TestASlipOfTheFingersIsMended(t *testing.T) {
	c := spellers(t, nil)
	for query, want := range map[string]string{
		"umbrlela":            "umbrella",
		"Red ubrella!":        "red umbrella",
		"umbbrella":           "umbrella",
		"scaf":                "scarf",
		"ktie":                "kite",
		"carx":                "carx", // another letter makes too much of a short word
		"crat":                "cart",
		"ccard":               "card",
		"carrd":               "card",
		"umbrella":            "umbrella",
		"Wool Scraf":          "wool scarf",
		"Red Umbrella, blue!": "Red Umbrella, blue!", // nothing to mend, nothing changed
		"abg":                 "abg",                 // too short
		"silvr15":             "silvr15",
		"umbrelal and sacrf":  "umbrella and scarf",
		"something else":      "something else",
		"":                    "",
		"\xffubrella":         "umbrella",
		"the with":            "the with",
		"umrela":              "umrela", // two slips
		"umbralla":            "umbrella",
		"зонт":                "зонт",
		"unbrella for a gift": "umbrella for a gift",
	} {
		assert.Equal(t, want, c.spelt(query), query)
	}
	own, err := lexical.Fit([]string{"Red umbrella", "Wool scarf"}, nil)
	require.NoError(t, err)
	assert.Equal(t, "umbrlela", spellers(t, own).spelt("umbrlela"), "another embedder reads what was written")
}

func TestOneSlipIsASlipBothWays(t *testing.T) {
	word := rapid.SliceOfN(rapid.SampledFrom([]rune("abcé")), leastOther, 9)
	rapid.Check(t, func(t *rapid.T) {
		a := word.Draw(t, "a")
		b := append([]rune{}, a...)
		at := rapid.IntRange(0, len(a)-1).Draw(t, "at")
		switch rapid.IntRange(0, 3).Draw(t, "slip") {
		case 0:
			b[at] = 'x'
		case 1:
			b = append(b[:at], b[at+1:]...)
		case 2:
			b = append(b[:at], append([]rune{'x'}, b[at:]...)...)
		case 3:
			if at+1 == len(b) || b[at] == b[at+1] {
				t.Skip("nothing to exchange")
			}
			b[at], b[at+1] = b[at+1], b[at]
		}
		if !slipped(a, b) || !slipped(b, a) {
			t.Fatalf("%q and %q", string(a), string(b))
		}
		if slipped(a, a) || slipped(a, append(b, 'y', 'z', 'z')) {
			t.Fatal("no slip, or more than one")
		}
	})
}

// BenchmarkSpelt mends a word of a catalogue of 20,000 words.
func BenchmarkSpelt(b *testing.B) {
	c := &Content{lexical: true, texts: map[string]int{}}
	for i := range 20_000 {
		c.texts["word"+string([]rune{rune('a' + i%26), rune('a' + i/26%26), rune('a' + i/676), 'x', 'y'})] = 1
	}
	for b.Loop() {
		if c.spelt("wrodabcxy") != "wordabcxy" {
			b.Fatal("not mended")
		}
	}
}
