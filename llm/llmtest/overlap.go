package llmtest

import (
	"context"
	"strings"
	"unicode"

	"github.com/clmkit/clmkit/llm"
)

// Overlap is a reranker whose values can be worked out by hand: the number of different words that query and document
// share, of the number that either has (the Jaccard index), in [0, 1], letter case aside. It is an [llm.Reranker] for a
// [Server], and is safe for concurrent use.
type Overlap struct {
	// Fault is how the provider fails. Faults of chats alone are ErrUnavailable at a server. Default: it does not.
	Fault Fault
}

var _ llm.Reranker = Overlap{}

// Rerank compares words. Usage counts them, those of the query once for each document.
func (o Overlap) Rerank(ctx context.Context, query string, documents []string) (*llm.Relevances, error) {
	if err := ended(ctx, ""); err != nil {
		return nil, err
	}
	if o.Fault != "" {
		return nil, o.Fault.err("", llm.Usage{})
	}
	r := &llm.Relevances{Model: "overlap"}
	asked := words(query)
	for _, d := range documents {
		said := words(d)
		both := 0
		for w := range said {
			if asked[w] {
				both++
			}
		}
		value := 0.0
		if all := len(asked) + len(said) - both; all > 0 {
			value = float64(both) / float64(all)
		}
		r.Values = append(r.Values, value)
		r.Usage.Input += len(asked) + len(said)
	}
	return r, nil
}

func words(text string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }) {
		set[w] = true
	}
	return set
}
