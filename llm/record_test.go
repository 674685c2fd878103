package llm_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
)

// recordings reads what was written.
func recordings(t require.TestingT, r io.Reader) []*llm.Recording {
	var all []*llm.Recording
	for rec, err := range llm.Recordings(r) {
		require.NoError(t, err)
		all = append(all, rec)
	}
	return all
}

func TestRecordedModelKeepsTheContract(t *testing.T) {
	defer goleak.VerifyNone(t)
	llmtest.RunModel(t, func(t *testing.T, h llmtest.Handler) llm.Model {
		var w bytes.Buffer
		t.Cleanup(func() { recordings(t, &w) })
		return llm.Record(h, &w, nil)
	})
}

func TestALineSaysWhatWasAskedAndAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := llm.ModelFunc(func(context.Context, *llm.Request) (*llm.Response, error) {
			time.Sleep(1500 * time.Millisecond)
			return &llm.Response{Text: "<Monday> & on", Finish: llm.FinishStop, Model: "small-2", Usage: llm.Usage{Input: 3, Output: 2}, Via: []string{"retry: 2 attempts"}}, nil
		})
		var w bytes.Buffer
		req := asking("c-1", "Where is it?")
		req.Purpose = "support-answer"
		generate(t, llm.Record(slow, &w, &llm.RecordOptions{Model: "small"}), req)
		assert.Equal(t, `{"version":1,"time":"2000-01-01T00:00:00Z","model":"small",`+
			`"key":"`+llm.KeyOf("", req).String()+`",`+
			`"purpose":"support-answer","scope":{"customer":"c-1"},`+
			`"request":{"messages":[{"role":"user","parts":[{"text":"Where is it?"}]}]},`+
			`"response":{"text":"<Monday> & on","finish":"stop","usage":{"input":3,"output":2},"model":"small-2","via":["retry: 2 attempts"]},`+
			`"duration_ns":1500000000}`+"\n", w.String())
		rec := recordings(t, &w)[0]
		assert.Equal(t, req, rec.Request)
		assert.Equal(t, 1500*time.Millisecond, rec.Duration)
	})
}

func TestALineOfAFailureSaysHow(t *testing.T) {
	failed := &llm.Error{
		Kind: llm.ErrRateLimited, Provider: "acme", Status: 429, RetryAfter: 2 * time.Second, RequestID: "r-1",
		Partial: "Mon", Usage: llm.Usage{Input: 1}, Err: errors.New("slow down"),
	}
	var w bytes.Buffer
	_, err := llm.Record(llmtest.NewScript(llmtest.Reply{Err: failed}), &w, nil).Generate(t.Context(), asking("", "hello"))
	require.Equal(t, failed, err)
	rec := recordings(t, &w)[0]
	assert.Nil(t, rec.Response)
	assert.Equal(t, &llm.RecordedError{
		Text: "llm: acme: rate limited (status 429): slow down",
		Kind: llm.ErrRateLimited, Provider: "acme", Status: 429, RetryAfter: 2 * time.Second, RequestID: "r-1",
		Partial: "Mon", Usage: llm.Usage{Input: 1}, Causes: []*llm.RecordedError{{Text: "slow down"}},
	}, rec.Error)
}

func TestStreamsAreRecordedWithTheirPieces(t *testing.T) {
	defer goleak.VerifyNone(t)
	var w bytes.Buffer
	m := llm.Record(llmtest.NewScript(
		llmtest.Reply{Text: "one two"}, llmtest.Reply{Text: "one two three", Fault: llmtest.Cut}, llmtest.Reply{Text: "one two"},
	), &w, nil)
	collected(t, m, asking("", "a"))
	for range llm.Stream(t.Context(), m, asking("", "b")) {
	}
	for range llm.Stream(t.Context(), m, asking("", "c")) {
		break
	}
	all := recordings(t, &w)
	require.Len(t, all, 3)
	assert.Equal(t, []int{4, 3, 0}, all[0].Deltas)
	assert.Equal(t, "one two", all[0].Response.Text)
	assert.Equal(t, []int{4, 4}, all[1].Deltas)
	assert.Equal(t, "one two ", all[1].Error.Partial)
	assert.Equal(t, []int{4}, all[2].Deltas)
	assert.Equal(t, "one ", all[2].Error.Partial)
	for i, rec := range all {
		assert.True(t, rec.Stream)
		assert.Equal(t, i == 2, rec.BrokenOff)
	}
}

func TestAStreamWhoseReaderPanicsIsRecorded(t *testing.T) {
	var w bytes.Buffer
	m := llm.Record(llmtest.NewScript(llmtest.Reply{Text: "one two"}), &w, nil)
	assert.Panics(t, func() {
		for range llm.Stream(t.Context(), m, asking("", "a")) {
			panic("broken reader")
		}
	})
	assert.True(t, recordings(t, &w)[0].BrokenOff)
}

