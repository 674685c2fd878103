package llmtest_test

import (
	"context"
	"errors"
	"hash/fnv"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
)

func TestHandlerIsAModel(t *testing.T) {
	llmtest.RunModel(t, func(_ *testing.T, h llmtest.Handler) llm.Model { return h })
}

func TestAModelThatCannotStreamPassesToo(t *testing.T) {
	llmtest.RunModel(t, func(_ *testing.T, h llmtest.Handler) llm.Model { return llm.ModelFunc(h.Generate) })
}

// letters embeds a text as counts of hashed letter pairs.
func letters(ctx context.Context, texts []string) (*llm.Embeddings, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	e := &llm.Embeddings{Model: "letters", Vectors: [][]float32{}}
	for _, text := range texts {
		v := make([]float32, 64)
		for i := range len(text) - 1 {
			h := fnv.New32a()
			h.Write([]byte(text[i : i+2]))
			v[h.Sum32()%64]++
		}
		e.Vectors = append(e.Vectors, v)
	}
	return e, nil
}

func TestAFunctionIsAnEmbedder(t *testing.T) {
	llmtest.RunEmbedder(t, func(*testing.T) llm.Embedder { return llm.EmbedderFunc(letters) })
}

func TestScriptSaysThatItHasRunOut(t *testing.T) {
	script := llmtest.NewScript(llmtest.Reply{Text: "only one"})
	req := &llm.Request{Purpose: "draft", Messages: []llm.Message{llm.User("hello")}}
	_, err := script.Generate(t.Context(), req)
	require.NoError(t, err)
	_, err = script.Generate(t.Context(), req)
	assert.EqualError(t, err, `llmtest: script has run out: 1 replies, request 2 has purpose "draft"`)
}

func TestScriptKeepsCopiesOfWhatItWasAsked(t *testing.T) {
	script := llmtest.NewScript(llmtest.Reply{Text: "one"})
	req := &llm.Request{Messages: []llm.Message{llm.User("before")}, Temperature: new(0.5)}
	_, err := script.Generate(t.Context(), req)
	require.NoError(t, err)
	req.Messages[0].Parts[0].Text, *req.Temperature = "after", 1
	script.Requests()[0].Stop = []string{"changed"}

	asked := script.Requests()[0]
	assert.Equal(t, "before", asked.Messages[0].Text())
	assert.Equal(t, 0.5, *asked.Temperature)
	assert.Empty(t, asked.Stop)
}

func TestScriptReturnsItsErrorAsItIs(t *testing.T) {
	mine := errors.New("mine")
	_, err := llmtest.NewScript(llmtest.Reply{Err: mine}).Generate(t.Context(), &llm.Request{Messages: []llm.Message{llm.User("hello")}})
	assert.Equal(t, mine, err)
}

func TestServerRefusesWhatItDoesNotKnow(t *testing.T) {
	server := llmtest.NewServer(llmtest.NewScript().Next, nil)
	defer server.Close()
	for name, c := range map[string]struct {
		path, body string
		status     int
	}{
		"a field with a typo":                {"/chat/completions", `{"model":"m","temprature":1}`, 400},
		"a body that is no JSON":             {"/chat/completions", `{`, 400},
		"a script that has run out":          {"/chat/completions", `{"model":"m","messages":[{"role":"user","content":"hi"}]}`, 400},
		"embeddings when it has no embedder": {"/embeddings", `{"model":"m","input":["a"]}`, 404},
	} {
		t.Run(name, func(t *testing.T) {
			resp, err := http.Post(server.URL+c.path, "application/json", strings.NewReader(c.body))
			require.NoError(t, err)
			defer resp.Body.Close()
			assert.Equal(t, c.status, resp.StatusCode)
		})
	}
}
