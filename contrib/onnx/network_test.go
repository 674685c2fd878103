package onnx

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/clmkit/clmkit/contrib/onnx/internal/tokenizer"
	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestEmbedderKeepsItsContract(t *testing.T) {
	dir, _ := bert(t, small())
	llmtest.RunEmbedder(t, func(t *testing.T) llm.Embedder { return embedder(t, dir, nil) })
}

func TestBuckets(t *testing.T) {
	for limit, want := range map[int][]int{5: {5}, 16: {16}, 17: {16, 17}, 64: {16, 32, 64}, 100: {16, 32, 64, 100}, 512: {16, 32, 64, 128, 256, 512}} {
		assert.Equal(t, want, buckets(limit), "limit %d", limit)
		n := network{buckets: buckets(limit)}
		for tokens := 1; tokens <= limit; tokens++ {
			assert.GreaterOrEqual(t, n.bucket(tokens), tokens)
		}
	}
	for n, want := range map[int]int{1: 1, 2: 2, 3: 2, 8: 8, 100: 64} {
		assert.Equal(t, want, powerOfTwo(n))
	}
}

// Texts of all lengths in calls of all sizes need no more graphs than there are pairs of a length's and a batch's bucket.
func TestGraphsAreCompiledOncePerShape(t *testing.T) {
	s := small()
	s.Layers, s.Width, s.Inner = 1, 8, 8
	dir, _ := bert(t, s)
	e := embedder(t, dir, &EmbedderOptions{Options: Options{BatchSize: 5}})
	assert.EqualValues(t, 1, e.n.compiled.Load(), "loading compiles one")
	embedAll := func() {
		for _, size := range []int{1, 2, 3, 4, 7, 11} {
			for length := 0; length <= 80; length += 16 {
				texts := make([]string, size)
				for i := range texts {
					texts[i] = strings.Repeat("a ", length)
				}
				_, err := e.Embed(t.Context(), texts)
				require.NoError(t, err)
			}
		}
	}
	embedAll()
	assert.EqualValues(t, 3*3, e.n.compiled.Load(), "lengths of 16, 32 and 64, batches of 1, 2 and 4")
	embedAll()
	assert.EqualValues(t, 3*3, e.n.compiled.Load(), "the second time compiles nothing")
}

func TestAVectorIsTheSameInAnyBatch(t *testing.T) {
	dir, _ := bert(t, small())
	e := embedder(t, dir, nil)
	var texts []string
	for i := range 13 {
		texts = append(texts, strings.Repeat("x y ", i))
	}
	all, err := e.Embed(t.Context(), texts)
	require.NoError(t, err)
	for i, text := range texts {
		alone, err := e.Embed(t.Context(), []string{text})
		require.NoError(t, err)
		assert.InDeltaSlice(t, alone.Vectors[0], all.Vectors[i], 1e-5)
	}
}

func TestManyCallersAtOnce(t *testing.T) {
	dir, _ := bert(t, small())
	e := embedder(t, dir, nil)
	want, err := e.Embed(t.Context(), sentences())
	require.NoError(t, err)
	var group sync.WaitGroup
	for i := range 24 {
		group.Go(func() {
			texts := sentences()[i%len(sentences()):]
			got, err := e.Embed(t.Context(), texts)
			if assert.NoError(t, err) {
				for j := range texts {
					assert.InDeltaSlice(t, want.Vectors[i%len(sentences())+j], got.Vectors[j], 1e-5)
				}
			}
		})
	}
	group.Wait()
}

// The context ends while the first batch is read, so the second never runs.
func TestContextIsAskedBetweenBatches(t *testing.T) {
	dir, _ := bert(t, small())
	e := embedder(t, dir, nil)
	ctx, cancel := context.WithCancelCause(t.Context())
	inputs := []tokenizer.Input{e.n.single("a"), e.n.single("b"), e.n.single("c")}
	read := 0
	_, err := e.n.all(ctx, inputs, 1, func(int, []float32, []int) error {
		read++
		cancel(context.Canceled)
		return nil
	})
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, err, llm.ErrCanceled)
	assert.False(t, llm.Retryable(err))
	assert.Equal(t, 1, read)
}

func TestACallerWaitsForASlotNoLongerThanItsContext(t *testing.T) {
	dir, _ := bert(t, small())
	e := embedder(t, dir, nil)
	for range cap(e.n.slots) {
		e.n.slots <- struct{}{}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 1)
	defer cancel()
	_, err := e.Embed(ctx, []string{"a"})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	for range cap(e.n.slots) {
		<-e.n.slots
	}
}

func TestCloseWaitsAndIsFinal(t *testing.T) {
	dir, _ := bert(t, small())
	e := embedder(t, dir, nil)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if _, err := e.Embed(t.Context(), sentences()); err != nil {
				assert.ErrorIs(t, err, llm.ErrInvalid)
				assert.ErrorContains(t, err, "closed")
			}
		})
	}
	require.NoError(t, e.Close())
	group.Wait()
	require.NoError(t, e.Close())
	_, err := e.Embed(t.Context(), []string{"a"})
	require.ErrorIs(t, err, llm.ErrInvalid)
}

func TestLongTextsAreCutAndCounted(t *testing.T) {
	dir, model := bert(t, small())
	e := embedder(t, dir, &EmbedderOptions{Options: Options{MaxTokens: 10}})
	got, err := e.Embed(t.Context(), []string{"a b c d e f g h i j k", "a b"})
	require.NoError(t, err)
	assert.Equal(t, 1, e.Cut())
	in := e.n.tokens.Single(e.n.tokens.Encode("a b c d e f g h"), 64)
	require.Len(t, in.IDs, 10)
	assertNear(t, meanOf(model.Hidden(in.IDs, in.Types)), got.Vectors[0])

	strict := embedder(t, dir, &EmbedderOptions{Options: Options{MaxTokens: 10, Strict: true}})
	_, err = strict.Embed(t.Context(), []string{"a b", "a b c d e f g h i"})
	require.ErrorIs(t, err, llm.ErrTooLong)
	assert.ErrorContains(t, err, "text 1 has more than 10 tokens")
	assert.NotContains(t, err.Error(), "a b c")
}

