package llmtest_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"iter"
	"math"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
	"github.com/clmkit/clmkit/llm/openai"
)

// broken names the implementation that this run of the tests puts through its suite, to see it fail.
var broken = flag.String("broken", "", "run a suite on this broken implementation only")

// TestSuitesFailOnWhatIsBroken runs each broken implementation in a process of its own, and reads which cases failed.
func TestSuitesFailOnWhatIsBroken(t *testing.T) {
	all := brokenOnes()
	if *broken != "" {
		all[*broken].run(t)
		return
	}
	for name, b := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestSuitesFailOnWhatIsBroken$", "-test.v", "-test.timeout=10s", "-broken="+name).CombinedOutput()
			require.Error(t, err, "the suite passed")
			for _, c := range b.fails {
				assert.True(t, failed(string(out), c), "the case %q passed", c)
			}
			if t.Failed() {
				t.Log(string(out))
			}
		})
	}
}

// failed reports whether a case failed. When the time was up, the cases before it did if they complained, and the one that
// was running did.
func failed(out, name string) bool {
	path := "TestSuitesFailOnWhatIsBroken/" + strings.ReplaceAll(name, " ", "_")
	if strings.Contains(out, "panic: test timed out") {
		return strings.Contains(out, "\t"+path+" (") || strings.Contains(out, "Test:       \t"+path+"\n")
	}
	return strings.Contains(out, "--- FAIL: "+path+" (")
}

type brokenOne struct {
	run   func(*testing.T)
	fails []string
}

// TestSuitesPassWhatIsNot is the control: the same shapes without their defect.
func TestSuitesPassWhatIsNot(t *testing.T) {
	llmtest.RunModel(t, func(_ *testing.T, h llmtest.Handler) llm.Model { return bent{Handler: h} }, &llmtest.Options{TimesOut: true})
	llmtest.RunEmbedder(t, func(*testing.T) llm.Embedder { return llm.EmbedderFunc(letters) }, nil)
}

// bent is a model with one defect or another.
type bent struct {
	llmtest.Handler
	before func(ctx context.Context, req *llm.Request) (context.Context, *llm.Request)
	after  func(*llm.Response, error) (*llm.Response, error)
	delta  func(llm.Delta) []llm.Delta
}

func (b bent) Generate(ctx context.Context, req *llm.Request) (*llm.Response, error) {
	if b.before != nil {
		ctx, req = b.before(ctx, req)
	}
	resp, err := b.Handler.Generate(ctx, req)
	if b.after != nil {
		return b.after(resp, err)
	}
	return resp, err
}

func (b bent) Stream(ctx context.Context, req *llm.Request) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		if b.before != nil {
			ctx, req = b.before(ctx, req)
		}
		for d, err := range b.Handler.Stream(ctx, req) {
			if b.after != nil && (err != nil || d.Done != nil) {
				d.Done, err = b.after(d.Done, err)
			}
			deltas := []llm.Delta{d}
			if b.delta != nil && err == nil {
				deltas = b.delta(d)
			}
			for _, d := range deltas {
				if !yield(d, err) {
					return
				}
			}
		}
	}
}

// model is a broken model and the cases that have to fail.
func model(bend func(h llmtest.Handler) llm.Model, fails ...string) brokenOne {
	return brokenOne{func(t *testing.T) {
		llmtest.RunModel(t, func(_ *testing.T, h llmtest.Handler) llm.Model { return bend(h) })
	}, fails}
}

// before, after and delta are broken models with one defect.
func before(f func(context.Context, *llm.Request) (context.Context, *llm.Request), fails ...string) brokenOne {
	return model(func(h llmtest.Handler) llm.Model { return bent{Handler: h, before: f} }, fails...)
}

func after(f func(*llm.Response, error) (*llm.Response, error), fails ...string) brokenOne {
	return model(func(h llmtest.Handler) llm.Model { return bent{Handler: h, after: f} }, fails...)
}

func delta(f func(llm.Delta) []llm.Delta, fails ...string) brokenOne {
	return model(func(h llmtest.Handler) llm.Model { return bent{Handler: h, delta: f} }, fails...)
}

// answered is an after that spoils answers.
func answered(f func(*llm.Response)) func(*llm.Response, error) (*llm.Response, error) {
	return func(r *llm.Response, err error) (*llm.Response, error) {
		if r != nil {
			f(r)
		}
		return r, err
	}
}

