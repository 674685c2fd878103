package llm_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
)

func TestPersonalDataIsNotSentToBeCountedEither(t *testing.T) {
	var seen string
	m := llm.Retry(newShield(t, llm.ShieldOptions{}).Model(llm.Retry(remoteCounter{llmtest.NewScript(), &seen}, nil)), nil)
	_, exact, err := llm.CountTokens(t.Context(), m, &llm.Request{Messages: []llm.Message{llm.User(hers)}}, nil)
	require.NoError(t, err)
	assert.True(t, exact)
	assert.Regexp(t, `EMAIL-\w{8}`, seen)
	assert.NotContains(t, seen, "example.org")
}

// remoteCounter has its provider count tokens, and keeps what it was shown.
type remoteCounter struct {
	llm.Model
	seen *string
}

func (c remoteCounter) CountTokens(_ context.Context, req *llm.Request) (int, error) {
	*c.seen = req.Messages[0].Text()
	return 1, nil
}

func TestWhatIsPublicIsNotSpeltLikeSomebodyElses(t *testing.T) {
	s := newShield(t, llm.ShieldOptions{Public: []string{"Help@shop.example.com", "+49 30 901820"}})
	req := &llm.Request{Messages: []llm.Message{llm.User("hello")}}
	for answer, want := range map[string]string{
		"Write to help@shop.example.com or call +4930901820.": "Write to help@shop.example.com or call +4930901820.",
		"Write to help@shopexample.com.":                      "Write to [email removed].",
		"Write to helpshop@example.com.":                      "Write to [email removed].",
		"Write to h.elp@shop.example.com.":                    "Write to [email removed].",
	} {
		_, resp := ask(t, s, req, say("%s", answer))
		assert.Equal(t, want, resp.Text)
	}
}
