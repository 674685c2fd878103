package openai

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/clmkit/clmkit/internal/httperr"
	"github.com/clmkit/clmkit/llm"
)

// call is one HTTP exchange and what bounds it.
type call struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	caller context.Context // ends only when the caller wants it
	total  *time.Timer
	o      *Options

	resp *http.Response
	left int64 // bytes of the body that may still be read; the last of them is one too many
}

// limit is the cause of a call that met a timeout of the client.
type limit struct{ what string }

func (l *limit) Error() string { return l.what }

// exchange posts body and reads the answer into v. The call is closed.
func (c *Client) exchange(ctx context.Context, url string, body, v any) (*call, error) {
	x, err := c.post(ctx, url, body)
	if err != nil {
		return nil, err
	}
	defer x.close()
	return x, x.decode(v)
}

// post sends body as JSON. The caller closes the call when there is no error.
func (c *Client) post(ctx context.Context, url string, body any) (*call, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return nil, &llm.Error{Kind: llm.ErrInvalid, Provider: provider, Err: err}
	}
	x := &call{caller: ctx, o: &c.o, left: c.o.MaxResponseBytes + 1}
	x.ctx, x.cancel = context.WithCancelCause(ctx)
	req, err := http.NewRequestWithContext(x.ctx, http.MethodPost, url, bytes.NewReader(raw))
	if err != nil {
		x.cancel(nil)
		return nil, &llm.Error{Kind: llm.ErrInvalid, Provider: provider, Err: err}
	}
	req.Header.Set("Content-Type", "application/json")
	if c.o.APIKey != "" {
		req.Header.Set("Authorization", "Bearer "+c.o.APIKey)
	}
	if err := x.send(req); err != nil {
		x.close()
		return nil, err
	}
	return x, nil
}

// send waits for the header, and turns a status other than 2xx into an error.
func (x *call) send(req *http.Request) error {
	x.total = x.after(x.o.TotalTimeout, "total timeout: no end of the response")
	header := x.after(x.o.HeaderTimeout, "header timeout: no response header")
	resp, err := x.o.HTTPClient.Do(req)
	header.Stop()
	if err != nil {
		return x.fail(llm.ErrUnavailable, err)
	}
	x.resp = resp
	if resp.StatusCode/100 == 2 {
		return nil
	}
	x.left = min(x.left, httperr.MaxBody)
	text, err := io.ReadAll(x)
	if errors.Is(err, llm.ErrCanceled) {
		return err
	}
	return httperr.New(provider, resp, text)
}

// after ends the call with a named limit.
func (x *call) after(d time.Duration, what string) *time.Timer {
	return time.AfterFunc(d, func() {
		x.cancel(&limit{fmt.Sprintf("%s within %v", what, d)})
	})
}

// Read reads the body within the limits. The idle time is that of the server: what the caller does between two reads does
// not count. Its errors but io.EOF are *llm.Error.
func (x *call) Read(p []byte) (int, error) {
	if x.left <= 0 {
		return 0, x.fail(llm.ErrMalformed, fmt.Errorf("response exceeds %d bytes", x.o.MaxResponseBytes))
	}
	idle := x.after(x.o.IdleTimeout, "idle timeout: nothing more of the response")
	n, err := x.resp.Body.Read(p[:min(int64(len(p)), x.left)])
	idle.Stop()
	x.left -= int64(n)
	if err != nil && err != io.EOF {
		err = x.fail(llm.ErrTruncated, err)
	}
	return n, err
}

// fail is the error of a call that ended in err: the end of the caller's context or a limit when that was the cause, and
// kind otherwise.
func (x *call) fail(kind llm.Kind, err error) *llm.Error {
	e := &llm.Error{Kind: kind, Provider: provider, Err: err}
	if x.resp != nil {
		e.RequestID = httperr.RequestID(x.resp)
	}
	met, isLimit := errors.AsType[*limit](context.Cause(x.ctx))
	slow, isNet := errors.AsType[net.Error](err)
	switch {
	case isLimit:
		e.Kind, e.Err = llm.ErrTimeout, met
	case x.caller.Err() != nil:
		e.Kind, e.Err = llm.ErrCanceled, x.caller.Err()
	case isNet && slow.Timeout(): // of the host's http.Client or dialer: its error must not pass for the caller's deadline
		e.Kind, e.Err = llm.ErrTimeout, errors.New(err.Error())
	}
	return e
}

// decode reads the whole body into v, unless it is an error under status 200.
func (x *call) decode(v any) error {
	raw, err := io.ReadAll(x)
	if err != nil {
		return err
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return x.fail(llm.ErrEmpty, errors.New("no answer"))
	}
	if e, ok := httperr.InBody(provider, x.resp, raw); ok {
		return e
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return x.fail(llm.ErrMalformed, err)
	}
	return nil
}

// close ends the exchange.
func (x *call) close() {
	x.cancel(nil)
	x.total.Stop()
	if x.resp != nil {
		x.resp.Body.Close()
	}
}
