package reranktest_test

import (
	"context"
	"flag"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/recommend/rerank"
	"github.com/clmkit/clmkit/recommend/rerank/reranktest"
)

// broken names the stage that this run of the tests puts through the suite, to see it fail.
var broken = flag.String("broken", "", "run the suite on this broken stage only")

// backwards is a stage without a defect.
func backwards(ctx context.Context, q rerank.Query, items []rerank.Item) (*rerank.Ranking, error) {
	if q.Customer == "" && q.Search == "" {
		return nil, rerank.ErrUnknown
	}
	r := &rerank.Ranking{}
	for i := range items {
		r.Order, r.Scores = append(r.Order, len(items)-1-i), append(r.Scores, 1/float64(i+1))
	}
	return r, ctx.Err()
}

// changed is backwards with something done to its answer.
func changed(f func(items []rerank.Item, r *rerank.Ranking)) rerank.Stage {
	return rerank.StageFunc(func(ctx context.Context, q rerank.Query, items []rerank.Item) (*rerank.Ranking, error) {
		r, err := backwards(ctx, q, items)
		if err == nil {
			f(items, r)
		}
		return r, err
	})
}

var (
	calls    atomic.Int64
	inFlight atomic.Int64
)

// stages have one defect each, in the case of the suite that has to find it.
var stages = map[string]rerank.Stage{
	"every item has one place": changed(func(_ []rerank.Item, r *rerank.Ranking) { r.Order[0] = r.Order[len(r.Order)-1] }),
	"scores fall along the order": changed(func(_ []rerank.Item, r *rerank.Ranking) {
		slices.Reverse(r.Scores)
	}),
	"the same query and items give the same order": changed(func(_ []rerank.Item, r *rerank.Ranking) {
		if calls.Add(1)%2 == 0 {
			slices.Reverse(r.Order)
		}
	}),
	"items stay as they are": changed(func(items []rerank.Item, _ *rerank.Ranking) { items[0].Text = "" }),
	"a query that says nothing is unknown": rerank.StageFunc(func(ctx context.Context, q rerank.Query, items []rerank.Item) (*rerank.Ranking, error) {
		q.Search = "anything"
		return backwards(ctx, q, items)
	}),
	"a context that has ended ends it": rerank.StageFunc(func(_ context.Context, q rerank.Query, items []rerank.Item) (*rerank.Ranking, error) {
		return backwards(context.Background(), q, items)
	}),
	"odd texts are no failure": rerank.StageFunc(func(ctx context.Context, q rerank.Query, items []rerank.Item) (*rerank.Ranking, error) {
		if slices.ContainsFunc(items, func(i rerank.Item) bool { return i.Text == "" }) {
			return nil, rerank.ErrUnknown
		}
		return backwards(ctx, q, items)
	}),
	"it may be called from many goroutines": rerank.StageFunc(func(ctx context.Context, q rerank.Query, items []rerank.Item) (*rerank.Ranking, error) {
		n := inFlight.Add(1)
		defer inFlight.Add(-1)
		for range 1000 { // long enough to meet another call
			runtime.Gosched()
			n = max(n, inFlight.Load())
		}
		r, err := backwards(ctx, q, items)
		if n > 1 && err == nil {
			slices.Reverse(r.Order)
		}
		return r, err
	}),
}

func TestTheSuiteFindsEachDefect(t *testing.T) {
	if *broken != "" {
		reranktest.Run(t, func(*testing.T) rerank.Stage { return stages[*broken] })
		return
	}
	for name := range stages {
		t.Run(name, func(t *testing.T) {
			out, err := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestTheSuiteFindsEachDefect$", "-test.v", "-broken="+name).CombinedOutput()
			require.Error(t, err, "the suite passed")
			assert.Contains(t, string(out), "--- FAIL: TestTheSuiteFindsEachDefect/"+strings.ReplaceAll(name, " ", "_")+" (")
		})
	}
}

func TestTheSuitePassesWhatHasNone(t *testing.T) {
	reranktest.Run(t, func(*testing.T) rerank.Stage { return rerank.StageFunc(backwards) })
}