// picky is a writer that notices writes at once, and writes that are no whole line.
type picky struct {
	t     *testing.T
	busy  atomic.Bool
	lines atomic.Int64
}

func (w *picky) Write(p []byte) (int, error) {
	assert.False(w.t, w.busy.Swap(true), "two writes at once")
	defer w.busy.Store(false)
	for range 10 {
		runtime.Gosched() // so that others come
	}
	assert.Equal(w.t, len(p)-1, bytes.IndexByte(p, '\n'), "no whole line")
	assert.True(w.t, json.Valid(p))
	w.lines.Add(1)
	return len(p), nil
}

func TestLinesAreWholeWhenManyWrite(t *testing.T) {
	w := &picky{t: t}
	var calls atomic.Int64
	m := llm.Record(numbering(&calls), w, nil)
	var group sync.WaitGroup
	for i := range 32 {
		group.Go(func() {
			for j := range 20 {
				if j%2 == 0 {
					collected(t, m, asking("", fmt.Sprint(i, "\n", j)))
				} else {
					generate(t, m, asking("", fmt.Sprint(i, "\n", j)))
				}
			}
		})
	}
	group.Wait()
	assert.EqualValues(t, 640, w.lines.Load())
}

func TestACallDoesNotHoldUpTheRecordingOfOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w bytes.Buffer
		g := newGate()
		m := llm.Record(g, &w, nil)
		told := callers(t, m, t.Context(), t.Context())
		g.open <- llmtest.Reply{Text: "one"}
		synctest.Wait()
		assert.Equal(t, 1, strings.Count(w.String(), "\n"), "one is recorded while the other is under way")
		g.open <- llmtest.Reply{Text: "two"}
		for _, c := range told {
			require.NoError(t, (<-c).err)
		}
	})
}

// fullDisk is a writer whose disk is full after some bytes, until it is mended.
type fullDisk struct {
	bytes.Buffer
	room int // -1: enough
}

var errDisk = errors.New("disk full")

func (w *fullDisk) Write(p []byte) (int, error) {
	if w.room < 0 || len(p) <= w.room {
		return w.Buffer.Write(p)
	}
	n, _ := w.Buffer.Write(p[:w.room])
	return n, errDisk
}

func TestAFailedWriteIsSeenAndDoesNotFailTheCall(t *testing.T) {
	for _, room := range []int{0, 20} {
		t.Run(fmt.Sprint(room, " bytes of room"), func(t *testing.T) {
			w := &fullDisk{room: room}
			var told []error
			m := llm.Record(llmtest.NewScript(llmtest.Reply{Text: "one"}, llmtest.Reply{Text: "two"}, llmtest.Reply{Fault: llmtest.Refusal}, llmtest.Reply{Text: "four"}),
				w, &llm.RecordOptions{OnError: func(err error) { told = append(told, err) }})
			resp := generate(t, m, asking("", "a"))
			assert.Equal(t, "one", resp.Text)
			assert.Equal(t, []string{"llm: call not recorded: disk full"}, resp.Warnings)
			w.room = 0
			_, done := collected(t, m, asking("", "b"))
			assert.Len(t, done.Warnings, 1)
			_, err := m.Generate(t.Context(), asking("", "c"))
			require.ErrorIs(t, err, llm.ErrRefused)
			require.Len(t, told, 3)
			assert.ErrorIs(t, told[2], errDisk)

			w.room = -1
			assert.Empty(t, generate(t, m, asking("", "d")).Warnings)
			lines := strings.Split(strings.TrimSpace(w.String()), "\n")
			assert.Contains(t, lines[len(lines)-1], "four", "what follows a torn line begins a new one")
			assert.True(t, json.Valid([]byte(lines[len(lines)-1])))
			assert.Equal(t, room > 0, len(lines) == 2)
		})
	}
}

func TestTheWarningIsNotTheModelsOwn(t *testing.T) {
	own := &llm.Response{Text: "one", Finish: llm.FinishStop}
	m := llm.Record(chopped{resp: own, size: 9}, &fullDisk{}, nil)
	assert.Len(t, generate(t, m, asking("", "a")).Warnings, 1)
	assert.Empty(t, own.Warnings)
}

func TestAShortWriteIsAFailure(t *testing.T) {
	m := llm.Record(llmtest.NewScript(llmtest.Reply{Text: "one"}), shortWriter{}, nil)
	assert.Equal(t, []string{"llm: call not recorded: short write"}, generate(t, m, asking("", "a")).Warnings)
}

type shortWriter struct{}

func (shortWriter) Write(p []byte) (int, error) { return len(p) - 1, nil }

