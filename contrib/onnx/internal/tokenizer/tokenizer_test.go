package tokenizer

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
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

func TestFilesThatAskForWhatIsNotHereAreErrors(t *testing.T) {
	wordPiece := `"model":{"type":"WordPiece","unk_token":"[UNK]","vocab":{"[UNK]":0,"a":1}}`
	for name, c := range map[string]struct{ file, text string }{
		"no JSON":              {`nothing`, "invalid character"},
		"no model":             {`{}`, "no model"},
		"a model unknown":      {`{"model":{"type":"WordLevel","vocab":{}}}`, `model "WordLevel"`},
		"a model without type": {`{"model":{"vocab":{}}}`, `model ""`},
		"no unknown token":     {`{"model":{"type":"WordPiece","vocab":{"a":1}}}`, "no unk_token"},
		"unknown is unknown":   {`{"model":{"type":"WordPiece","unk_token":"x","vocab":{"a":1}}}`, "not in its vocab"},
		"a negative id":        {`{"model":{"type":"BPE","vocab":{"a":-1},"merges":[]}}`, "negative id"},
		"a merge of nothing":   {`{"model":{"type":"BPE","vocab":{"a":0},"merges":["a b"]}}`, "merge 0"},
		"a merge of one":       {`{"model":{"type":"BPE","vocab":{"a":0},"merges":["ab"]}}`, "without a blank"},
		"a merge of three":     {`{"model":{"type":"BPE","vocab":{"a":0},"merges":[["a","b","c"]]}}`, "neither"},
		"subword prefix":       {`{"model":{"type":"BPE","continuing_subword_prefix":"##","vocab":{},"merges":[]}}`, "not supported"},
		"byte fallback":        {`{"model":{"type":"BPE","byte_fallback":true,"vocab":{},"merges":[]}}`, "not supported"},
		"Unigram's unknown":    {`{"model":{"type":"Unigram","vocab":[["a",-1]]}}`, "unk_id"},
		"Unigram's vocab":      {`{"model":{"type":"Unigram","vocab":{"a":1}}}`, "vocab"},
		"a normalizer":         {`{"normalizer":{"type":"Nmt"},` + wordPiece + `}`, `normalizer "Nmt"`},
		"a nested normalizer":  {`{"normalizer":{"type":"Sequence","normalizers":[{"type":"Nmt"}]},` + wordPiece + `}`, `normalizer "Nmt"`},
		"a replacing regex":    {`{"normalizer":{"type":"Replace","pattern":{"Regex":"a+"},"content":""},` + wordPiece + `}`, "regular expression"},
		"a broken charsmap":    {`{"normalizer":{"type":"Precompiled","precompiled_charsmap":"AAAA"},` + wordPiece + `}`, "charsmap"},
		"a splitter":           {`{"pre_tokenizer":{"type":"Split"},` + wordPiece + `}`, `pre-tokenizer "Split"`},
		"a first prefix":       {`{"pre_tokenizer":{"type":"Metaspace","replacement":"_","prepend_scheme":"first"},` + wordPiece + `}`, "first"},
		"a long replacement":   {`{"pre_tokenizer":{"type":"Metaspace","replacement":"__"},` + wordPiece + `}`, "one character"},
		"a post-processor":     {`{"post_processor":{"type":"Other"},` + wordPiece + `}`, `post-processor "Other"`},
		"a template of none":   {`{"post_processor":{"type":"TemplateProcessing","single":[]},` + wordPiece + `}`, "each text once"},
		"a text that is none":  {`{"post_processor":{"type":"TemplateProcessing","single":[{"Sequence":{"id":"C","type_id":0}}]},` + wordPiece + `}`, "each text once"},
		"a template's id": {`{"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"x","type_id":0}},{"Sequence":{"id":"A"}}],` +
			`"special_tokens":{"x":{"ids":[99]}}},` + wordPiece + `}`, "id 99"},
		"a third type":   {`{"post_processor":{"type":"TemplateProcessing","single":[{"Sequence":{"id":"A","type_id":2}}]},` + wordPiece + `}`, "token type 2"},
		"half of BERT":   {`{"post_processor":{"type":"BertProcessing","sep":["x",0]},` + wordPiece + `}`, "without sep or cls"},
		"an added token": {`{"added_tokens":[{"id":5,"content":"x","lstrip":true}],` + wordPiece + `}`, "lstrip"},
		"an added none":  {`{"added_tokens":[{"id":5,"content":""}],` + wordPiece + `}`, "no content"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse([]byte(c.file))
			assert.ErrorContains(t, err, c.text)
		})
	}
}

