package llm_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
)

// recorded is the recording of calls to a script.
func recorded(t *testing.T, model string, reqs []*llm.Request, replies ...llmtest.Reply) string {
	t.Helper()
	var w bytes.Buffer
	m := llm.Record(llmtest.NewScript(replies...), &w, &llm.RecordOptions{Model: model})
	for _, req := range reqs {
		m.Generate(t.Context(), req)
	}
	return w.String()
}

func replay(t *testing.T, recording string, opts *llm.ReplayOptions) *llm.Replay {
	t.Helper()
	p, err := llm.NewReplay(strings.NewReader(recording), opts)
	require.NoError(t, err)
	return p
}

// echoed is a model that records each call of the handler and answers with its replay.
type echoed struct{ h llmtest.Handler }

func (e echoed) Generate(ctx context.Context, req *llm.Request) (*llm.Response, error) {
	var w bytes.Buffer
	llm.Record(e.h, &w, nil).Generate(ctx, req)
	p, err := llm.NewReplay(&w, nil)
	if err != nil {
		return nil, err
	}
	return p.Generate(ctx, req)
}

func (e echoed) Stream(ctx context.Context, req *llm.Request) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		var w bytes.Buffer
		for range llm.Stream(ctx, llm.Record(e.h, &w, nil), req) {
		}
		p, err := llm.NewReplay(&w, nil)
		if err != nil {
			yield(llm.Delta{}, err)
			return
		}
		p.Stream(ctx, req)(yield)
	}
}

func TestReplaysKeepTheContract(t *testing.T) {
	llmtest.RunModel(t, func(_ *testing.T, h llmtest.Handler) llm.Model { return echoed{h} })
}

func TestRepeatedRequestsGetTheirAnswersInOrder(t *testing.T) {
	a, b := asking("c-1", "a"), asking("c-1", "b")
	recording := recorded(t, "", []*llm.Request{a, b, a}, llmtest.Reply{Text: "first"}, llmtest.Reply{Text: "other"}, llmtest.Reply{Text: "second"})
	for _, strict := range []bool{false, true} {
		p := replay(t, recording, &llm.ReplayOptions{Strict: strict})
		assert.Equal(t, []int{1, 2, 3}, p.Unused())
		assert.Equal(t, "first", generate(t, p, a).Text)
		assert.Equal(t, []int{2, 3}, p.Unused())
		assert.Equal(t, "second", generate(t, p, asking("c-2", "a")).Text, "the customer does not count")
		for range 2 {
			resp, err := p.Generate(t.Context(), a)
			if strict {
				require.ErrorIs(t, err, llm.ErrNotRecorded)
				require.ErrorIs(t, err, llm.ErrInvalid)
				assert.EqualError(t, err, "llm: replay: invalid request: not recorded: the request was recorded 2 times, the last in line 3, and comes once more")
				continue
			}
			require.NoError(t, err)
			assert.Equal(t, "second", resp.Text)
			resp.Text = "changed"
		}
		assert.Equal(t, []int{2}, p.Unused())
		generate(t, p, b)
		assert.Empty(t, p.Unused())
	}
}