// erred is an after that spoils errors.
func erred(f func(e llm.Error) error) func(*llm.Response, error) (*llm.Response, error) {
	return func(r *llm.Response, err error) (*llm.Response, error) {
		if e, ok := errors.AsType[*llm.Error](err); ok {
			err = f(*e)
		}
		return r, err
	}
}

func brokenOnes() map[string]brokenOne {
	all := brokenModels()
	for name, b := range brokenValues() {
		all[name] = b
	}
	return all
}

func brokenModels() map[string]brokenOne {
	last := &recent{}
	return map[string]brokenOne{
		"passes what had come for an answer": after(func(r *llm.Response, err error) (*llm.Response, error) {
			if e, ok := errors.AsType[*llm.Error](err); ok && e.Partial != "" {
				return &llm.Response{Text: e.Partial, Finish: llm.FinishStop}, nil
			}
			return r, err
		}, "each fault has its kind/cut connection", "each fault has its kind/length", "a stream that fails says how, after what came/cut connection", "a stream that fails says how, after what came/no finish"),
		"calls every error unavailable": after(erred(func(e llm.Error) error { e.Kind = llm.ErrUnavailable; return &e }),
			"each fault has its kind/refusal", "each fault has its kind/context length", "a stream that fails says how, after what came/content filter"),
		"has errors of its own": after(erred(func(e llm.Error) error { return errors.New(e.Error()) }),
			"each fault has its kind/rate limited", "a context that has ended is an error"),
		"tells the answer in its errors": after(erred(func(e llm.Error) error { e.Err = fmt.Errorf("after %q", e.Partial); return &e }),
			"each fault has its kind/cut connection", "a stream that fails says how, after what came/cut connection"),
		"loses the text so far":   after(erred(func(e llm.Error) error { e.Partial = ""; return &e }), "a stream that fails says how, after what came/cut connection"),
		"loses the status":        after(erred(func(e llm.Error) error { e.Status = 0; return &e }), "an error carries the status, the wait and the usage/unavailable"),
		"loses the wait":          after(erred(func(e llm.Error) error { e.RetryAfter = 0; return &e }), "an error carries the status, the wait and the usage/rate limited"),
		"loses the usage":         after(erred(func(e llm.Error) error { e.Usage = llm.Usage{}; return &e }), "an error carries the status, the wait and the usage/length"),
		"turns tool calls around": after(answered(func(r *llm.Response) { slices.Reverse(r.ToolCalls) }), "tools are called with whole arguments", "many tool calls that come in turns are kept apart"),
		"mends arguments": after(answered(func(r *llm.Response) {
			for i, c := range r.ToolCalls {
				if !json.Valid([]byte(c.Arguments)) {
					r.ToolCalls[i].Arguments = "{}"
				}
			}
		}), "arguments that are no JSON are passed on as they are"),
		"drops tools that were not offered": after(answered(func(r *llm.Response) {
			r.ToolCalls = slices.DeleteFunc(r.ToolCalls, func(c llm.ToolCall) bool { return c.Name != "find_order" })
		}), "what is odd and no error comes through/hallucinated tool"),
		"cuts long answers": after(answered(func(r *llm.Response) { r.Text = r.Text[:min(len(r.Text), 1<<16)] }), "an answer of 1 MiB is whole"),
		"keeps to ASCII": after(answered(func(r *llm.Response) {
			r.Text = strings.Map(func(r rune) rune { return min(r, 0x7f) }, r.Text)
		}), "letters that are cut between writes are whole"),
		"drops duplicates without a word": after(answered(func(r *llm.Response) { r.Warnings = nil }), "what is odd and no error comes through/duplicate call"),
		"hands out one answer twice":      after(last.keep, "an answer is the caller's own"),
		"answers with the last answer":    after((&recent{}).swap, "calls at once do not mix"),
		"changes the request": before(func(ctx context.Context, req *llm.Request) (context.Context, *llm.Request) {
			if req != nil && len(req.Messages) > 1 {
				req.Messages[0].Parts[0].Text += " Be brief."
			}
			return ctx, req
		}, "the request is not changed"),
		"drops a setting without a word": before(func(ctx context.Context, req *llm.Request) (context.Context, *llm.Request) {
			return ctx, changed(req, func(r *llm.Request) { r.TopP = nil })
		}, "the provider sees what was asked, or a warning says what not"),
		"drops images": before(func(ctx context.Context, req *llm.Request) (context.Context, *llm.Request) {
			return ctx, changed(req, func(r *llm.Request) {
				for i, m := range r.Messages {
					r.Messages[i].Parts = slices.DeleteFunc(m.Parts, func(p llm.Part) bool { return p.Media != nil })
				}
			})
		}, "images and recordings arrive, or are refused"),
		"does not heed the context": before(func(ctx context.Context, req *llm.Request) (context.Context, *llm.Request) {
			return context.WithoutCancel(ctx), req
		}, "a context that has ended is an error", "a context that ends during the call ends the call"),
		"leaves a goroutine behind": before(func(ctx context.Context, req *llm.Request) (context.Context, *llm.Request) {
			go time.Sleep(time.Hour)
			return ctx, req
		}, "nothing goes on behind a call that has ended"),
		"says each piece twice": delta(func(d llm.Delta) []llm.Delta { return []llm.Delta{{Text: d.Text}, d} },
			"a stream adds up to the answer", "an answer of 1 MiB is whole"),
		"ends its stream in silence": delta(func(d llm.Delta) []llm.Delta { return []llm.Delta{{Text: d.Text}} }, "a stream adds up to the answer"),
		"asks before anybody listens": model(func(h llmtest.Handler) llm.Model { return eager{h} },
			"a stream is a call each time it is ranged over"),
		"sends whatever it is given": model(func(h llmtest.Handler) llm.Model {
			return llm.ModelFunc(func(ctx context.Context, req *llm.Request) (*llm.Response, error) {
				r := h(ctx, req)
				return &llm.Response{Text: r.Text, ToolCalls: r.ToolCalls, Finish: llm.FinishStop}, ctx.Err()
			})
		}, "an invalid request is refused before it is sent", "each fault has its kind/refusal"),
		"reads short lines only": over(openai.Options{Model: "m", MaxResponseBytes: 1 << 19}, "what is odd and no error comes through/long line", "an answer of 1 MiB is whole"),
		"skips what is no case": {func(t *testing.T) {
			llmtest.RunModel(t, func(_ *testing.T, h llmtest.Handler) llm.Model { return h }, &llmtest.Options{Skip: map[string]string{"an answer is blue": "it is red"}})
		}, nil},
	}
}

