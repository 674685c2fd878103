package langchain

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/clmkit/clmkit/internal/httperr"
	"github.com/clmkit/clmkit/llm"
)

// ClientOptions of a watched client.
type ClientOptions struct {
	// Client sends the calls. Default: http.DefaultClient.
	Client *http.Client
	// HeaderTimeout is how long to wait for the response header. Unless they stream, servers send it when the answer is
	// complete. Default: 2 minutes.
	HeaderTimeout time.Duration
	// IdleTimeout is how long to wait for the next piece of the body. Default: 1 minute.
	IdleTimeout time.Duration
	// MaxResponseBytes bounds the body of one response. Default: 32 MiB.
	MaxResponseBytes int64
}

// HTTPClient is the client to make langchaingo's providers with: it watches what they read, so that the models and embedders
// of this package see what their providers do not tell. Calls that are not theirs pass unwatched. Nil options are the
// defaults. It is safe for concurrent use.
func HTTPClient(opts *ClientOptions) *http.Client {
	var o ClientOptions
	if opts != nil {
		o = *opts
	}
	if o.Client == nil {
		o.Client = http.DefaultClient
	}
	def(&o.HeaderTimeout, 2*time.Minute)
	def(&o.IdleTimeout, time.Minute)
	def(&o.MaxResponseBytes, 32<<20)
	client := *o.Client
	t := &transport{base: client.Transport, o: o}
	if t.base == nil {
		t.base = http.DefaultTransport
	}
	client.Transport = t
	return &client
}

// def sets a field that is zero.
func def[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// exchangeKey is where a call leaves word for its transport.
type exchangeKey struct{}

// transport watches the exchanges of calls that left word.
type transport struct {
	base http.RoundTripper
	o    ClientOptions
}

// limit is the cause of an exchange that met a limit of the client.
type limit struct{ what string }

func (l *limit) Error() string { return l.what }

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	x, ok := req.Context().Value(exchangeKey{}).(*exchange)
	if !ok {
		return t.base.RoundTrip(req)
	}
	ctx, cancel := context.WithCancelCause(req.Context())
	b := &body{x: x, ctx: ctx, cancel: cancel, idle: t.o.IdleTimeout, left: t.o.MaxResponseBytes, most: t.o.MaxResponseBytes}
	x.start(b, sentBody(req))
	header := b.after(t.o.HeaderTimeout, "header timeout: no response header")
	resp, err := t.base.RoundTrip(req.WithContext(ctx))
	header.Stop()
	if err != nil {
		b.fail(llm.ErrUnavailable, err)
		cancel(nil)
		return nil, err
	}
	b.inner = resp.Body
	b.format = resp.Header.Get("Content-Type")
	x.answer(resp)
	if resp.StatusCode/100 != 2 {
		return t.refused(x, b, resp)
	}
	resp.Body = b
	if strings.HasSuffix(req.URL.Path, "/embeddings") {
		return inOrder(b, resp)
	}
	return resp, nil
}

// refused reads the error of the server, and leaves it to the provider too.
func (t *transport) refused(x *exchange, b *body, resp *http.Response) (*http.Response, error) {
	b.left = min(b.left, httperr.MaxBody)
	text, _ := io.ReadAll(b) // what cannot be read of an error is not needed
	b.Close()
	x.replace(httperr.New(x.provider, resp, text))
	resp.Body = io.NopCloser(bytes.NewReader(text))
	return resp, nil
}

// sentBody is a copy of what is sent; nil when it cannot be read twice.
func sentBody(req *http.Request) []byte {
	if req.GetBody == nil {
		return nil
	}
	r, err := req.GetBody()
	if err != nil {
		return nil
	}
	defer r.Close()
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil
	}
	return raw
}

// after ends the exchange with a named limit.
func (b *body) after(d time.Duration, what string) *time.Timer {
	return time.AfterFunc(d, func() { b.cancel(&limit{fmt.Sprintf("%s within %v", what, d)}) })
}
