package onnx

import (
	"encoding/json"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/contrib/onnx/internal/tiny"
)

func write(t *testing.T, dir, file, text string) {
	require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, file)), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644))
}

func TestFoldersThatAreNoModelAreErrors(t *testing.T) {
	for name, c := range map[string]struct {
		change func(t *testing.T, dir string)
		text   string
	}{
		"no graph":           {func(t *testing.T, dir string) { require.NoError(t, os.Remove(filepath.Join(dir, "model.onnx"))) }, "model.onnx"},
		"no tokenizer":       {func(t *testing.T, dir string) { require.NoError(t, os.Remove(filepath.Join(dir, "tokenizer.json"))) }, "tokenizer.json"},
		"no config":          {func(t *testing.T, dir string) { require.NoError(t, os.Remove(filepath.Join(dir, "config.json"))) }, "config.json"},
		"an empty graph":     {func(t *testing.T, dir string) { write(t, dir, "model.onnx", "") }, "model.onnx: the file is empty"},
		"a graph of text":    {func(t *testing.T, dir string) { write(t, dir, "model.onnx", "version https://git-lfs\n") }, "model.onnx: failed to parse"},
		"a graph of nothing": {func(t *testing.T, dir string) { write(t, dir, "model.onnx", "\x08\x07") }, "model.onnx"},
		"half a graph":       {func(t *testing.T, dir string) { half(t, dir) }, "model.onnx"},
		"a broken config":    {func(t *testing.T, dir string) { write(t, dir, "config.json", "{") }, "config.json"},
		"a broken tokenizer": {func(t *testing.T, dir string) { write(t, dir, "tokenizer.json", "{}") }, "tokenizer.json: no model in it"},
		"broken modules":     {func(t *testing.T, dir string) { write(t, dir, "modules.json", "7") }, "modules.json"},
		"a module unknown":   {func(t *testing.T, dir string) { write(t, dir, "modules.json", `[{"type":"a.b.Dense"}]`) }, `module "Dense" is not supported`},
		"pooling outside":    {func(t *testing.T, dir string) { write(t, dir, "modules.json", `[{"type":"x.Pooling","path":"../x"}]`) }, "outside the folder"},
		"pooling missing":    {func(t *testing.T, dir string) { write(t, dir, "modules.json", `[{"type":"x.Pooling","path":"1"}]`) }, "config.json"},
		"pooling of two kinds": {func(t *testing.T, dir string) {
			modules(t, dir, map[string]any{"pooling_mode_cls_token": true, "pooling_mode_max_tokens": true})
		}, "pooling"},
		"more tokens than the model": {func(t *testing.T, dir string) { patch(t, dir, map[string]any{"vocab_size": 20}) },
			"config.json says that the model knows 20 tokens"},
	} {
		t.Run(name, func(t *testing.T) {
			dir, _ := bert(t, small())
			c.change(t, dir)
			e, err := NewEmbedder(dir, nil)
			require.Nil(t, e)
			require.ErrorContains(t, err, c.text)
			assert.ErrorContains(t, err, dir)
			assert.ErrorContains(t, err, "onnx: ")
		})
	}
}

func half(t *testing.T, dir string) {
	path := filepath.Join(dir, "model.onnx")
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, data[:len(data)/2], 0o644))
}

func TestAMissingFileIsErrNotExist(t *testing.T) {
	_, err := NewScorer(filepath.Join(t.TempDir(), "none"), nil)
	require.ErrorIs(t, err, fs.ErrNotExist)
}