func TestWhatIsNotRecordedIsNamed(t *testing.T) {
	base := &llm.Request{
		Scope:       llm.Scope{Tenant: "shop-1"},
		Messages:    []llm.Message{llm.System("Be brief."), llm.User("secret question", llm.Quote("review r-1", "nice"))},
		Tools:       []llm.Tool{{Name: "f", Parameters: json.RawMessage(`{"type":"object"}`)}},
		Temperature: new(0.0), Seed: new(int64(1<<60 + 1)),
	}
	far := asking("", "far away")
	recording := recorded(t, "", []*llm.Request{far, base}, llmtest.Reply{Text: "x"}, llmtest.Reply{Text: "y"})
	for want, change := range map[string]func(*llm.Request){
		"messages[1].parts[0].text":   func(r *llm.Request) { r.Messages[1].Parts[0].Text = "secret answer" },
		"messages[1].parts[1].source": func(r *llm.Request) { r.Messages[1].Parts[1].Source = "review r-2" },
		"messages[2]":                 func(r *llm.Request) { r.Messages = append(r.Messages, llm.Assistant("secret")) },
		"scope":                       func(r *llm.Request) { r.Scope.Tenant = "" },
		"scope.tenant":                func(r *llm.Request) { r.Scope.Tenant = "shop-2" },
		"seed":                        func(r *llm.Request) { *r.Seed++ },
		"stop":                        func(r *llm.Request) { r.Stop = []string{"secret"} },
		"temperature":                 func(r *llm.Request) { r.Temperature = nil },
		"tools[0].parameters":         func(r *llm.Request) { r.Tools[0].Parameters = json.RawMessage(`{"type":"object","properties":{}}`) },
		"seed, temperature":           func(r *llm.Request) { r.Seed, r.Temperature = nil, new(1.0) },
		"what its line does not show": func(r *llm.Request) { r.Tools[0].Parameters = json.RawMessage(`{ "type": "object" }`) },
		"max_tokens, schema, seed, stop, temperature and 1 more": func(r *llm.Request) {
			r.Seed, r.Temperature, r.MaxTokens, r.TopP, r.Stop = nil, nil, new(1), new(0.5), []string{"x"}
			r.Schema = &llm.Schema{Name: "s", Definition: json.RawMessage(`{}`)}
		},
	} {
		t.Run(want, func(t *testing.T) {
			req := base.Clone()
			req.Purpose, req.Scope.Customer, req.Scope.Session = "p", "c-9", "s-9" // which do not count
			change(req)
			p := replay(t, recording, nil)
			for _, err := range llm.Stream(t.Context(), p, req) {
				require.ErrorIs(t, err, llm.ErrNotRecorded)
				assert.EqualError(t, err, "llm: replay: invalid request: not recorded: the nearest is line 2, which differs in "+want)
			}
			_, err := p.Generate(t.Context(), req)
			require.ErrorIs(t, err, llm.ErrNotRecorded)
			assert.Len(t, p.Unused(), 2)
			assert.False(t, llm.Retryable(err))
		})
	}
}

func TestARecordingWithoutRequestsIsReplayedByKey(t *testing.T) {
	var w bytes.Buffer
	m := llm.Record(llmtest.NewScript(llmtest.Reply{Text: "hi"}), &w, &llm.RecordOptions{Redact: func(r *llm.Recording) { r.Request = nil }})
	generate(t, m, asking("", "hello"))
	p := replay(t, w.String(), nil)
	assert.Equal(t, "hi", generate(t, p, asking("", "hello")).Text)
	_, err := p.Generate(t.Context(), asking("", "bye"))
	assert.EqualError(t, err, "llm: replay: invalid request: not recorded: there is no request to compare with in 1 lines")
	_, err = p.Generate(t.Context(), &llm.Request{})
	require.ErrorIs(t, err, llm.ErrInvalid)
	assert.NotErrorIs(t, err, llm.ErrNotRecorded)
}

func TestLinesOfOneModelAreReplayed(t *testing.T) {
	req := []*llm.Request{asking("", "hello")}
	both := recorded(t, "small", req, llmtest.Reply{Text: "from small"}) + recorded(t, "large", req, llmtest.Reply{Text: "from large"})
	p := replay(t, both, &llm.ReplayOptions{Model: "large"})
	assert.Equal(t, []int{2}, p.Unused())
	assert.Equal(t, "from large", generate(t, p, req[0]).Text)
}

func TestReplaysEndWithTheContext(t *testing.T) {
	var w bytes.Buffer
	collected(t, llm.Record(llmtest.NewScript(llmtest.Reply{Text: "one two three"}), &w, nil), asking("", "hello"))
	p := replay(t, w.String(), nil)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var text string
	var last error
	for d, err := range p.Stream(ctx, asking("", "hello")) {
		text, last = text+d.Text, err
		cancel()
	}
	require.ErrorIs(t, last, context.Canceled)
	e, _ := errors.AsType[*llm.Error](last)
	assert.Equal(t, text, e.Partial)
}

func TestStreamsThatWereBrokenOffAreReplayedAsFarAsTheyCame(t *testing.T) {
	var w bytes.Buffer
	for range llm.Stream(t.Context(), llm.Record(llmtest.NewScript(llmtest.Reply{Text: "one two three"}), &w, nil), asking("", "hello")) {
		break
	}
	p := replay(t, w.String(), nil)
	var texts []string
	for d, err := range p.Stream(t.Context(), asking("", "hello")) {
		texts = append(texts, d.Text)
		if len(texts) == 2 {
			assert.ErrorIs(t, err, llm.ErrTruncated)
			assert.ErrorContains(t, err, "the reader broke the stream off")
		}
	}
	assert.Equal(t, []string{"one ", ""}, texts)
}

