package langchain_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tmc/langchaingo/llms/openai"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/langchain"
	"github.com/clmkit/clmkit/llm/llmtest"
)

// watched is a client that gives up soon.
func watched() *langchain.ClientOptions {
	return &langchain.ClientOptions{IdleTimeout: time.Second}
}

// viaOpenAI is langchaingo's OpenAI client, before a server that answers as h and e do.
func viaOpenAI(t *testing.T, h llmtest.Handler, e llm.Embedder) *openai.LLM {
	t.Helper()
	server := llmtest.NewServer(h, e)
	t.Cleanup(server.Close)
	m, err := openai.New(openai.WithBaseURL(server.URL), openai.WithToken("none"), openai.WithModel("test-model"),
		openai.WithEmbeddingModel("test-embedder"), openai.WithHTTPClient(langchain.HTTPClient(watched())))
	require.NoError(t, err)
	return m
}

// odd is a group of cases of the suite.
const odd = "what is odd and no error comes through"

func TestOpenAIOfLangchaingoIsAModel(t *testing.T) {
	llmtest.RunModel(t, func(t *testing.T, h llmtest.Handler) llm.Model {
		decoded := func(ctx context.Context, req *llm.Request) llmtest.Reply { return h(ctx, schemaOf(req)) }
		return langchain.FromModel(viaOpenAI(t, decoded, nil), &langchain.Options{Provider: "openai", ImagesAsURL: true})
	}, &llmtest.Options{TimesOut: true, Skip: map[string]string{
		odd + "/wrong schema": "langchaingo has JSON mode only, so that the server is not told the schema that it is to miss",
		odd + "/long line":    "langchaingo reads lines of a stream of at most 64 KiB",
	}})
}

// schemaOf turns the message that stands in for a schema back into one, as a provider that had been given it.
func schemaOf(req *llm.Request) *llm.Request {
	const prompt = "Answer with one JSON value and nothing else. It has to fit this JSON schema:\n"
	last := len(req.Messages) - 1
	if definition, ok := strings.CutPrefix(req.Messages[last].Text(), prompt); ok {
		req.Messages, req.Schema = req.Messages[:last], &llm.Schema{Name: "reply", Definition: json.RawMessage(definition)}
	}
	return req
}