func TestRedactChangesTheLineAndNothingElse(t *testing.T) {
	var w bytes.Buffer
	m := llm.Record(llmtest.NewScript(llmtest.Reply{Text: "Dear Anna"}, llmtest.Reply{Fault: llmtest.Cut, Text: "Dear Anna, hello"}), &w, &llm.RecordOptions{Redact: func(r *llm.Recording) {
		r.Scope.Customer = "somebody"
		for i := range r.Request.Messages {
			for j := range r.Request.Messages[i].Parts {
				r.Request.Messages[i].Parts[j].Text = "…"
			}
		}
		if r.Response != nil {
			r.Response.Text = "…"
		}
		if r.Error != nil {
			r.Error.Partial = ""
		}
	}})
	req := asking("anna-17", "I am Anna")
	assert.Equal(t, "Dear Anna", generate(t, m, req).Text)
	_, err := m.Generate(t.Context(), req)
	e, _ := errors.AsType[*llm.Error](err)
	assert.Equal(t, "Dear Anna, ", e.Partial)
	assert.Equal(t, asking("anna-17", "I am Anna"), req)
	assert.NotContains(t, strings.ToLower(w.String()), "anna")
	assert.Equal(t, llm.KeyOf("", req), recordings(t, &w)[0].Key)
}

func TestRequestsThatJSONCannotHoldAreLeftOut(t *testing.T) {
	var w bytes.Buffer
	h := llmtest.Handler(func(context.Context, *llm.Request) llmtest.Reply { return llmtest.Reply{Text: "hi"} })
	m := llm.Record(h, &w, nil)
	broken := asking("", "hello")
	broken.Tools = []llm.Tool{{Name: "f", Parameters: json.RawMessage(`{`)}}
	for _, req := range []*llm.Request{broken, nil} {
		_, err := m.Generate(t.Context(), req)
		require.ErrorIs(t, err, llm.ErrInvalid)
	}
	for _, rec := range recordings(t, &w) {
		assert.Nil(t, rec.Request)
		assert.Equal(t, llm.ErrInvalid, rec.Error.Kind)
	}
}

func TestALineThatCouldNotBeReadIsNotWritten(t *testing.T) {
	var w bytes.Buffer
	m := llm.Record(llmtest.NewScript(llmtest.Reply{Text: strings.Repeat("a", 64<<20)}), &w, nil)
	assert.Len(t, generate(t, m, asking("", "a")).Warnings, 1)
	assert.Zero(t, w.Len())
}

func ExampleRecord() {
	provider := llmtest.NewScript(llmtest.Reply{Text: "On Monday."})
	model := llm.Record(provider, os.Stdout, &llm.RecordOptions{
		Model:  "small",
		Redact: func(r *llm.Recording) { r.Time, r.Duration, r.Key = time.Time{}, 0, llm.Key{} }, // so that the example stays the same
	})
	model.Generate(context.Background(), &llm.Request{Purpose: "support-answer", Messages: []llm.Message{llm.User("When does it come?")}})
	// Output:
	// {"version":1,"time":"0001-01-01T00:00:00Z","model":"small","key":"0000000000000000000000000000000000000000000000000000000000000000","purpose":"support-answer","request":{"messages":[{"role":"user","parts":[{"text":"When does it come?"}]}]},"response":{"text":"On Monday.","finish":"stop","model":"script"},"duration_ns":0}
}

func ExampleRecordings() {
	// A customer is erased from a recording by writing the lines of the others.
	var recorded, kept bytes.Buffer
	model := llm.Record(llmtest.NewScript(llmtest.Reply{Text: "Yes."}, llmtest.Reply{Text: "No."}), &recorded, nil)
	for _, customer := range []string{"c-1", "c-2"} {
		model.Generate(context.Background(), &llm.Request{Scope: llm.Scope{Customer: customer}, Messages: []llm.Message{llm.User("Is it here?")}})
	}
	for rec, err := range llm.Recordings(&recorded) {
		if err != nil {
			fmt.Println(err)
			return
		}
		if rec.Scope.Customer != "c-1" {
			json.NewEncoder(&kept).Encode(rec)
		}
	}
	for rec := range llm.Recordings(&kept) {
		fmt.Println(rec.Scope.Customer, rec.Response.Text)
	}
	// Output: c-2 No.
}

func BenchmarkRecord(b *testing.B) {
	answer := &llm.Response{Text: strings.Repeat("b", 500), Finish: llm.FinishStop}
	m := llm.Record(llm.ModelFunc(func(context.Context, *llm.Request) (*llm.Response, error) { return answer, nil }), io.Discard, nil)
	req := asking("c-1", strings.Repeat("a", 2<<10))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Generate(context.Background(), req); err != nil {
			b.Fatal(err)
		}
	}
}
