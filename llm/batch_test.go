package llm_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
)

// embedding is an embedder that counts bytes of texts, and remembers what it was asked.
type embedding struct {
	mu     sync.Mutex
	asked  [][]string
	model  string // default: "bytes"
	length int    // default: 26
	err    error
	usage  llm.Usage
}

func (e *embedding) Embed(ctx context.Context, texts []string) (*llm.Embeddings, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, &llm.Error{Kind: llm.ErrCanceled, Err: err}
	}
	if e.err != nil {
		return nil, e.err
	}
	if len(texts) > 0 {
		e.asked = append(e.asked, append([]string(nil), texts...))
	}
	out := &llm.Embeddings{Model: e.model, Usage: e.usage, Vectors: make2D(len(texts), max(e.length, 26))}
	if out.Model == "" {
		out.Model = "bytes"
	}
	for i, text := range texts {
		for _, b := range []byte(text) {
			out.Vectors[i][int(b)%len(out.Vectors[i])]++
		}
	}
	return out, nil
}

func make2D(rows, columns int) [][]float32 {
	m := make([][]float32, rows)
	for i := range m {
		m[i] = make([]float32, columns)
	}
	return m
}

// direct is what e embeds without wrappers.
func direct(t require.TestingT, texts []string) [][]float32 {
	e, err := (&embedding{}).Embed(context.Background(), texts)
	require.NoError(t, err)
	return e.Vectors
}

func TestCachedAndBatchedEmbeddersKeepTheContract(t *testing.T) {
	defer goleak.VerifyNone(t)
	t.Run("cached", func(t *testing.T) {
		llmtest.RunEmbedder(t, func(*testing.T) llm.Embedder { return llm.NewCache(nil).Embedder("e", &embedding{}) })
	})
	t.Run("batched", func(t *testing.T) {
		llmtest.RunEmbedder(t, func(*testing.T) llm.Embedder { return llm.BatchEmbedder(&embedding{}, &llm.BatchOptions{Texts: 2}) })
	})
}

func TestOnlyTextsThatAreMissingAreEmbeddedAndEachOnce(t *testing.T) {
	e, cache := &embedding{usage: llm.Usage{Input: 4}}, llm.NewCache(nil)
	cached := cache.Embedder("e", e)
	for _, texts := range [][]string{{"b", "a", "b"}, {"c", "a", "d", "c", "b"}, {"d", "a"}} {
		got, err := cached.Embed(t.Context(), texts)
		require.NoError(t, err)
		assert.Equal(t, direct(t, texts), got.Vectors)
		assert.Equal(t, "bytes", got.Model)
		if len(texts) == 2 {
			assert.Zero(t, got.Usage, "all is there")
		} else {
			assert.Equal(t, 4, got.Usage.Input)
		}
		for i := range got.Vectors {
			clear(got.Vectors[i]) // the caller's to change
		}
	}
	assert.Equal(t, [][]string{{"b", "a"}, {"c", "d"}}, e.asked)
	s := cache.Stats()
	assert.Equal(t, [3]int64{4, 4, 4}, [3]int64{s.Hits, s.Misses, s.Entries})
	assert.EqualValues(t, 4*(512+4*26+len("bytes")), s.Bytes)
}

func TestEmbeddersOfAnotherNameShareNothing(t *testing.T) {
	e, cache := &embedding{}, llm.NewCache(nil)
	for _, name := range []string{"one", "two", "one"} {
		_, err := cache.Embedder(name, e).Embed(t.Context(), []string{"a"})
		require.NoError(t, err)
	}
	assert.Len(t, e.asked, 2)
}

func TestVectorsOfTwoModelsAreNotMixed(t *testing.T) {
	for name, change := range map[string]func(*embedding){
		"another model":  func(e *embedding) { e.model = "other" },
		"another length": func(e *embedding) { e.length = 30 },
	} {
		t.Run(name, func(t *testing.T) {
			e := &embedding{usage: llm.Usage{Input: 1}}
			cached := llm.NewCache(nil).Embedder("e", e)
			for _, texts := range [][]string{{"a", "b"}, {"x"}} {
				_, err := cached.Embed(t.Context(), texts)
				require.NoError(t, err)
			}
			change(e)
			got, err := cached.Embed(t.Context(), []string{"b", "c"})
			require.NoError(t, err)
			want, err := e.Embed(t.Context(), []string{"b", "c"})
			require.NoError(t, err)
			assert.Equal(t, want.Vectors, got.Vectors)
			assert.Equal(t, want.Model, got.Model)
			assert.Equal(t, 2, got.Usage.Input, "two calls: one for what is missing, one for all")

			got, err = cached.Embed(t.Context(), []string{"x", "c"}) // kept by different models
			require.NoError(t, err)
			want, err = e.Embed(t.Context(), []string{"x", "c"})
			require.NoError(t, err)
			assert.Equal(t, want.Vectors, got.Vectors)
		})
	}
}

