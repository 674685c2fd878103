package openai

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
)

// transport answers requests without a network, so that time is the test's.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// reader reads by a function.
type reader func(p []byte) (int, error)

func (f reader) Read(p []byte) (int, error) { return f(p) }

func (reader) Close() error { return nil }

// slow is a server that takes its time before the header and before each piece.
func slow(header, piece time.Duration, pieces []string) transport {
	return func(r *http.Request) (*http.Response, error) {
		wait := func(d time.Duration) error {
			select {
			case <-r.Context().Done():
				return r.Context().Err()
			case <-time.After(d):
				return nil
			}
		}
		if err := wait(header); err != nil {
			return nil, err
		}
		left := pieces
		body := reader(func(p []byte) (int, error) {
			if err := wait(piece); err != nil {
				return 0, err
			}
			if len(left) == 0 {
				return 0, io.EOF
			}
			n := copy(p, left[0])
			left = left[1:]
			return n, nil
		})
		return &http.Response{StatusCode: 200, Body: body, Header: http.Header{"Content-Type": {"text/event-stream"}}}, nil
	}
}

func client(t *testing.T, rt http.RoundTripper, o Options) *Client {
	t.Helper()
	if o.HTTPClient == nil {
		o.HTTPClient = &http.Client{}
	}
	o.Model, o.EmbeddingModel, o.HTTPClient.Transport = "m", "e", rt
	c, err := New("http://localhost/v1", &o)
	require.NoError(t, err)
	return c
}

// collect ranges over a stream.
func collect(ctx context.Context, m llm.Model) (string, *llm.Response, error) {
	var text strings.Builder
	for d, err := range llm.Stream(ctx, m, &llm.Request{Messages: []llm.Message{llm.User("hello")}}) {
		text.WriteString(d.Text)
		if err != nil || d.Done != nil {
			return text.String(), d.Done, err
		}
	}
	return text.String(), nil, errors.New("neither response nor error")
}

func chunk(content string) string {
	return `data: {"choices":[{"delta":{"content":"` + content + `"}}]}` + "\n\n"
}

const stop = `data: {"choices":[{"delta":{},"finish_reason":"stop"}]}` + "\n\n"

func TestEachTimeoutIsNamed(t *testing.T) {
	second, minute := time.Second, time.Minute
	for name, c := range map[string]struct {
		server http.RoundTripper
		o      Options
		want   string
		after  time.Duration
	}{
		"header": {slow(minute, 0, nil), Options{HeaderTimeout: 10 * second},
			"llm: openai: timed out: header timeout: no response header within 10s", 10 * second},
		"idle": {slow(second, 20*second, []string{chunk("a")}), Options{IdleTimeout: 10 * second},
			"llm: openai: timed out: idle timeout: nothing more of the response within 10s", 11 * second},
		"total": {slow(second, 9*second, []string{chunk("a"), chunk("b"), chunk("c")}), Options{TotalTimeout: 20 * second},
			"llm: openai: timed out: total timeout: no end of the response within 20s", 20 * second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				text, _, err := collect(t.Context(), client(t, c.server, c.o))
				require.EqualError(t, err, c.want)
				assert.Equal(t, c.after, time.Since(start))
				assert.ErrorIs(t, err, llm.ErrTimeout)
				assert.True(t, llm.Retryable(err))
				e, _ := errors.AsType[*llm.Error](err)
				assert.Equal(t, text, e.Partial)
			})
		})
	}
}

func TestTheDefaultLimitsEndACallThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, _, err := collect(t.Context(), client(t, slow(time.Hour, 0, nil), Options{}))
		require.ErrorIs(t, err, llm.ErrTimeout)
		assert.Equal(t, 2*time.Minute, time.Since(start))
	})
}

func TestTheHostsOwnTimeoutIsNotTheCallersDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := client(t, slow(time.Minute, 0, nil), Options{HTTPClient: &http.Client{Timeout: time.Second}})
		_, _, err := collect(t.Context(), c)
		require.ErrorIs(t, err, llm.ErrTimeout)
		assert.NotErrorIs(t, err, context.DeadlineExceeded)
		assert.True(t, llm.Retryable(err))
	})
}

func TestTheCallersDeadlineIsReached(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		text, _, err := collect(ctx, client(t, slow(time.Second, 3*time.Second, []string{chunk("a"), chunk("b")}), Options{}))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.ErrorIs(t, err, llm.ErrCanceled)
		assert.False(t, llm.Retryable(err))
		assert.Equal(t, "a", text)
	})
}

func TestASlowReaderIsNotAnIdleServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := client(t, slow(0, 0, []string{chunk("a"), chunk("b"), stop}), Options{IdleTimeout: time.Second})
		var done *llm.Response
		for d, err := range c.Stream(t.Context(), &llm.Request{Messages: []llm.Message{llm.User("hello")}}) {
			require.NoError(t, err)
			time.Sleep(time.Minute) // of the bubble's time
			done = d.Done
		}
		require.NotNil(t, done)
		assert.Equal(t, "ab", done.Text)
	})
}

// says is a server that sends one body.
func says(contentType, body string) transport {
	return func(*http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: 200, Header: http.Header{"Content-Type": {contentType}, "X-Request-Id": {"req-1"}},
			Body: io.NopCloser(strings.NewReader(body)),
		}, nil
	}
}

func TestAResponseIsReadUpToItsBoundAndNoFurther(t *testing.T) {
	body := `{"choices":[{"message":{"content":"fits"},"finish_reason":"stop"}]}`
	req := &llm.Request{Messages: []llm.Message{llm.User("hello")}}
	exact := client(t, says("application/json", body), Options{MaxResponseBytes: int64(len(body))})
	resp, err := exact.Generate(t.Context(), req)
	require.NoError(t, err)
	assert.Equal(t, "fits", resp.Text)

	_, err = client(t, says("application/json", body+" "), Options{MaxResponseBytes: int64(len(body))}).Generate(t.Context(), req)
	require.ErrorIs(t, err, llm.ErrMalformed)
	assert.ErrorContains(t, err, "response exceeds 67 bytes")

	stream := strings.Repeat(chunk("a"), 100)
	text, _, err := collect(t.Context(), client(t, says("text/event-stream", stream), Options{MaxResponseBytes: 200}))
	require.ErrorIs(t, err, llm.ErrMalformed)
	assert.ErrorContains(t, err, "response exceeds 200 bytes")
	assert.Equal(t, "aaaa", text) // four chunks of 47 bytes fit
}