func TestTheLimitIsTheLeastThatTheFilesSay(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		asked int
		want  int
	}{
		"positions":              {nil, 0, 64},
		"sentence_bert_config":   {map[string]string{"sentence_bert_config.json": `{"max_seq_length": 20, "do_lower_case": false}`}, 0, 20},
		"tokenizer_config":       {map[string]string{"tokenizer_config.json": `{"model_max_length": 33}`}, 0, 33},
		"as many as you like":    {map[string]string{"tokenizer_config.json": `{"model_max_length": 1000000000000000019884624838656}`}, 0, 64},
		"the caller":             {map[string]string{"sentence_bert_config.json": `{"max_seq_length": 20}`}, 40, 40},
		"nobody":                 {map[string]string{"config.json": `{}`}, 0, 512},
		"RoBERTa's padding":      {map[string]string{"config.json": `{"model_type":"roberta","max_position_embeddings":34,"pad_token_id":1}`}, 0, 32},
		"GPT-2's own name of it": {map[string]string{"config.json": `{"n_positions":48}`}, 0, 48},
	} {
		t.Run(name, func(t *testing.T) {
			dir, _ := bert(t, small())
			for file, text := range c.files {
				require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644))
			}
			f, err := openFolder(dir, &Options{})
			require.NoError(t, err)
			got, err := f.limit(c.asked)
			require.NoError(t, err)
			assert.Equal(t, c.want, got)
		})
	}
}

func TestTheNameOfAModelTellsModelsApart(t *testing.T) {
	names := map[string]string{}
	add := func(what, dir string, o *EmbedderOptions) {
		got, err := embedder(t, dir, o).Embed(t.Context(), nil)
		require.NoError(t, err)
		assert.Empty(t, names[got.Model], "%s has the name of another", what)
		names[got.Model] = what
	}
	dir, _ := bert(t, small())
	yes := true
	add("the model", dir, nil)
	add("pooling", dir, &EmbedderOptions{Pooling: PoolingCLS})
	add("length 1", dir, &EmbedderOptions{Normalize: &yes})
	add("fewer tokens", dir, &EmbedderOptions{Options: Options{MaxTokens: 32}})
	s := small()
	s.Seed++
	other, _ := bert(t, s)
	add("other weights", other, nil)
	again, err := embedder(t, dir, nil).Embed(t.Context(), nil)
	require.NoError(t, err)
	assert.Equal(t, "the model", names[again.Model], "the same files have the same name")
	assert.True(t, strings.HasPrefix(again.Model, filepath.Base(dir)+"@"))
}

// The library prints nothing, logs nothing and asks no environment variable for another backend.
func TestNothingIsPrinted(t *testing.T) {
	t.Setenv("GOMLX_BACKEND", "xla:cuda")
	dir, _ := bert(t, small())
	printed := capture(t, func() {
		e := embedder(t, dir, nil)
		_, err := e.Embed(t.Context(), sentences())
		require.NoError(t, err)
		broken := t.TempDir()
		_, err = NewEmbedder(broken, nil)
		require.Error(t, err)
	})
	assert.Empty(t, printed)
	assert.Equal(t, "seen", capture(t, func() { fmt.Fprint(os.Stderr, "seen") }), "capture sees what is printed")
}

func capture(t *testing.T, f func()) string {
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	require.NoError(t, err)
	out, errOut := os.Stdout, os.Stderr
	os.Stdout, os.Stderr = file, file
	f()
	os.Stdout, os.Stderr = out, errOut
	require.NoError(t, file.Close())
	data, err := os.ReadFile(file.Name())
	require.NoError(t, err)
	return string(data)
}

// The suites of llmtest for scorers and rerankers play the provider, so what they ask for beside its values is asked here.
func TestAllModelsKeepTheirContract(t *testing.T) {
	encoder, _ := bert(t, small())
	classes, _ := bert(t, labelled(3))
	cross, _ := bert(t, labelled(1))
	language, _ := gpt(t)
	e, c, r, s := embedder(t, encoder, nil), classifier(t, classes, nil), reranker(t, cross, nil), scorer(t, language, nil)
	for name, call := range map[string]func(ctx context.Context, texts []string) (any, error){
		"embedder":   func(ctx context.Context, texts []string) (any, error) { return e.Embed(ctx, texts) },
		"classifier": func(ctx context.Context, texts []string) (any, error) { return c.Classify(ctx, texts) },
		"reranker":   func(ctx context.Context, texts []string) (any, error) { return r.Rerank(ctx, "parcel", texts) },
		"scorer":     func(ctx context.Context, texts []string) (any, error) { return s.LogLikelihood(ctx, "the", texts) },
	} {
		t.Run(name, func(t *testing.T) {
			texts := []string{" where is my parcel", " refund", " the red"}
			want, err := call(t.Context(), texts)
			require.NoError(t, err)
			assert.Equal(t, []string{" where is my parcel", " refund", " the red"}, texts)
			var group sync.WaitGroup
			for range 6 {
				group.Go(func() {
					got, err := call(t.Context(), texts)
					assert.NoError(t, err)
					assert.Equal(t, want, got)
				})
			}
			group.Wait()
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			got, err := call(ctx, texts)
			require.ErrorIs(t, err, context.Canceled)
			require.ErrorIs(t, err, llm.ErrCanceled)
			assert.Nil(t, got)
		})
	}
}