func TestAnEmbedderThatFailsLeavesNothingBehind(t *testing.T) {
	short := llm.EmbedderFunc(func(_ context.Context, texts []string) (*llm.Embeddings, error) {
		return &llm.Embeddings{Model: "m", Vectors: make2D(len(texts)-1, 3), Usage: llm.Usage{Input: 2}}, nil
	})
	ragged := llm.EmbedderFunc(func(_ context.Context, texts []string) (*llm.Embeddings, error) {
		v := make2D(len(texts), 3)
		v[1] = v[1][:2]
		return &llm.Embeddings{Model: "m", Vectors: v, Usage: llm.Usage{Input: 2}}, nil
	})
	for name, c := range map[string]struct {
		e    llm.Embedder
		want error
	}{
		"an error":                  {&embedding{err: &llm.Error{Kind: llm.ErrRateLimited, Usage: llm.Usage{Input: 2}}}, llm.ErrRateLimited},
		"a vector too few":          {short, llm.ErrMalformed},
		"vectors of unequal length": {ragged, llm.ErrMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			cache := llm.NewCache(nil)
			for _, e := range []llm.Embedder{cache.Embedder("e", c.e), llm.BatchEmbedder(c.e, nil), llm.BatchEmbedder(c.e, &llm.BatchOptions{Texts: 3, Parallel: 1})} {
				got, err := e.Embed(t.Context(), []string{"a", "b", "c", "d", "e"})
				assert.Nil(t, got)
				require.ErrorIs(t, err, c.want)
				f, _ := errors.AsType[*llm.Error](err)
				assert.Equal(t, 2, f.Usage.Input)
			}
			assert.Zero(t, cache.Stats().Entries)
		})
	}
}

func TestBatchesStayWithinTheirSizeAndKeepTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		opts := &llm.BatchOptions{
			Texts:    rapid.IntRange(1, 5).Draw(t, "texts"),
			Bytes:    rapid.IntRange(1, 20).Draw(t, "bytes"),
			Parallel: rapid.IntRange(1, 4).Draw(t, "parallel"),
		}
		var progress []int
		texts := rapid.SliceOfN(rapid.StringN(0, 8, 24), 0, 40).Draw(t, "all")
		opts.Progress = func(done, total int) {
			require.Equal(t, len(texts), total)
			progress = append(progress, done)
		}
		e := &embedding{usage: llm.Usage{Input: 3}}
		got, err := llm.BatchEmbedder(e, opts).Embed(context.Background(), texts)
		require.NoError(t, err)
		require.Equal(t, direct(t, texts), append([][]float32{}, got.Vectors...))
		require.GreaterOrEqual(t, 3*max(1, len(e.asked)), got.Usage.Input)
		for _, batch := range e.asked {
			require.LessOrEqual(t, len(batch), opts.Texts)
			require.True(t, len(batch) == 1 || len(strings.Join(batch, "")) <= opts.Bytes, "%d texts of %d bytes", len(batch), len(strings.Join(batch, "")))
		}
		require.Len(t, progress, len(e.asked))
		require.IsIncreasing(t, append([]int{-1}, progress...))
		if len(texts) > 0 {
			require.Equal(t, len(texts), progress[len(progress)-1])
			require.Equal(t, 3*len(e.asked), got.Usage.Input)
		}
	})
}

func TestBatchesRunAtOnceUpToTheirLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int64
		e := &embedding{}
		slow := llm.EmbedderFunc(func(ctx context.Context, texts []string) (*llm.Embeddings, error) {
			most.Store(max(most.Load(), now.Add(1)))
			defer now.Add(-1)
			time.Sleep(time.Second)
			return e.Embed(ctx, texts)
		})
		start := time.Now()
		_, err := llm.BatchEmbedder(slow, &llm.BatchOptions{Texts: 1, Parallel: 3}).Embed(t.Context(), strings.Split("abcdefg", ""))
		require.NoError(t, err)
		assert.Equal(t, 3*time.Second, time.Since(start), "7 batches, 3 at once")
		assert.EqualValues(t, 3, most.Load())
	})
}

