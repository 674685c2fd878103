package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"iter"
	"time"

	"github.com/tmc/langchaingo/llms"
	lcopenai "github.com/tmc/langchaingo/llms/openai"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/langchain"
	"github.com/clmkit/clmkit/llm/llmtest"
	"github.com/clmkit/clmkit/llm/openai"
)

// faultTimeout is how long each adapter waits for a provider that has fallen silent.
const faultTimeout = 300 * time.Millisecond

const faultAnswer = "The parcel left on Monday, and it is due on Thursday."

// runFaults plays every fault of llmtest to every adapter, whole and streamed, and prints how each reports it. The raw
// langchaingo client is the control: it shows the failures that pass in silence.
func runFaults(ctx context.Context, args []string, emit emitter) error {
	flags := flag.NewFlagSet("faults", flag.ContinueOnError)
	if err := flags.Parse(args); err != nil {
		return err
	}
	for _, a := range adapters() {
		for _, streamed := range []bool{false, true} {
			if err := playFaults(ctx, a, streamed, emit); err != nil {
				return err
			}
		}
	}
	return nil
}

// adapter is a way to talk to an OpenAI-compatible server.
type adapter struct {
	name string
	dial func(url string) (llm.Model, error)
}

func adapters() []adapter {
	return []adapter{
		{"llm/openai", func(url string) (llm.Model, error) {
			return openai.New(url, &openai.Options{Model: "m", IdleTimeout: faultTimeout})
		}},
		{"llm/langchain, watched client", func(url string) (llm.Model, error) {
			client := langchain.HTTPClient(&langchain.ClientOptions{IdleTimeout: faultTimeout})
			m, err := lcopenai.New(lcopenai.WithBaseURL(url), lcopenai.WithToken("-"), lcopenai.WithHTTPClient(client))
			return langchain.FromModel(m, nil), err
		}},
		{"llm/langchain, any client", func(url string) (llm.Model, error) {
			m, err := lcopenai.New(lcopenai.WithBaseURL(url), lcopenai.WithToken("-"))
			return langchain.FromModel(m, nil), err
		}},
		{"control: langchaingo alone", func(url string) (llm.Model, error) {
			m, err := lcopenai.New(lcopenai.WithBaseURL(url), lcopenai.WithToken("-"))
			return alone{m}, err
		}},
	}
}

func playFaults(ctx context.Context, a adapter, streamed bool, emit emitter) error {
	mode := map[bool]string{false: "whole", true: "stream"}[streamed]
	right, silent, failures := 0, 0, 0
	for _, f := range llmtest.Faults() {
		got, want, err := playFault(ctx, a, f, streamed)
		if err != nil {
			return err
		}
		ok := got == want
		if ok {
			right++
		}
		if f.Kind() != "" {
			failures++
			if got == asItWas {
				silent++
			}
		}
		if err := emit(map[string]any{"task": "faults", "adapter": a.name, "mode": mode, "fault": string(f), "want": want, "got": got, "ok": ok}); err != nil {
			return err
		}
	}
	return emit(map[string]any{"task": "faults", "adapter": a.name, "mode": mode, "typed": right, "of": len(llmtest.Faults()), "failures": failures, "silent": silent})
}

// What comes of a call that is no error.
const (
	asItWas = "an answer"
	once    = "one tool call"
)

// playFault is what an adapter makes of a fault, and what it should.
func playFault(ctx context.Context, a adapter, f llmtest.Fault, streamed bool) (got, want string, err error) {
	server := llmtest.NewServer(func(_ context.Context, req *llm.Request) llmtest.Reply {
		return llmtest.Reply{Text: faultAnswer, Fault: f}
	}, nil)
	defer server.Close()
	m, err := a.dial(server.URL)
	if err != nil {
		return "", "", err
	}
	ctx, cancel := context.WithTimeout(ctx, 10*faultTimeout) // for those that know no limit
	defer cancel()
	want = string(f.Kind())
	req := &llm.Request{Messages: []llm.Message{llm.User("Where is it?")}}
	switch f {
	case llmtest.LongLine:
		want = asItWas
	case llmtest.WrongSchema:
		_, err := llm.Object[parcel](ctx, through(m, streamed), req)
		return told(err), string(llm.ErrSchema), nil
	case llmtest.HallucinatedTool, llmtest.DuplicateCall:
		want = once
		req.Tools = []llm.Tool{{Name: "find_order", Description: "Finds an order.", Parameters: json.RawMessage(`{"type":"object"}`)}}
	}
	resp, err := through(m, streamed).Generate(ctx, req)
	switch {
	case err != nil:
		return told(err), want, nil
	case len(resp.ToolCalls) == 1:
		return once, want, nil
	case len(resp.ToolCalls) > 1:
		return fmt.Sprintf("%d tool calls", len(resp.ToolCalls)), want, nil
	case f.Kind() == "" && resp.Text != faultAnswer:
		return "half an answer", want, nil
	}
	return asItWas, want, nil
}

// parcel is what an answer with a schema is about.
type parcel struct {
	State string `json:"state"`
}

// told is the kind of an error.
func told(err error) string {
	if err == nil {
		return asItWas
	}
	if e, ok := errors.AsType[*llm.Error](err); ok {
		return string(e.Kind)
	}
	return "an error without a kind"
}

// through is m, asked for a stream or not.
func through(m llm.Model, streamed bool) llm.Model {
	if !streamed {
		return llm.ModelFunc(m.Generate)
	}
	return llm.ModelFunc(func(ctx context.Context, req *llm.Request) (*llm.Response, error) {
		for d, err := range llm.Stream(ctx, m, req) {
			if err != nil || d.Done != nil {
				return d.Done, err
			}
		}
		return nil, errors.New("stream without an end")
	})
}

// alone is a langchaingo model without a door: what it says is taken as it is.
type alone struct{ inner llms.Model }

func (a alone) Generate(ctx context.Context, req *llm.Request) (*llm.Response, error) {
	return a.ask(ctx, req)
}

func (a alone) Stream(ctx context.Context, req *llm.Request) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		resp, err := a.ask(ctx, req, llms.WithStreamingFunc(func(context.Context, []byte) error { return nil }))
		yield(llm.Delta{Done: resp}, err)
	}
}

func (a alone) ask(ctx context.Context, req *llm.Request, opts ...llms.CallOption) (*llm.Response, error) {
	for _, t := range req.Tools {
		opts = append(opts, llms.WithTools([]llms.Tool{{Type: "function", Function: &llms.FunctionDefinition{Name: t.Name, Description: t.Description, Parameters: t.Parameters}}}))
	}
	if req.Schema != nil {
		opts = append(opts, llms.WithJSONMode())
	}
	resp, err := a.inner.GenerateContent(ctx, []llms.MessageContent{llms.TextParts(llms.ChatMessageTypeHuman, req.Messages[0].Text())}, opts...)
	if err != nil {
		return nil, err
	}
	r := &llm.Response{Text: resp.Choices[0].Content}
	for _, c := range resp.Choices[0].ToolCalls {
		r.ToolCalls = append(r.ToolCalls, llm.ToolCall{ID: c.ID, Name: c.FunctionCall.Name, Arguments: c.FunctionCall.Arguments})
	}
	return r, nil
}