func TestDamagedRecordingsAreNamedByLine(t *testing.T) {
	good := recorded(t, "", []*llm.Request{asking("", "hello")}, llmtest.Reply{Text: "hi, secret"})
	change := func(old, with string) string {
		require.Contains(t, good, old)
		return good + "\n" + strings.Replace(good, old, with, 1)
	}
	for name, c := range map[string]struct{ recording, text string }{
		"a cut last line":            {good + good[:len(good)/2], "line 2: cut off: the recording ends within it"},
		"a cut line among others":    {good + good[:40] + "\n" + good, "line 2: cut off, and others follow"},
		"no JSON":                    {good + good + "hello\n", "line 3: invalid character"},
		"another version":            {change(`"version":1`, `"version":2`), "line 3: version 2, want 1"},
		"no version":                 {"{}\n", "line 1: version 0, want 1"},
		"null":                       {"null", "line 1: version 0, want 1"},
		"a field that is unknown":    {change(`"response"`, `"answer"`), "line 3: json: unknown field"},
		"neither answer nor error":   {change(`"response":{"text":"hi, secret","finish":"stop","model":"script"},`, ""), "line 3: want either a response or an error"},
		"an incomplete response":     {change(`"finish":"stop"`, `"finish":"length"`), "line 3: response: llm: answer reached its token limit"},
		"a delta of negative length": {change(`"duration_ns"`, `"deltas":[-1],"duration_ns"`), "line 3: delta of negative length"},
		"a short key":                {change(`"key":"`, `"key":"00`), "line 3: "},
		"two values":                 {strings.TrimSpace(good) + "{}\n", "line 1: more than one value"},
		"a line without end":         {good + strings.Repeat("x", 64<<20+1), "line 2: more than 67108864 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := llm.NewReplay(strings.NewReader(c.recording), nil)
			assert.Nil(t, p)
			assert.ErrorContains(t, err, "llm: recording: "+c.text)
			assert.NotContains(t, fmt.Sprint(err), "secret")
		})
	}
}

func TestARecordingThatEndsAnywhereIsWholeOrSaidToBeCut(t *testing.T) {
	recording := recorded(t, "", []*llm.Request{asking("c-1", "ä"), asking("", "b")}, llmtest.Reply{Text: "one"}, llmtest.Reply{Fault: llmtest.RateLimited})
	lines := strings.SplitAfter(recording, "\n")
	whole := []int{0, len(lines[0]) - 1, len(lines[0]), len(recording) - 1, len(recording)}
	for n := range len(recording) + 1 {
		_, err := llm.NewReplay(strings.NewReader(recording[:n]), nil)
		if slices.Contains(whole, n) {
			require.NoError(t, err, n)
			continue
		}
		require.ErrorContains(t, err, "cut off: the recording ends within it", n)
	}
}

func TestAReaderThatFailsIsAnError(t *testing.T) {
	good := recorded(t, "", []*llm.Request{asking("", "hello")}, llmtest.Reply{Text: "hi"})
	_, err := llm.NewReplay(io.MultiReader(strings.NewReader(good), &brokenReader{}), nil)
	assert.ErrorIs(t, err, errDisk)
	assert.ErrorContains(t, err, "line 2")
}

type brokenReader struct{}

func (*brokenReader) Read([]byte) (int, error) { return 0, errDisk }

// drawError is an error as models return them: of the package, of others, bare, wrapped and nested.
func drawError(t *rapid.T, depth int) error {
	kinds := []llm.Kind{llm.ErrRateLimited, llm.ErrTruncated, llm.ErrRefused, llm.ErrCanceled, llm.ErrBudget}
	kind := rapid.SampledFrom(kinds).Draw(t, "kind")
	most := 6
	if depth == 0 {
		most = 3
	}
	switch rapid.IntRange(0, most).Draw(t, "error") {
	case 0:
		return kind
	case 1:
		return context.Canceled
	case 2:
		return standsFor{context.DeadlineExceeded}
	case 3:
		return errors.New(rapid.String().Draw(t, "text"))
	case 4:
		return fmt.Errorf("outer: %w", drawError(t, depth-1))
	case 5:
		return errors.Join(drawError(t, depth-1), drawError(t, depth-1))
	}
	e := &llm.Error{
		Kind: kind, Provider: word(t), Status: rapid.IntRange(0, 599).Draw(t, "status"), RequestID: word(t), Partial: rapid.String().Draw(t, "partial"),
		RetryAfter: time.Duration(rapid.Int64Min(0).Draw(t, "retry after")), Usage: llm.Usage{Input: rapid.IntRange(0, 9).Draw(t, "input")},
	}
	if rapid.Bool().Draw(t, "cause") {
		e.Err = drawError(t, depth-1)
	}
	return e
}

