package llm

import (
	"context"
	"fmt"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// BatchOptions are the settings of [BatchEmbedder].
type BatchOptions struct {
	// Texts is how many texts one call embeds at most. Default: 64.
	Texts int
	// Bytes is how much text one call embeds at most; a longer text has a call of its own. Default: 256 KiB.
	Bytes int
	// Parallel is how many calls are under way at once at most. Default: 4.
	Parallel int
	// Progress, if not nil, is called in the goroutine of Embed after each batch, with the number of texts that have been
	// embedded and of all. It holds up neither calls that are under way nor the next ones.
	Progress func(done, total int)
}

// BatchEmbedder embeds many texts in calls of a size that a server takes, several at once. The vectors stand in the order
// of the texts, and Usage is the sum. It is all or nothing: the first call that fails ends the others, and its error counts
// what was spent up to then. Batches that different models answered, or with vectors of different lengths, are
// [ErrMalformed].
//
// It belongs inside of [Cache.Embedder], so that only what is missing is split, and outside of retries, so that a batch
// that fails is tried again and not the whole.
func BatchEmbedder(e Embedder, opts *BatchOptions) Embedder {
	b := batchEmbedder{inner: e}
	if opts != nil {
		b.BatchOptions = *opts
	}
	b.Texts = positive(b.Texts, 64)
	b.Bytes = positive(b.Bytes, 256<<10)
	b.Parallel = positive(b.Parallel, 4)
	return EmbedderFunc(b.embed)
}

func positive(n, otherwise int) int {
	if n > 0 {
		return n
	}
	return otherwise
}

// embedAll embeds in one call, and checks that there is a vector for each text.
func embedAll(ctx context.Context, e Embedder, texts []string) (*Embeddings, error) {
	got, err := e.Embed(ctx, texts)
	if err != nil {
		return nil, err
	}
	if err := got.check(len(texts)); err != nil {
		return nil, err
	}
	return got, nil
}

type batchEmbedder struct {
	BatchOptions
	inner Embedder
}

func (b batchEmbedder) embed(ctx context.Context, texts []string) (*Embeddings, error) {
	batches := b.split(texts)
	if len(batches) <= 1 {
		return b.one(ctx, texts)
	}
	answers := make([]*Embeddings, len(batches))
	done := make(chan int, len(batches))
	failed := make(chan error, 1)
	go func() {
		failed <- b.run(ctx, batches, answers, done)
		close(done)
	}()
	sum := 0
	for n := range done {
		if sum += n; b.Progress != nil {
			b.Progress(sum, len(texts))
		}
	}
	all, err := join(answers)
	if first := <-failed; first != nil {
		err = withUsage(first, all.Usage)
	}
	if err != nil {
		return nil, err
	}
	return all, nil
}

// one embeds what one call takes.
func (b batchEmbedder) one(ctx context.Context, texts []string) (*Embeddings, error) {
	e, err := embedAll(ctx, b.inner, texts)
	if err != nil {
		return nil, err
	}
	if b.Progress != nil && len(texts) > 0 {
		b.Progress(len(texts), len(texts))
	}
	return e, nil
}

// split cuts texts into batches.
func (b batchEmbedder) split(texts []string) (batches [][]string) {
	from, bytes := 0, 0
	for i, text := range texts {
		if i > from && (i-from == b.Texts || bytes+len(text) > b.Bytes) {
			batches = append(batches, texts[from:i:i])
			from, bytes = i, 0
		}
		bytes += len(text)
	}
	if from < len(texts) {
		batches = append(batches, texts[from:len(texts):len(texts)])
	}
	return batches
}

// run embeds the batches, sets their answers and reports the size of each that is done.
func (b batchEmbedder) run(ctx context.Context, batches [][]string, answers []*Embeddings, done chan<- int) error {
	g, ctx := errgroup.WithContext(ctx)
	var next atomic.Int64
	for range min(b.Parallel, len(batches)) {
		g.Go(func() error {
			for i := next.Add(1) - 1; i < int64(len(batches)); i = next.Add(1) - 1 {
				if ctx.Err() != nil {
					return left(ctx, Usage{})
				}
				e, err := embedAll(ctx, b.inner, batches[i])
				if err != nil {
					return err
				}
				answers[i] = e
				done <- len(batches[i])
			}
			return nil
		})
	}
	return g.Wait()
}

// join is the answers as one, in order; nil ones, of batches that failed, are left out. The error is ErrMalformed when
// they are not of one model and length.
func join(answers []*Embeddings) (*Embeddings, error) {
	all := &Embeddings{}
	var fault error
	for _, e := range answers {
		if e == nil {
			continue
		}
		all.Usage = all.Usage.Add(e.Usage)
		switch {
		case len(all.Vectors) == 0:
			all.Model = e.Model
		case e.Model != all.Model:
			fault = fmt.Errorf("batches answered by %q and %q", all.Model, e.Model)
		case e.Dimension() != all.Dimension():
			fault = fmt.Errorf("vectors of %d and %d numbers", all.Dimension(), e.Dimension())
		}
		all.Vectors = append(all.Vectors, e.Vectors...)
	}
	if fault != nil {
		return all, &Error{Kind: ErrMalformed, Usage: all.Usage, Err: fault}
	}
	return all, nil
}
