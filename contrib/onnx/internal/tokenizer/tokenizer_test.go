package tokenizer

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// vectorFile is what testdata/vectors.mjs writes.
type vectorFile struct {
	Name    string
	File    json.RawMessage
	Vectors []struct {
		Text string
		IDs  []int
	}
	Whole []struct {
		Limit      int
		Texts      []string
		IDs, Types []int
	}
}

func vectors(t testing.TB) []vectorFile {
	data, err := os.ReadFile("testdata/vectors.json")
	require.NoError(t, err)
	var all []vectorFile
	require.NoError(t, json.Unmarshal(data, &all))
	return all
}

func TestIDsAreThoseOfTheHuggingFaceLibrary(t *testing.T) {
	for _, f := range vectors(t) {
		t.Run(f.Name, func(t *testing.T) {
			tok, err := Parse(f.File)
			require.NoError(t, err)
			for _, v := range f.Vectors {
				assert.Equal(t, v.IDs, append([]int{}, tok.Encode(v.Text)...), "%q", v.Text)
			}
		})
	}
}

func TestSpecialTokensStandWhereTheHuggingFaceLibraryPutsThem(t *testing.T) {
	for _, f := range vectors(t) {
		tok, err := Parse(f.File)
		require.NoError(t, err)
		for _, w := range f.Whole {
			t.Run(fmt.Sprintf("%s, %q, %d", f.Name, w.Texts, w.Limit), func(t *testing.T) {
				limit := w.Limit
				if limit == 0 {
					limit = 1 << 20
				}
				in := tok.Single(tok.Encode(w.Texts[0]), limit)
				if len(w.Texts) == 2 {
					in, err = tok.Pair(tok.Encode(w.Texts[0]), tok.Encode(w.Texts[1]), limit)
					require.NoError(t, err)
				}
				assert.Equal(t, w.IDs, append([]int{}, in.IDs...))
				assert.Equal(t, w.Types, append([]int{}, in.Types...))
			})
		}
	}
}