// standsFor is an error that matches another one, as those of net/http do.
type standsFor struct{ err error }

func (s standsFor) Error() string        { return "time is up" }
func (s standsFor) Is(target error) bool { return target == s.err }

func drawResponse(t *rapid.T) *llm.Response {
	text := rapid.String()
	return &llm.Response{
		Text: "x" + text.Draw(t, "text"),
		ToolCalls: drawn(t, 1, func(t *rapid.T) llm.ToolCall {
			return llm.ToolCall{ID: word(t), Name: "f", Arguments: text.Draw(t, "arguments")}
		}),
		Finish: llm.FinishStop,
		Usage:  llm.Usage{Input: rapid.Int().Draw(t, "input"), Reasoning: rapid.IntRange(0, 5).Draw(t, "reasoning")},
		Model:  word(t), Warnings: drawn(t, 2, word), Via: drawn(t, 2, word),
	}
}

// chopped is a model that says one thing in pieces of some bytes.
type chopped struct {
	resp *llm.Response
	err  error
	size int
}

func (c chopped) Generate(context.Context, *llm.Request) (*llm.Response, error) { return c.resp, c.err }

func (c chopped) Stream(context.Context, *llm.Request) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		text := ""
		if e, ok := errors.AsType[*llm.Error](c.err); ok {
			text = e.Partial
		}
		if c.resp != nil {
			text = c.resp.Text
		}
		for piece := range slices.Chunk([]byte(text), c.size) {
			if !yield(llm.Delta{Text: string(piece)}, nil) {
				return
			}
		}
		yield(llm.Delta{Done: c.resp}, c.err)
	}
}

// heard is what a caller is told, streamed or not.
func heard(m llm.Model, req *llm.Request, stream bool) (deltas []llm.Delta, last error) {
	if !stream {
		resp, err := m.Generate(context.Background(), req)
		return []llm.Delta{{Done: resp}}, err
	}
	for d, err := range llm.Stream(context.Background(), m, req) {
		deltas, last = append(deltas, d), err
	}
	return deltas, last
}

func TestReplaysGiveWhatWasRecorded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type call struct {
			req    *llm.Request
			stream bool
			deltas []llm.Delta
			err    error
		}
		var w bytes.Buffer
		var calls []call
		for range rapid.IntRange(1, 6).Draw(t, "calls") {
			said := chopped{size: rapid.IntRange(1, 4).Draw(t, "size")}
			if rapid.Bool().Draw(t, "fails") {
				said.err = drawError(t, 3)
			} else {
				said.resp = drawResponse(t)
			}
			c := call{req: drawRequest(t), stream: rapid.Bool().Draw(t, "stream")}
			c.deltas, c.err = heard(llm.Record(said, &w, nil), c.req, c.stream)
			calls = append(calls, c)
		}
		p, err := llm.NewReplay(&w, &llm.ReplayOptions{Strict: true})
		require.NoError(t, err)
		for _, c := range calls {
			deltas, err := heard(p, c.req, c.stream)
			require.Equal(t, c.deltas, deltas)
			requireSameError(t, c.err, err)
		}
		require.Empty(t, p.Unused())
	})
}

func requireSameError(t require.TestingT, want, got error) {
	if want == nil {
		require.NoError(t, got)
		return
	}
	require.EqualError(t, got, want.Error())
	for _, target := range []error{
		llm.ErrRateLimited, llm.ErrTruncated, llm.ErrRefused, llm.ErrCanceled, llm.ErrBudget, llm.ErrEmpty, context.Canceled, context.DeadlineExceeded,
	} {
		require.Equal(t, errors.Is(want, target), errors.Is(got, target), target)
	}
	require.Equal(t, llm.Retryable(want), llm.Retryable(got))
	a, ok := errors.AsType[*llm.Error](want)
	b, same := errors.AsType[*llm.Error](got)
	require.Equal(t, ok, same)
	if ok {
		x, y := *a, *b
		x.Err, y.Err = nil, nil
		require.Equal(t, x, y)
	}
}