func TestASingleTemplateKnowsNoPairs(t *testing.T) {
	tok, err := Parse([]byte(`{"post_processor":{"type":"TemplateProcessing","single":[{"Sequence":{"id":"A"}}]},
		"model":{"type":"WordPiece","unk_token":"[UNK]","vocab":{"[UNK]":0,"a":1}}}`))
	require.NoError(t, err)
	assert.Equal(t, []int{1}, tok.Single(tok.Encode("a"), 5).IDs)
	_, err = tok.Pair([]int{1}, []int{1}, 5)
	require.ErrorIs(t, err, ErrSingle)
}

func TestEndsAreThoseOfTheBytes(t *testing.T) {
	for _, f := range vectors(t) {
		tok, err := Parse(f.File)
		require.NoError(t, err)
		_, exact := tok.Ends(nil)
		require.Equal(t, f.Name == "BPE of GPT-2", exact, f.Name)
		if !exact {
			continue
		}
		for _, v := range f.Vectors {
			ends, _ := tok.Ends(v.IDs)
			for i, end := range ends {
				assert.Greater(t, end, append([]int{0}, ends...)[i])
			}
			if len(ends) > 0 {
				assert.Equal(t, len(v.Text), ends[len(ends)-1], "%q", v.Text)
			}
		}
	}
}

// A long word without a blank takes no longer than its length allows.
func TestLongWordsTakeNoSquareOfTheirLength(t *testing.T) {
	for _, f := range vectors(t) {
		tok, err := Parse(f.File)
		require.NoError(t, err)
		assert.NotEmpty(t, tok.Encode(strings.Repeat("ther", 5_000)), f.Name)
	}
}

func FuzzEncode(f *testing.F) {
	var toks []*Tokenizer
	for _, v := range vectors(f) {
		tok, err := Parse(v.File)
		require.NoError(f, err)
		toks = append(toks, tok)
		for _, x := range v.Vectors {
			f.Add(x.Text, "", 8)
		}
	}
	f.Fuzz(func(t *testing.T, a, b string, limit int) {
		for _, tok := range toks {
			ids := tok.Encode(a)
			for _, id := range ids {
				require.True(t, id >= 0 && id < tok.Size())
			}
			if ends, ok := tok.Ends(ids); ok && len(ids) > 0 {
				require.Equal(t, len(strings.ToValidUTF8(a, "\uFFFD")), ends[len(ends)-1])
			}
			in, err := tok.Pair(ids, tok.Encode(b), limit)
			require.NoError(t, err)
			require.LessOrEqual(t, len(in.IDs), max(limit, tok.Specials(true)))
			require.Len(t, in.Types, len(in.IDs))
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"normalizer":{"type":"BertNormalizer","lowercase":true},"pre_tokenizer":{"type":"BertPreTokenizer"},"model":{"type":"WordPiece","unk_token":"u","vocab":{"u":0,"a":1}}}`))
	f.Add([]byte(`{"pre_tokenizer":{"type":"ByteLevel"},"model":{"type":"BPE","vocab":{"h":0,"e":1,"he":2},"merges":["h e"]}}`))
	f.Add([]byte(`{"normalizer":{"type":"Precompiled","precompiled_charsmap":"CAAAAAAEAAAAAQAAYQA="},"model":{"type":"Unigram","unk_id":0,"vocab":[["a",-1],["b",-2]]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		tok, err := Parse(data)
		if err != nil {
			return
		}
		for _, id := range tok.Encode("where is my parcel? \u0301ﬁ 中文 [SEP]") {
			require.True(t, id >= 0 && id < tok.Size(), "id %d of %d", id, tok.Size())
		}
		tok.Single(nil, 4)
	})
}
