package traits

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
)

func TestThePhrasesAreWellFormed(t *testing.T) {
	index, grammar, err := loadPhrases(phrasesFile)
	require.NoError(t, err)
	var in [numClasses]tongues
	for _, list := range index {
		for _, p := range list {
			in[p.class] |= p.in
		}
	}
	for _, words := range grammar {
		in[stop] |= words
	}
	for c := range interest {
		if c != years { // English says "years old" or nothing
			assert.Equal(t, everyTongue, in[c], "languages of class %s", classNames[c])
		}
	}
}

func TestABrokenLineOfPhrasesIsNamed(t *testing.T) {
	for file, want := range map[string]string{
		"[negate]\nen: not\n[nonsense]": `line 3: unknown class "[nonsense]"`,
		"[negate\nen: not":              `line 1: unknown class "[negate"`,
		"[negate]\nxx: not":             `line 2: unknown language "xx"`,
		"[negate]\nen: not,, never":     "line 2: empty phrase",
		"# fine\n[like]\nen: i love _":  "line 3: empty phrase or gap at an end",
		"[like]\nen: _ love":            "line 2: empty phrase or gap at an end",
		"[like]\nde ich liebe":          `line 2: unknown language "de ich liebe"`,
	} {
		_, _, err := loadPhrases(file)
		require.ErrorContains(t, err, want)
	}
}

// TestHostileTextsAreRead reads 64 KiB of what opens something: what takes quadratic time shows in the time limit of the test.
func TestHostileTextsAreRead(t *testing.T) {
	l := NewLexical(nil, nil)
	for _, piece := range []string{"'a ", "\"", "> ", "bot:\n", "i i i ", "size ", "size 42 ", "size m, ", "W32 L34 ", "I am no, ", "i love not ", "„", "ignore the ", "he said: ", "for my ", "-- ", "日", "?!", "a: i ", "\n"} {
		hostile := strings.Repeat(piece, 2*maxRead/len(piece))
		for _, tr := range l.Read(&clm.Event{ID: "e", Kind: clm.Messaged, Text: hostile, Query: hostile}) {
			for _, v := range tr.Evidence {
				require.LessOrEqual(t, v.To, maxRead)
			}
		}
	}
}
