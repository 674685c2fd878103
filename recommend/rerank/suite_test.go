package rerank_test

import (
	"testing"

	"github.com/clmkit/clmkit/llm/llmtest"
	"github.com/clmkit/clmkit/recommend/rerank"
	"github.com/clmkit/clmkit/recommend/rerank/reranktest"
)

func TestStages(t *testing.T) {
	bigram := llmtest.NewBigram("The item that the customer buys next: tea. boots for long walks, a map, a mug.")
	for name, stage := range map[string]rerank.Stage{
		"list-wise":  rerank.NewListwise(sorting(backwards), nil),
		"likelihood": rerank.NewLikelihood(bigram, nil),
		"relevance":  rerank.NewRelevance(llmtest.Overlap{}, nil),
		"blend":      rerank.Blend(rerank.NewRelevance(llmtest.Overlap{}, nil), 0.5),
	} {
		t.Run(name, func(t *testing.T) {
			reranktest.Run(t, func(*testing.T) rerank.Stage { return stage })
		})
	}
}
