package openai

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
)

// moved is a server that is elsewhere, and keeps the keys by host.
func moved(to string, keys map[string]string) transport {
	return func(r *http.Request) (*http.Response, error) {
		keys[r.URL.Host] = r.Header.Get("Authorization")
		if r.URL.Host == "localhost" {
			return &http.Response{StatusCode: http.StatusTemporaryRedirect, Header: http.Header{"Location": {to}}, Body: io.NopCloser(strings.NewReader("")), Request: r}, nil
		}
		return says("application/json", `{"choices":[{"message":{"content":"hi"},"finish_reason":"stop"}]}`)(r)
	}
}

func TestRedirectsAreErrorsThatNameTheHost(t *testing.T) {
	keys := map[string]string{}
	_, err := client(t, moved("https://elsewhere.example/v1?x=1", keys), Options{APIKey: "key"}).Generate(t.Context(), hello)
	require.ErrorIs(t, err, llm.ErrInvalid)
	assert.ErrorContains(t, err, "redirected to https://elsewhere.example, which is not followed")
	assert.Equal(t, map[string]string{"localhost": "Bearer key"}, keys)
}

func TestTheKeyStaysWithItsHostWhateverTheHostsRule(t *testing.T) {
	for to, want := range map[string]string{
		"http://elsewhere.example/v1": "", "http://models.localhost/v1": "", // net/http would hand the key to the latter
	} {
		keys := map[string]string{}
		o := Options{APIKey: "key", HTTPClient: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return nil }}}
		_, err := client(t, moved(to, keys), o).Generate(t.Context(), hello)
		require.NoError(t, err)
		delete(keys, "localhost")
		for _, key := range keys {
			assert.Equal(t, want, key, to)
		}
		assert.Len(t, keys, 1)
	}
	refuses := errors.New("not this way")
	o := Options{HTTPClient: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return refuses }}}
	_, err := client(t, moved("http://elsewhere.example/v1", map[string]string{}), o).Generate(t.Context(), hello)
	assert.ErrorIs(t, err, refuses, "the host's rule counts")
}

func TestTheHostsClientIsNotChanged(t *testing.T) {
	var host http.Client
	_, err := New("http://localhost/v1", &Options{HTTPClient: &host})
	require.NoError(t, err)
	assert.Nil(t, host.CheckRedirect)
}