// over is a client of the suite's server.
func over(o openai.Options, fails ...string) brokenOne {
	return brokenOne{func(t *testing.T) {
		llmtest.RunModel(t, func(t *testing.T, h llmtest.Handler) llm.Model {
			server := llmtest.NewServer(h, nil)
			t.Cleanup(server.Close)
			client, err := openai.New(server.URL, &o)
			require.NoError(t, err)
			return client
		})
	}, fails}
}

func changed(req *llm.Request, f func(*llm.Request)) *llm.Request {
	if req == nil {
		return nil
	}
	c := req.Clone()
	f(c)
	return c
}

type eager struct{ llmtest.Handler }

func (e eager) Stream(ctx context.Context, req *llm.Request) iter.Seq2[llm.Delta, error] {
	return llm.Stream(ctx, llm.ModelFunc(func(context.Context, *llm.Request) (resp *llm.Response, err error) {
		return e.Generate(ctx, req)
	}), func() *llm.Request { _, _ = e.Generate(ctx, req); return req }())
}

// recent remembers an answer.
type recent struct {
	mu   sync.Mutex
	last *llm.Response
}

// keep hands out the first of equal answers again.
func (k *recent) keep(r *llm.Response, err error) (*llm.Response, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if r != nil && len(r.ToolCalls) == 1 && r.ToolCalls[0].ID == "call-a" {
		if k.last == nil {
			k.last = r
		}
		return k.last, err
	}
	return r, err
}

// swap hands out the answer before.
func (k *recent) swap(r *llm.Response, err error) (*llm.Response, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if r != nil && k.last != nil {
		r, k.last = k.last, r
	} else if r != nil {
		k.last = r
	}
	return r, err
}

