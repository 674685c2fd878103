package openai

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/clmkit/clmkit/llm"
)

// provider is the name in errors.
const provider = "openai"

// Options of a client.
type Options struct {
	// APIKey is sent as a bearer token. Default: none.
	APIKey string
	// Model answers requests. Default: none, and Generate and Stream are llm.ErrInvalid.
	Model string
	// EmbeddingModel makes vectors. Default: none, and Embed is llm.ErrInvalid.
	EmbeddingModel string
	// Dimensions is how many numbers a vector shall have, for models that can shorten theirs; servers that ignore it are
	// caught. Default: as many as the model gives.
	Dimensions int
	// ScoreModel tells log-likelihoods. Default: none, and LogLikelihood is llm.ErrInvalid. ShapeSGLang does not send it:
	// the server has one model, and this is its name in Likelihoods.
	ScoreModel string
	// ScoreShape is how the server is asked for log-likelihoods. Default: POST /completions with echo and logprobs, for 0
	// new tokens, or 1 where the server refuses 0.
	ScoreShape Shape
	// RerankModel tells how relevant documents are. Default: none, and Rerank is llm.ErrInvalid. ShapeTEI does not send it:
	// the server has one model, and this is its name in Relevances.
	RerankModel string
	// RerankShape is how the server is asked to rerank. Default: POST /rerank as at Cohere, Jina, vLLM and llama.cpp.
	RerankShape Shape
	// BatchSize is how many texts a request for vectors, log-likelihoods or relevance carries at most. Default: 128; with
	// ShapeTEI, 32 for relevance, as is the default of the server.
	BatchSize int
	// TokenLimitField is the JSON field for Request.MaxTokens. Default: "max_tokens", which compatible servers read;
	// OpenAI's reasoning models accept "max_completion_tokens" only.
	TokenLimitField string
	// HeaderTimeout is how long to wait for the response header. Unless they stream, servers send it when the answer is
	// complete. Default: 2 minutes.
	HeaderTimeout time.Duration
	// IdleTimeout is how long to wait for the next piece of the body. Default: 1 minute.
	IdleTimeout time.Duration
	// TotalTimeout bounds one HTTP call. Default: 10 minutes.
	TotalTimeout time.Duration
	// MaxResponseBytes bounds the body of one response. Default: 32 MiB; a batch of 128 vectors of 3,072
	// numbers takes about 5.
	MaxResponseBytes int64
	// HTTPClient sends the calls. Unless it has a CheckRedirect of its own, redirects are not followed and llm.ErrInvalid;
	// the key never goes to another host. Default: http.DefaultClient.
	HTTPClient *http.Client
}

// Client calls one server. It is safe for concurrent use.
type Client struct {
	base string
	o    Options
}

var (
	_ llm.Model    = (*Client)(nil)
	_ llm.Streamer = (*Client)(nil)
	_ llm.Embedder = (*Client)(nil)
	_ llm.Scorer   = (*Client)(nil)
	_ llm.Reranker = (*Client)(nil)
)

// New makes a client of the server at baseURL, such as "https://api.openai.com/v1". It does not call the server. Nil
// options are the defaults. The error says what is wrong with the URL or which option is negative.
func New(baseURL string, opts *Options) (*Client, error) {
	u, err := url.Parse(baseURL)
	if err != nil {
		return nil, fmt.Errorf("openai: base URL: %w", err)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("openai: base URL: want http(s)://host/path and nothing else, got %q", u.Redacted())
	}
	var o Options
	if opts != nil {
		o = *opts
	}
	if o.BatchSize < 0 || o.Dimensions < 0 || o.HeaderTimeout < 0 || o.IdleTimeout < 0 || o.TotalTimeout < 0 || o.MaxResponseBytes < 0 {
		return nil, fmt.Errorf("openai: options: negative batch size, dimensions, timeout or response size")
	}
	if err := o.checkShapes(); err != nil {
		return nil, err
	}
	o.setDefaults()
	return &Client{base: strings.TrimRight(baseURL, "/"), o: o}, nil
}

func (o *Options) setDefaults() {
	def(&o.TokenLimitField, "max_tokens")
	def(&o.HeaderTimeout, 2*time.Minute)
	def(&o.IdleTimeout, time.Minute)
	def(&o.TotalTimeout, 10*time.Minute)
	def(&o.MaxResponseBytes, 32<<20)
	def(&o.HTTPClient, http.DefaultClient)
	o.HTTPClient = careful(o.HTTPClient)
}

// defaultBatch is Options.BatchSize unless it is set.
const defaultBatch = 128

// batch is how many texts a request carries.
func (c *Client) batch(byDefault int) int {
	if c.o.BatchSize > 0 {
		return c.o.BatchSize
	}
	return byDefault
}

// def sets a field that is zero.
func def[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