func TestOptionsThatMakeNoSense(t *testing.T) {
	dir, _ := bert(t, labelled(3))
	cross, _ := bert(t, labelled(1))
	encoder, _ := bert(t, small())
	language, _ := gpt(t)
	for name, c := range map[string]struct {
		load func() error
		text string
	}{
		"a file that is not there": {func() error {
			_, err := NewClassifier(dir, &ClassifierOptions{Options: Options{File: "x.onnx"}})
			return err
		}, "x.onnx"},
		"more tokens than positions": {func() error {
			_, err := NewClassifier(dir, &ClassifierOptions{Options: Options{MaxTokens: 65}})
			return err
		}, "64 positions"},
		"a negative batch": {func() error {
			_, err := NewClassifier(dir, &ClassifierOptions{Options: Options{BatchSize: -1}})
			return err
		}, "negative"},
		"no room for text": {func() error {
			_, err := NewClassifier(dir, &ClassifierOptions{Options: Options{MaxTokens: 1}})
			return err
		}, "no room"},
		"no room for a pair": {func() error {
			_, err := NewReranker(cross, &RerankerOptions{Options: Options{MaxTokens: 3}})
			return err
		}, "no room"},
		"an unknown activation":          {func() error { _, err := NewClassifier(dir, &ClassifierOptions{Activation: "relu"}); return err }, `activation "relu"`},
		"an unknown pooling":             {func() error { _, err := NewEmbedder(encoder, &EmbedderOptions{Pooling: "max"}); return err }, `pooling "max"`},
		"an encoder as classifier":       {func() error { _, err := NewClassifier(encoder, nil); return err }, `outputs ["last_hidden_state"], none of ["logits"]`},
		"a classifier as encoder":        {func() error { _, err := NewEmbedder(dir, nil); return err }, `outputs ["logits"]`},
		"three classes as cross-encoder": {func() error { _, err := NewReranker(dir, nil); return err }, "a cross-encoder has one number"},
		"softmax of one number":          {func() error { _, err := NewReranker(dir, &RerankerOptions{Activation: Softmax}); return err }, "softmax"},
		"WordPiece as scorer":            {func() error { _, err := NewScorer(dir, nil); return err }, "a scorer needs byte-level BPE"},
		"a language model as reranker":   {func() error { _, err := NewReranker(language, nil); return err }, "a cross-encoder has one number"},
		"a language model as classifier": {func() error { _, err := NewClassifier(language, nil); return err }, "has not one number for each class"},
	} {
		t.Run(name, func(t *testing.T) { assert.ErrorContains(t, c.load(), c.text) })
	}
}

func TestClassesHaveToFit(t *testing.T) {
	for name, c := range map[string]struct {
		labels map[string]string
		text   string
	}{
		"too many":   {map[string]string{"0": "a", "1": "b", "2": "c"}, "names 3 classes, output logits has 2"},
		"no numbers": {map[string]string{"a": "0", "b": "1"}, "id2label has no number"},
		"a gap":      {map[string]string{"0": "a", "2": "b"}, `no number "2"`},
	} {
		t.Run(name, func(t *testing.T) {
			dir, _ := bert(t, labelled(2))
			patch(t, dir, map[string]any{"id2label": c.labels})
			_, err := NewClassifier(dir, nil)
			assert.ErrorContains(t, err, c.text)
		})
	}
}

func TestAStartTokenHasToBeKnown(t *testing.T) {
	dir, _ := gpt(t)
	patch(t, dir, map[string]any{"bos_token_id": 9999})
	_, err := NewScorer(dir, &ScorerOptions{Start: true})
	require.ErrorContains(t, err, "bos_token_id")
	s := scorer(t, dir, nil)
	_, err = s.LogLikelihood(t.Context(), "a", []string{"b"})
	require.NoError(t, err, "who wants no start token needs none")
}

func TestTheGraphMayLieWhereHuggingFacePutsIt(t *testing.T) {
	dir, _ := bert(t, small())
	want, err := embedder(t, dir, nil).Embed(t.Context(), sentences())
	require.NoError(t, err)
	require.NoError(t, os.Mkdir(filepath.Join(dir, "onnx"), 0o755))
	require.NoError(t, os.Rename(filepath.Join(dir, "model.onnx"), filepath.Join(dir, "onnx", "model.onnx")))
	got, err := embedder(t, dir, nil).Embed(t.Context(), sentences())
	require.NoError(t, err)
	assert.Equal(t, want, got)
}

