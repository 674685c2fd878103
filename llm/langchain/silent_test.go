package langchain_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/tmc/langchaingo/llms"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/langchain"
	"github.com/clmkit/clmkit/llm/llmtest"
)

const text = "The parcel left on Monday, and it is due on Thursday."

func broken(f llmtest.Fault) llmtest.Handler {
	return func(context.Context, *llm.Request) llmtest.Reply { return llmtest.Reply{Text: text, Fault: f} }
}

func question() *llm.Request {
	return &llm.Request{Messages: []llm.Message{llm.User("Where is it?")}}
}

// last drains a stream and is its response or error.
func last(ctx context.Context, m llm.Model) (resp *llm.Response, err error) {
	for d, e := range llm.Stream(ctx, m, question()) {
		resp, err = d.Done, e
	}
	return resp, err
}

// TestSilentFailuresAreCaught has the control beside it: langchaingo itself says that all is well.
func TestSilentFailuresAreCaught(t *testing.T) {
	stream := llms.WithStreamingFunc(func(context.Context, []byte) error { return nil })
	messages := []llms.MessageContent{llms.TextParts(llms.ChatMessageTypeHuman, "Where is it?")}
	for _, c := range []struct {
		fault llmtest.Fault
		kind  llm.Kind
	}{
		{llmtest.NoFinish, llm.ErrTruncated},
		{llmtest.BrokenJSON, llm.ErrMalformed},
		{llmtest.ErrorInBody, llm.ErrUnavailable},
	} {
		t.Run("openai, "+string(c.fault), func(t *testing.T) {
			raw := viaOpenAI(t, broken(c.fault), nil)
			_, err := raw.GenerateContent(t.Context(), messages, stream)
			require.NoError(t, err, "the control: langchaingo has learned to tell, and this test has to learn it too")
			_, err = last(t.Context(), langchain.FromModel(raw, nil))
			assert.ErrorIs(t, err, c.kind)
		})
	}
	for _, f := range []llmtest.Fault{llmtest.Cut, llmtest.Reset} {
		t.Run("ollama, "+string(f), func(t *testing.T) {
			raw := viaOllama(t, broken(f), langchain.HTTPClient(watched()))
			_, err := raw.GenerateContent(t.Context(), messages, stream)
			require.NoError(t, err, "the control")
			_, err = last(t.Context(), langchain.FromModel(raw, nil))
			assert.ErrorIs(t, err, llm.ErrTruncated)
		})
	}
}

func TestADeadlineInTheMiddleOfOllamasAnswerIsAnError(t *testing.T) {
	raw := viaOllama(t, broken(llmtest.Stall), http.DefaultClient)
	ended := func() context.Context {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		t.Cleanup(cancel)
		return ctx
	}
	_, err := raw.GenerateContent(ended(), []llms.MessageContent{llms.TextParts(llms.ChatMessageTypeHuman, "Where is it?")},
		llms.WithStreamingFunc(func(context.Context, []byte) error { return nil }))
	require.NoError(t, err, "the control")
	_, err = last(ended(), langchain.FromModel(raw, nil))
	assert.ErrorIs(t, err, context.DeadlineExceeded)
	assert.False(t, llm.Retryable(err))
}

func TestWithoutTheWatchedClient(t *testing.T) {
	for fault, kind := range map[llmtest.Fault]llm.Kind{
		llmtest.Cut:         llm.ErrTruncated, // Ollama gives langchaingo no stop reason, so no answer of its is complete
		llmtest.RateLimited: llm.ErrUnavailable,
		"":                  llm.ErrTruncated,
	} {
		_, err := last(t.Context(), langchain.FromModel(viaOllama(t, broken(fault), http.DefaultClient), nil))
		assert.ErrorIs(t, err, kind, "%q", fault)
	}
	resp, err := last(t.Context(), langchain.FromModel(viaOllama(t, broken(""), http.DefaultClient), &langchain.Options{NoStopReason: true}))
	require.NoError(t, err)
	assert.Equal(t, text, resp.Text)
	assert.Contains(t, resp.Warnings[len(resp.Warnings)-1], "no stop reason")
}

func TestLimitsOfTheWatchedClient(t *testing.T) {
	small := langchain.HTTPClient(&langchain.ClientOptions{MaxResponseBytes: 100})
	_, err := langchain.FromModel(viaOllama(t, broken(""), small), nil).Generate(t.Context(), question())
	assert.ErrorIs(t, err, llm.ErrMalformed)
	assert.ErrorContains(t, err, "response exceeds 100 bytes")

	patient := langchain.HTTPClient(&langchain.ClientOptions{HeaderTimeout: 20 * time.Millisecond})
	never := func(ctx context.Context, _ *llm.Request) llmtest.Reply {
		<-ctx.Done()
		return llmtest.Reply{Text: text}
	}
	_, err = langchain.FromModel(viaOllama(t, never, patient), nil).Generate(t.Context(), question())
	assert.ErrorIs(t, err, llm.ErrTimeout)
	assert.ErrorContains(t, err, "header timeout")
	assert.True(t, llm.Retryable(err))

	_, err = langchain.FromModel(viaOllama(t, broken(llmtest.Stall), langchain.HTTPClient(watched())), nil).Generate(t.Context(), question())
	assert.ErrorIs(t, err, llm.ErrTimeout)
	assert.ErrorContains(t, err, "idle timeout")
}

func TestSettingsThatLangchaingoLosesAreNamed(t *testing.T) {
	req := question()
	req.TopP, req.Seed, req.Temperature = new(0.5), new(int64(7)), new(0.25)
	resp, err := langchain.FromModel(viaOpenAI(t, broken(""), nil), nil).Generate(t.Context(), req)
	require.NoError(t, err)
	assert.Equal(t, []string{"top-p was not sent"}, resp.Warnings)
	resp, err = langchain.FromModel(viaOpenAI(t, broken(""), nil), nil).Generate(t.Context(), question())
	require.NoError(t, err)
	assert.Equal(t, []string{"temperature was sent without being asked for"}, resp.Warnings)
}