func brokenValues() map[string]brokenOne {
	embedder := func(spoil func(texts []string, e *llm.Embeddings), fails ...string) brokenOne {
		return brokenOne{func(t *testing.T) {
			llmtest.RunEmbedder(t, func(*testing.T) llm.Embedder {
				return llm.EmbedderFunc(func(ctx context.Context, texts []string) (*llm.Embeddings, error) {
					e, err := letters(ctx, texts)
					if err == nil {
						spoil(texts, e)
					}
					return e, err
				})
			})
		}, fails}
	}
	shared := make([]float32, 64)
	return map[string]brokenOne{
		"vectors out of order":     embedder(func(_ []string, e *llm.Embeddings) { slices.Reverse(e.Vectors) }, "vectors stand in the order of the texts"),
		"vectors of the first 100": embedder(func(_ []string, e *llm.Embeddings) { e.Vectors = e.Vectors[:min(100, len(e.Vectors))] }, "a thousand texts have their vectors"),
		"vectors without a model":  embedder(func(_ []string, e *llm.Embeddings) { e.Model = "" }, "one vector for each text, all of one length"),
		"vectors that are not numbers": embedder(func(texts []string, e *llm.Embeddings) {
			for i, text := range texts {
				if text == "" {
					e.Vectors[i][0] = float32(math.NaN())
				}
			}
		}, "an empty text is embedded or refused"),
		"vectors by their place": embedder(func(_ []string, e *llm.Embeddings) {
			for i, v := range e.Vectors {
				v[0] += float32(i)
			}
		}, "equal texts have equal vectors"),
		"vectors in one memory": embedder(func(_ []string, e *llm.Embeddings) {
			if len(e.Vectors) > 0 {
				copy(shared, e.Vectors[0])
				e.Vectors[0] = shared
			}
		}, "the caller's slice is neither changed nor kept"),
		"texts that are changed": embedder(func(texts []string, _ *llm.Embeddings) {
			if len(texts) > 0 {
				texts[0] = strings.ToUpper(texts[0])
			}
		}, "the caller's slice is neither changed nor kept"),

		"scores that leave straddling tokens out": scorer(func(prefix, c string, b *llmtest.Bigram) llm.Likelihood {
			whole, first := score(b, "", prefix+c), score(b, "", prefix)
			return llm.Likelihood{LogProb: whole.LogProb - first.LogProb, Tokens: whole.Tokens - first.Tokens}
		}, "tokens count to where they end/without a start token"),
		"scores of prefix and continuation": scorer(func(prefix, c string, b *llmtest.Bigram) llm.Likelihood {
			return score(b, "", prefix+c)
		}, "likelihoods are the model's, in the order of the continuations/with a start token"),
		"scores by letters": scorer(func(prefix, c string, b *llmtest.Bigram) llm.Likelihood {
			return score(b, prefix[:min(len(prefix), len([]rune(prefix)))], prefix[min(len(prefix), len([]rune(prefix))):]+c)
		}, "text is scored as it is, whatever the script/without a start token"),
		"scores of each token": scorer(func(prefix, c string, b *llmtest.Bigram) llm.Likelihood {
			l := score(b, prefix, c)
			return llm.Likelihood{LogProb: l.PerToken(), Tokens: l.Tokens}
		}, "likelihoods are the model's, in the order of the continuations/without a start token"),
		"ranks in the order of the answer": {func(t *testing.T) {
			llmtest.RunReranker(t, func(_ *testing.T, o llmtest.Overlap) llm.Reranker {
				return llm.RerankerFunc(func(ctx context.Context, query string, documents []string) (*llm.Relevances, error) {
					r, err := o.Rerank(ctx, query, documents)
					if err == nil {
						slices.Sort(r.Values)
						slices.Reverse(r.Values)
					}
					return r, err
				})
			})
		}, []string{"values are the model's, in the order of the documents", "calls at once do not mix"}},
	}
}

func score(b *llmtest.Bigram, prefix, continuation string) llm.Likelihood {
	if continuation == "" {
		return llm.Likelihood{}
	}
	l, err := b.LogLikelihood(context.Background(), prefix, []string{continuation})
	if err != nil {
		panic(err)
	}
	return l.Values[0]
}

// scorer scores each continuation with f.
func scorer(f func(prefix, continuation string, b *llmtest.Bigram) llm.Likelihood, fails ...string) brokenOne {
	return brokenOne{func(t *testing.T) {
		llmtest.RunScorer(t, func(_ *testing.T, b *llmtest.Bigram) llm.Scorer {
			return llm.ScorerFunc(func(ctx context.Context, prefix string, continuations []string) (*llm.Likelihoods, error) {
				l, err := b.LogLikelihood(ctx, prefix, continuations)
				if err == nil {
					for i, c := range continuations {
						l.Values[i] = f(prefix, c, b)
					}
				}
				return l, err
			})
		})
	}, fails}
}
