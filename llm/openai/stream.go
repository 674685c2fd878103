package openai

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"mime"
	"strings"

	"github.com/clmkit/clmkit/internal/httperr"
	"github.com/clmkit/clmkit/llm"
)

// chatChunk is one event of a streamed completion.
type chatChunk struct {
	Model   string `json:"model"`
	Choices []struct {
		Delta struct {
			Content   said        `json:"content"`
			Refusal   string      `json:"refusal"`
			ToolCalls []callDelta `json:"tool_calls"`
		} `json:"delta"`
		FinishReason string `json:"finish_reason"`
	} `json:"choices"`
	Usage *usage `json:"usage"`
}

// Stream answers req piece by piece with one HTTP call for each range over the sequence. See [llm.Streamer]. A stream
// that ends after its finish reason but without [DONE] is complete, with a warning: its usage may be missing. Tool calls
// come whole, with the last delta. So does the text when the schema of req has optional properties, since nulls may have to
// be taken out of it.
func (c *Client) Stream(ctx context.Context, req *llm.Request) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		x, asked, err := c.chat(ctx, req, true)
		if err != nil {
			yield(llm.Delta{}, err)
			return
		}
		defer x.close()
		if kind, _, _ := mime.ParseMediaType(x.resp.Header.Get("Content-Type")); kind == "application/json" {
			oneDelta(x, asked, yield) // a server that does not stream, or an error
			return
		}
		a := answer{asked: asked}
		for text, err := range a.texts(x) {
			if err == nil && asked.holds() {
				continue
			}
			if !yield(llm.Delta{Text: text}, a.partial(err)) || err != nil {
				return
			}
		}
		resp, err := a.response(x)
		d := llm.Delta{Done: resp}
		if resp != nil && asked.holds() {
			d.Text = resp.Text
		}
		yield(d, err)
	}
}

func oneDelta(x *call, a *asked, yield func(llm.Delta, error) bool) {
	resp, err := answerOf(x, a)
	if err != nil {
		yield(llm.Delta{}, err)
		return
	}
	yield(llm.Delta{Text: resp.Text, Done: resp}, nil)
}

// answer is what has come of a streamed answer.
type answer struct {
	text, refusal strings.Builder
	calls         callPieces
	finish        llm.Finish
	usage         llm.Usage
	model         string
	choices       bool // there was a choice
	done          bool // the stream said [DONE]
	asked         *asked
}

// texts yields the text of each event until the stream ends, and the error that ends it. A connection that breaks after
// the finish reason is an end.
func (a *answer) texts(x *call) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for data, err := range events(x, int(x.o.MaxResponseBytes)+2) {
			if err != nil && (a.finish == "" || !errors.Is(err, llm.ErrTruncated)) {
				yield("", err)
				return
			}
			if a.done = data == "[DONE]"; a.done || err != nil {
				return
			}
			text, err := a.add(x, data)
			if (text != "" || err != nil) && !yield(text, err) || err != nil {
				return
			}
		}
	}
}

// add takes in one event and returns its text.
func (a *answer) add(x *call, data string) (string, error) {
	if strings.Contains(data, `"error"`) || strings.Contains(data, `"detail"`) { // what InBody goes by, and few events have
		if e, ok := httperr.InBody(provider, x.resp, []byte(data)); ok {
			return "", e
		}
	}
	var chunk chatChunk
	if err := json.Unmarshal([]byte(data), &chunk); err != nil {
		return "", x.fail(llm.ErrMalformed, fmt.Errorf("chunk: %w", err))
	}
	if chunk.Model != "" {
		a.model = chunk.Model
	}
	if chunk.Usage != nil {
		a.usage = chunk.Usage.neutral()
	}
	if len(chunk.Choices) == 0 {
		return "", nil
	}
	a.choices = true
	choice := chunk.Choices[0]
	if choice.FinishReason != "" {
		a.finish = finish(choice.FinishReason)
	}
	for _, d := range choice.Delta.ToolCalls {
		if err := a.calls.add(d); err != nil {
			return "", x.fail(llm.ErrMalformed, err)
		}
	}
	text := string(choice.Delta.Content)
	a.text.WriteString(text)
	a.refusal.WriteString(choice.Delta.Refusal)
	return text, nil
}

// partial puts the text and the usage so far beside an error.
func (a *answer) partial(err error) error {
	if e, ok := errors.AsType[*llm.Error](err); ok {
		e.Partial, e.Usage = a.text.String(), a.usage
	}
	return err
}

// response is the answer when the stream has ended.
func (a *answer) response(x *call) (*llm.Response, error) {
	if a.done && !a.choices {
		return nil, x.fail(llm.ErrEmpty, errors.New("no choices"))
	}
	r := &llm.Response{
		Text: a.text.String(), ToolCalls: a.calls.whole(), Finish: a.finish, Usage: a.usage, Model: a.model, Warnings: a.asked.warnings,
	}
	if !a.done {
		r.Warnings = append(r.Warnings, "stream ended without [DONE]: its usage may be missing")
	}
	return complete(x, a.asked, r, a.refusal.String())
}