func TestTextThatIsNoUTF8IsReplaced(t *testing.T) {
	var w bytes.Buffer
	m := llm.Record(chopped{resp: &llm.Response{Text: "a\xffb", Finish: llm.FinishStop}, size: 1}, &w, nil)
	collected(t, m, asking("", "hello"))
	p := replay(t, w.String(), nil)
	texts, done := collected(t, p, asking("", "hello"))
	assert.Equal(t, "a\uFFFDb", done.Text)
	assert.Equal(t, []string{"a\uFFFDb"}, texts, "the recorded pieces are no longer those of the text")
}

func TestRedactedStreamsComeInOnePiece(t *testing.T) {
	for _, redacted := range []string{"…", "something that is longer"} {
		var w bytes.Buffer
		m := llm.Record(llmtest.NewScript(llmtest.Reply{Text: "one two three"}), &w, &llm.RecordOptions{Redact: func(r *llm.Recording) { r.Response.Text = redacted }})
		collected(t, m, asking("", "hello"))
		texts, _ := collected(t, replay(t, w.String(), nil), asking("", "hello"))
		assert.Equal(t, []string{redacted}, texts)
	}
}

func TestReplaysAreSafeForConcurrentUse(t *testing.T) {
	req := asking("", "hello")
	var replies []llmtest.Reply
	var reqs []*llm.Request
	for i := range 64 {
		replies, reqs = append(replies, llmtest.Reply{Text: fmt.Sprint(i)}), append(reqs, req)
	}
	p := replay(t, recorded(t, "", reqs, replies...), &llm.ReplayOptions{Strict: true})
	var group sync.WaitGroup
	var seen sync.Map
	for range 64 {
		group.Go(func() {
			resp, err := p.Generate(t.Context(), req)
			assert.NoError(t, err)
			_, twice := seen.LoadOrStore(resp.Text, true)
			assert.False(t, twice)
			p.Unused()
		})
	}
	group.Wait()
	assert.Empty(t, p.Unused())
}

// FuzzRecordings checks that what is read says the same when it is written and read again.
func FuzzRecordings(f *testing.F) {
	var w bytes.Buffer
	m := llm.Record(llmtest.NewScript(llmtest.Reply{Text: "a b"}, llmtest.Reply{Fault: llmtest.Cut, Text: "a b"}), &w, nil)
	for range 2 {
		for range llm.Stream(context.Background(), m, &llm.Request{Messages: []llm.Message{llm.User("a", llm.Image("b", "image/png", []byte{1}))}, Tools: []llm.Tool{{Name: "f", Parameters: json.RawMessage(`{}`)}}}) {
		}
	}
	f.Add(w.Bytes())
	f.Add(w.Bytes()[:w.Len()/2])
	f.Add([]byte(`{"version":1,"time":"2000-01-01T00:00:00Z","key":"","error":{"causes":[null,{"sentinel":"context canceled"}]}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		written := func(r io.Reader) string {
			var again bytes.Buffer
			for rec, err := range llm.Recordings(r) {
				if err == nil {
					require.NoError(t, json.NewEncoder(&again).Encode(rec))
				}
			}
			return again.String()
		}
		first := written(bytes.NewReader(raw))
		require.Equal(t, first, written(strings.NewReader(first)))
		p, err := llm.NewReplay(strings.NewReader(first), nil)
		require.NoError(t, err)
		_, err = p.Generate(context.Background(), asking("", "hello"))
		require.Error(t, err)
		for rec := range llm.Recordings(strings.NewReader(first)) {
			if rec.Request != nil {
				heard(p, rec.Request, true)
			}
		}
	})
}

func ExampleReplay() {
	question := &llm.Request{Messages: []llm.Message{llm.User("When does it come?")}}
	var recording bytes.Buffer
	llm.Record(llmtest.NewScript(llmtest.Reply{Text: "On Monday."}), &recording, nil).Generate(context.Background(), question)

	model, err := llm.NewReplay(&recording, &llm.ReplayOptions{Strict: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	resp, err := model.Generate(context.Background(), question)
	fmt.Println(resp.Text, err)
	fmt.Println("unused:", len(model.Unused()))

	_, err = model.Generate(context.Background(), &llm.Request{Messages: []llm.Message{llm.User("Where is it now?")}})
	fmt.Println(err)
	// Output:
	// On Monday. <nil>
	// unused: 0
	// llm: replay: invalid request: not recorded: the nearest is line 1, which differs in messages[0].parts[0].text
}