// What the library lacks, or would compute wrongly, is an error when the model is loaded.
func TestGraphsThatTheLibraryCannotRun(t *testing.T) {
	for name, c := range map[string]struct{ fault, text string }{
		"an unknown operator":      {tiny.UnknownOp, `"Celu"`},
		"a negative index":         {tiny.NegativeGather, "Gather with a negative index"},
		"a scaled bias":            {tiny.ScaledGemm, "Gemm with alpha"},
		"an old softmax":           {tiny.OldSoftmax, "Softmax without an axis"},
		"shapes that do not fit":   {tiny.WrongShape, "model.onnx"},
		"a missing node":           {tiny.MissingNode, "model.onnx"},
		"an input nobody fills":    {tiny.PastInput, `input "past_key_values.0.key" is not supported`},
		"weights outside, missing": {tiny.OutsideWeights, "model.onnx_data"},
		"weights too far outside":  {tiny.FarWeights, "outside the folder"},
		"weights in half floats":   {tiny.HalfWeights, "FLOAT16"},
		"a node that needs itself": {tiny.Circle, "needs itself"},
		"weights without end":      {tiny.HugeWeights, "fewer than their shape"},
		"a branch":                 {tiny.Branch, "with a graph in it"},
		"a product of integers":    {tiny.IntegerMatMul, "of integers are not supported"},
	} {
		t.Run(name, func(t *testing.T) {
			dir, _ := bert(t, small())
			require.NoError(t, tiny.WriteFault(dir, c.fault))
			_, err := NewEmbedder(dir, nil)
			require.ErrorContains(t, err, c.text)
			assert.ErrorContains(t, err, filepath.Join(dir, "model.onnx"))
		})
	}
}

func TestWeightsMayLieBesideTheGraph(t *testing.T) {
	dir, _ := bert(t, small())
	want, err := embedder(t, dir, nil).Embed(t.Context(), sentences())
	require.NoError(t, err)
	s := small()
	s.Outside = true
	outside, _ := bert(t, s)
	got, err := embedder(t, outside, nil).Embed(t.Context(), sentences())
	require.NoError(t, err)
	assert.Equal(t, want.Vectors, got.Vectors)
	assert.NotEqual(t, want.Model, got.Model)
	data, err := os.ReadFile(filepath.Join(outside, "model.onnx_data"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(outside, "model.onnx_data"), data[:100], 0o644))
	_, err = NewEmbedder(outside, nil)
	require.ErrorContains(t, err, "of 100 bytes")
}

// A graph of which bytes are missing or changed is an error or, where the change means nothing to it, still a model; it never
// ends the program.
func TestDamagedGraphsAreErrors(t *testing.T) {
	s := small()
	s.Layers, s.Width, s.Inner, s.Positions = 1, 4, 4, 16
	dir, _ := bert(t, s)
	path := filepath.Join(dir, "model.onnx")
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(1, 2))
	failed := 0
	for i := range 120 {
		data := whole[:len(whole)*i/60%len(whole)]
		if i >= 60 {
			data = slices.Clone(whole)
			data[random.IntN(len(data))] ^= 1 << random.IntN(8)
		}
		require.NoError(t, os.WriteFile(path, data, 0o644))
		if e, err := NewEmbedder(dir, nil); err != nil {
			failed++
			assert.ErrorContains(t, err, path)
		} else {
			e.Close()
		}
	}
	assert.Greater(t, failed, 60)
}

// modules writes what sentence-transformers keeps beside a transformer.
func modules(t testing.TB, dir string, pooling map[string]any) {
	require.NoError(t, tiny.WriteJSON(filepath.Join(dir, "modules.json"), []map[string]any{
		{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
		{"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
		{"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
	}))
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "1_Pooling"), 0o755))
	require.NoError(t, tiny.WriteJSON(filepath.Join(dir, "1_Pooling", "config.json"), pooling))
}

func readJSON(path string, v any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, v)
}