func TestABatchThatFailsEndsTheOthersAndCountsWhatWasSpent(t *testing.T) {
	defer goleak.VerifyNone(t)
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int64
		e := llm.EmbedderFunc(func(ctx context.Context, texts []string) (*llm.Embeddings, error) {
			switch calls.Add(1) {
			case 1:
				return &llm.Embeddings{Model: "m", Vectors: make2D(1, 3), Usage: llm.Usage{Input: 5}}, nil
			case 2:
				time.Sleep(time.Second)
				return nil, &llm.Error{Kind: llm.ErrQuota, Usage: llm.Usage{Input: 1}}
			}
			<-ctx.Done()
			return nil, &llm.Error{Kind: llm.ErrCanceled, Err: ctx.Err()}
		})
		got, err := llm.BatchEmbedder(e, &llm.BatchOptions{Texts: 1, Parallel: 2}).Embed(t.Context(), strings.Split("abcdefg", ""))
		assert.Nil(t, got)
		require.ErrorIs(t, err, llm.ErrQuota)
		f, _ := errors.AsType[*llm.Error](err)
		assert.Equal(t, 6, f.Usage.Input)
		assert.EqualValues(t, 3, calls.Load())
	})
}

func TestBatchesEndWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var calls atomic.Int64
		deaf := llm.EmbedderFunc(func(_ context.Context, texts []string) (*llm.Embeddings, error) {
			calls.Add(1)
			time.Sleep(2 * time.Second)
			return &llm.Embeddings{Model: "m", Vectors: make2D(len(texts), 3)}, nil
		})
		_, err := llm.BatchEmbedder(deaf, &llm.BatchOptions{Texts: 1, Parallel: 1}).Embed(ctx, []string{"a", "b", "c"})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, err, llm.ErrCanceled)
		assert.EqualValues(t, 1, calls.Load())
	})
}

func TestBatchesOfDifferentModelsAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		second *llm.Embeddings
		text   string
	}{
		"another model":  {&llm.Embeddings{Model: "n", Vectors: make2D(1, 3)}, `batches answered by "m" and "n"`},
		"another length": {&llm.Embeddings{Model: "m", Vectors: make2D(1, 4)}, "vectors of 3 and 4 numbers"},
	} {
		t.Run(name, func(t *testing.T) {
			e := llm.EmbedderFunc(func(_ context.Context, texts []string) (*llm.Embeddings, error) {
				if texts[0] == "b" {
					return c.second, nil
				}
				return &llm.Embeddings{Model: "m", Vectors: make2D(1, 3), Usage: llm.Usage{Input: 5}}, nil
			})
			got, err := llm.BatchEmbedder(e, &llm.BatchOptions{Texts: 1}).Embed(t.Context(), []string{"a", "b"})
			assert.Nil(t, got)
			require.ErrorIs(t, err, llm.ErrMalformed)
			assert.ErrorContains(t, err, c.text)
		})
	}
}

func ExampleBatchEmbedder() {
	provider := llm.EmbedderFunc(func(_ context.Context, texts []string) (*llm.Embeddings, error) {
		e := &llm.Embeddings{Model: "length"}
		for _, t := range texts {
			e.Vectors = append(e.Vectors, []float32{float32(len(t))})
		}
		return e, nil
	})
	embedder := llm.BatchEmbedder(provider, &llm.BatchOptions{
		Texts: 2, Parallel: 1,
		Progress: func(done, total int) { fmt.Println(done, "of", total) },
	})
	e, err := embedder.Embed(context.Background(), []string{"mug", "teapot", "lamp"})
	fmt.Println(e.Vectors, err)
	// Output:
	// 2 of 3
	// 3 of 3
	// [[3] [6] [4]] <nil>
}

func ExampleCache_Embedder() {
	provider := llm.EmbedderFunc(func(_ context.Context, texts []string) (*llm.Embeddings, error) {
		fmt.Println("embeds", texts)
		return &llm.Embeddings{Model: "ones", Vectors: [][]float32{{1}, {1}}[:len(texts)]}, nil
	})
	embedder := llm.NewCache(nil).Embedder("ones", provider)
	embedder.Embed(context.Background(), []string{"mug", "teapot", "mug"})
	e, err := embedder.Embed(context.Background(), []string{"lamp", "mug"})
	fmt.Println(e.Vectors, err)
	// Output:
	// embeds [mug teapot]
	// embeds [lamp]
	// [[1] [1]] <nil>
}

func BenchmarkCachedEmbedder(b *testing.B) {
	texts := strings.Fields(strings.Repeat("mug teapot lamp scarf ", 16))
	e := llm.NewCache(nil).Embedder("e", &embedding{length: 384})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.Embed(context.Background(), texts); err != nil {
			b.Fatal(err)
		}
	}
}
