package llm

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files")

type draft struct {
	Subject string   `json:"subject"`
	Score   int      `json:"score"`
	Tags    []string `json:"tags,omitempty"`
}

// replies is a model that says these texts in turn and keeps the requests.
func replies(asked *[]*Request, texts ...string) Model {
	return ModelFunc(func(_ context.Context, req *Request) (*Response, error) {
		*asked = append(*asked, req)
		return Complete("test", &Response{Text: texts[len(*asked)-1], Finish: FinishStop})
	})
}

func ask() *Request { return &Request{Messages: []Message{System("You write."), User("Draft it.")}} }

func TestObjectFindsTheValueInTheReply(t *testing.T) {
	want := draft{Subject: "Hi {there}", Score: 3}
	for name, reply := range map[string]string{
		"alone":                         `{"subject":"Hi {there}","score":3}`,
		"in prose":                      `Sure! {"subject":"Hi {there}","score":3} Anything else?`,
		"in a fence":                    "Here:\n```json\n{\"subject\":\"Hi {there}\",\"score\":3}\n```\nDone.",
		"in a fence without a word":     "```\n{\"subject\":\"Hi {there}\",\"score\":3}\n```",
		"in a fence on one line":        "```json {\"subject\":\"Hi {there}\",\"score\":3}```",
		"in a fence that stays open":    "```json\n{\"subject\":\"Hi {there}\",\"score\":3}",
		"after thought":                 `<think>perhaps {"subject":"no","score":1}?</think>{"subject":"Hi {there}","score":3}`,
		"after thought without a start": `perhaps {"subject":"no","score":1}?</think>{"subject":"Hi {there}","score":3}`,
		"before thought":                `{"subject":"Hi {there}","score":3}<think>or {"subject":"no","score":1}`,
		"after a draft":                 `First {"subject":"no","score":1}, better {"subject":"Hi {there}","score":3}`,
		"before what does not fit":      `{"subject":"Hi {there}","score":3} as in the form {"subject":"..."}`,
		"after a stray bracket":         `Brackets are { and [. {"subject":"Hi {there}","score":3}`,
		"in a fence, prose has another": "Not {\"subject\":\"no\",\"score\":1} but\n```json\n{\"subject\":\"Hi {there}\",\"score\":3}\n```\nnot {\"subject\":\"no\",\"score\":2}",
		"with single quotes":            `{'subject':'Hi {there}','score':3}`,
		"with commas at the end":        `{"subject":"Hi {there}","score":3,}`,
		"with comments":                 "{\"subject\":\"Hi {there}\", // greeting\n\"score\":3}",
		"without its last bracket":      `{"subject":"Hi {there}","score":3`,
		"with bare keys":                `{subject:"Hi {there}",score:3}`,
	} {
		t.Run(name, func(t *testing.T) {
			var asked []*Request
			got, err := Object[draft](t.Context(), replies(&asked, reply), ask())
			require.NoError(t, err)
			assert.Equal(t, want, got)
			assert.Len(t, asked, 1)
		})
	}
}

func TestObjectAsksASecondTimeAndSaysWhy(t *testing.T) {
	var asked []*Request
	got, err := Object[draft](t.Context(), replies(&asked, `{"subject":"Hi"}`, `{"subject":"Hi","score":3}`), ask())
	require.NoError(t, err)
	assert.Equal(t, draft{Subject: "Hi", Score: 3}, got)
	require.Len(t, asked, 2)
	require.Len(t, asked[1].Messages, 4)
	assert.Equal(t, asked[0].Messages, asked[1].Messages[:2])
	assert.Equal(t, Assistant(`{"subject":"Hi"}`), asked[1].Messages[2])
	golden(t, "testdata/second_turn.txt", asked[1].Messages[3].Text())
	require.NoError(t, asked[1].Validate())
}

// golden compares text with a file; -update writes it.
func golden(t *testing.T, path, text string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(text+"\n"), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), text+"\n")
}

func TestObjectGivesUpAfterTwoReplies(t *testing.T) {
	for name, c := range map[string]struct{ second, text string }{
		"prose":           {"I would rather not.", "no valid JSON"},
		"a missing field": {`{"subject":"Hi"}`, "score"},
		"a wrong type":    {`{"subject":"Hi","score":"three"}`, "score"},
		"a half number":   {`{"subject":"Hi","score":3.5}`, "score"},
		"another field":   {`{"subject":"Hi","score":3,"price":1}`, "price"},
		"null":            {`null`, "null"},
		"a huge number":   {`{"subject":"Hi","score":1e400}`, "1e400"},
		"invalid UTF-8":   {"{\"subject\":\"\xff\"", "score"},
	} {
		t.Run(name, func(t *testing.T) {
			var asked []*Request
			got, err := Object[draft](t.Context(), replies(&asked, "Well \xff.", c.second), ask())
			var e *Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, ErrSchema, e.Kind)
			assert.Equal(t, c.second, e.Partial)
			assert.ErrorContains(t, err, c.text)
			assert.False(t, Retryable(err))
			assert.Zero(t, got)
			require.Len(t, asked, 2)
			assert.NoError(t, asked[1].Validate(), "the second turn can be sent")
		})
	}
}

func TestObjectLeavesTheRequestAlone(t *testing.T) {
	req := ask()
	req.Messages = append(make([]Message, 0, 8), req.Messages...) // room that an append could write to
	var asked []*Request
	_, err := Object[draft](t.Context(), replies(&asked, "no", `{"subject":"Hi","score":3}`), req)
	require.NoError(t, err)
	assert.Nil(t, req.Schema)
	assert.Len(t, req.Messages, 2)
	assert.Zero(t, req.Messages[:3][2], "the caller's memory was written to")
	assert.Equal(t, "draft", asked[0].Schema.Name)
}

func TestObjectTakesTheCallersSchema(t *testing.T) {
	req := ask()
	req.Schema = &Schema{Name: "pick", Definition: json.RawMessage(`{"type":"object","properties":{"id":{"enum":["a","b"]}},"required":["id"]}`)}
	type pick struct {
		ID string `json:"id"`
	}
	var asked []*Request
	_, err := Object[pick](t.Context(), replies(&asked, `{"id":"c"}`, `{"id":"c"}`), req)
	require.ErrorIs(t, err, ErrSchema)
	asked = nil
	got, err := Object[pick](t.Context(), replies(&asked, `{"id":"c"}`, `{"id":"b"}`), req)
	require.NoError(t, err)
	assert.Equal(t, "b", got.ID)
}

func TestObjectOfWhatIsNoStruct(t *testing.T) {
	var asked []*Request
	list, err := Object[[]string](t.Context(), replies(&asked, `Here: ["a","b"]`), ask())
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "b"}, list)
	assert.Equal(t, "object", asked[0].Schema.Name)

	asked = nil
	number, err := Object[int](t.Context(), replies(&asked, ` 42 `), ask())
	require.NoError(t, err)
	assert.Equal(t, 42, number)
}

func TestObjectRefusesBeforeItAsks(t *testing.T) {
	never := ModelFunc(func(context.Context, *Request) (*Response, error) {
		t.Error("the model was asked")
		return nil, ErrEmpty
	})
	withTools, badSchema := ask(), ask()
	withTools.Tools = []Tool{{Name: "f"}}
	badSchema.Schema = &Schema{Name: "s", Definition: json.RawMessage(`{"type":7}`)}
	for name, req := range map[string]*Request{"nil": nil, "no messages": {}, "tools": withTools, "a schema that is none": badSchema} {
		_, err := Object[draft](t.Context(), never, req)
		assert.ErrorIs(t, err, ErrInvalid, name)
	}
	_, err := Object[chan int](t.Context(), never, ask())
	assert.ErrorContains(t, err, "llm: schema for chan int")
	type tree struct{ Children []*tree }
	_, err = Object[tree](t.Context(), never, ask())
	assert.ErrorContains(t, err, "llm: schema for llm.tree")
}

func TestObjectPassesErrorsOfTheModelOn(t *testing.T) {
	for i, texts := range [][]string{{""}, {"no", ""}} {
		var asked []*Request
		_, err := Object[draft](t.Context(), replies(&asked, texts...), ask())
		assert.ErrorIs(t, err, ErrEmpty)
		assert.Len(t, asked, i+1)
	}
}

func TestObjectOfAnUnaskedToolCall(t *testing.T) {
	calls := ModelFunc(func(_ context.Context, req *Request) (*Response, error) {
		require.NoError(t, req.Validate())
		return Complete("test", &Response{ToolCalls: []ToolCall{{ID: "1", Name: "f"}}, Finish: FinishStop})
	})
	_, err := Object[draft](t.Context(), calls, ask())
	assert.ErrorIs(t, err, ErrSchema)
}

func TestObjectRefusesKeysThatReadTwoWays(t *testing.T) {
	for name, c := range map[string]struct{ reply, text string }{
		"a key twice":             {`{"subject":"Hi","score":1,"score":2}`, `key "score" twice`},
		"a key twice, to repair":  {`{'subject':'Hi','score':1,'score':2}`, `key "score" twice`},
		"a key twice in a fence":  {"So:\n```json\n{\"subject\":\"Hi\",\"score\":1,\"score\":2}\n```", `key "score" twice`},
		"a field in another case": {`{"subject":"Hi","score":1,"SCORE":2}`, "SCORE"},
	} {
		var asked []*Request
		got, err := Object[draft](t.Context(), replies(&asked, c.reply, `{"subject":"Hi","score":3}`), ask())
		require.NoError(t, err, name)
		assert.Equal(t, 3, got.Score, name)
		assert.Contains(t, asked[1].Messages[3].Text(), c.text, name)
	}
}

// TestWhatIsCheckedIsWhatIsDecoded shows replies that a schema which allows other properties lets pass, and that
// encoding/json would decode into something that the schema forbids.
func TestWhatIsCheckedIsWhatIsDecoded(t *testing.T) {
	type line struct {
		ID string `json:"id,omitempty"`
	}
	type order struct {
		line
		Count int64           `json:"count,omitempty"`
		Lines map[string]line `json:"lines,omitempty"`
		More  []*line         `json:"more,omitempty"`
	}
	open := &Schema{Name: "order", Definition: json.RawMessage(`{"type":"object","properties":{"id":{"enum":["a"]},"count":{"enum":[9007199254740992]}}}`)}
	for reply, fits := range map[string]bool{
		`{"id":"a","note":"x"}`:                     true,
		`{"lines":{"ID":{"id":"b"}}}`:               true, // keys of a map are no fields
		`{"ID":"b"}`:                                false,
		`{"\u017fd":1,"ıd":"b"}`:                    true,
		`{"lines":{"x":{"ID":"b"}}}`:                false,
		`{"more":[null,{"iD":"b"}]}`:                false,
		`{"COUNT":1}`:                               false,
		`{"count":9007199254740992}`:                true,
		`{"count":9007199254740993}`:                false,
		`{"lines":{"x":{"id":"b"},"x":{"id":"c"}}}`: false,
	} {
		req := ask()
		req.Schema = open
		_, err := Object[order](t.Context(), replies(new([]*Request), reply, reply), req)
		assert.Equal(t, fits, err == nil, "%s: %v", reply, err)
	}
}

func TestObjectResponseSaysWhatItCost(t *testing.T) {
	n := 0
	model := func(texts ...string) Model {
		n = 0
		return ModelFunc(func(context.Context, *Request) (*Response, error) {
			n++
			if texts[n-1] == "" {
				return nil, &Error{Kind: ErrUnavailable, Usage: Usage{Input: 1}}
			}
			return Complete("", &Response{Text: texts[n-1], Finish: FinishStop, Model: "small", Usage: Usage{Input: 10, Output: n}, Via: []string{"cache"}})
		})
	}
	good := `{"subject":"Hi","score":3}`
	_, resp, err := ObjectResponse[draft](t.Context(), model(good), ask())
	require.NoError(t, err)
	assert.Equal(t, &Response{Text: good, Finish: FinishStop, Model: "small", Usage: Usage{Input: 10, Output: 1}, Via: []string{"cache"}}, resp)

	_, resp, err = ObjectResponse[draft](t.Context(), model("no", good), ask())
	require.NoError(t, err)
	assert.Equal(t, Usage{Input: 20, Output: 3}, resp.Usage)
	assert.Equal(t, []string{"cache", "object: 2 turns"}, resp.Via)

	for _, c := range []struct {
		texts []string
		kind  Kind
		usage Usage
	}{
		{[]string{"no", "no"}, ErrSchema, Usage{Input: 20, Output: 3}},
		{[]string{"no", ""}, ErrUnavailable, Usage{Input: 11, Output: 1}},
		{[]string{""}, ErrUnavailable, Usage{Input: 1}},
	} {
		_, resp, err = ObjectResponse[draft](t.Context(), model(c.texts...), ask())
		e, ok := errors.AsType[*Error](err)
		require.True(t, ok)
		assert.Nil(t, resp)
		assert.Equal(t, c.kind, e.Kind)
		assert.Equal(t, c.usage, e.Usage)
	}
}

func TestObjectOfAnImage(t *testing.T) {
	req := ask()
	req.Messages = append(req.Messages, User("What is on it?", Image("photo", "image/png", []byte{1})))
	var asked []*Request
	_, err := Object[draft](t.Context(), replies(&asked, "no", `{"subject":"Hi","score":3}`), req)
	require.NoError(t, err)
	for _, a := range asked {
		assert.Equal(t, []byte{1}, a.Messages[2].Parts[1].Media.Data)
	}
}

// hostile are replies that would be dear to read or to repair without bounds.
func hostile() map[string]string {
	return map[string]string{
		"brackets that stay open": strings.Repeat("[", 1<<20),
		"objects that stay open":  strings.Repeat(`{"a":`, 1<<18),
		"empty pairs":             strings.Repeat("{}", 1<<18),
		"fences":                  strings.Repeat("``` {", 1<<18),
		"thoughts":                strings.Repeat("<think>", 1<<18),
		"ends of thoughts":        strings.Repeat("{</think>", 1<<18),
		"quotes":                  "{" + strings.Repeat(`"`, 1<<20),
		"comments to repair":      `{"a":[` + strings.Repeat("/*", 4<<10),
		"objects to repair":       `{"a":[` + strings.Repeat("{'a':1} ", 1<<10),
	}
}

func TestHostileRepliesEnd(t *testing.T) {
	for name, reply := range hostile() {
		var asked []*Request
		_, err := Object[draft](t.Context(), replies(&asked, reply, reply), ask())
		assert.ErrorIs(t, err, ErrSchema, name)
	}
}

// BenchmarkHostile reads replies of up to 2 MiB that are made to be dear.
func BenchmarkHostile(b *testing.B) {
	definition, err := SchemaFor[draft]()
	require.NoError(b, err)
	schema, err := resolve(&Schema{Name: "draft", Definition: definition})
	require.NoError(b, err)
	all := hostile()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		b.Run(strings.ReplaceAll(name, " ", "-"), func(b *testing.B) {
			for b.Loop() {
				_, err := parse[draft](all[name], schema)
				require.Error(b, err)
			}
		})
	}
}

func TestTheFaultIsBriefWhateverTheReply(t *testing.T) {
	var asked []*Request
	long := `{"subject":"Hi","score":"` + strings.Repeat("é", 5000) + `"}`
	_, err := Object[draft](t.Context(), replies(&asked, long, long), ask())
	require.ErrorIs(t, err, ErrSchema)
	assert.Less(t, len(err.Error()), 500)
	assert.Less(t, len(asked[1].Messages[3].Text()), 1000)
	assert.NoError(t, asked[1].Validate())
}

// FuzzObject checks that no reply makes Object panic, and that what it accepts fits the schema and is stable.
func FuzzObject(f *testing.F) {
	for _, seed := range []string{
		`{"subject":"a","score":1}`, "```json\n{'subject':'a','score':1,}\n```", `<think>{</think>{"subject":"a","score":1`,
		`[{"subject":"\ud800"}]`, "{\"a\":\"b\n", `{"subject":"a" "score":1}`, `{subject:a,score:01}`, "{/*", `{"a":1}{"b"`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, reply string) {
		said := ModelFunc(func(context.Context, *Request) (*Response, error) {
			return Complete("fuzz", &Response{Text: reply, Finish: FinishStop})
		})
		value, err := Object[draft](t.Context(), said, ask())
		if err != nil {
			assert.True(t, reply == "" || strings.TrimSpace(reply) == "" || assert.ErrorIs(t, err, ErrSchema))
			return
		}
		again, err := json.Marshal(value)
		require.NoError(t, err)
		same, err := Object[draft](t.Context(), replies(new([]*Request), string(again)), ask())
		require.NoError(t, err)
		assert.Equal(t, value, same)
	})
}

// FuzzExtract checks that JSON is found whatever prose without brackets, fences and thought stands around it.
func FuzzExtract(f *testing.F) {
	f.Add("Sure: ", "hello", " Anything else?")
	f.Add("\"", `\"}{[`, "'")
	f.Fuzz(func(t *testing.T, before, inside, after string) {
		clean := strings.NewReplacer("{", "", "}", "", "[", "", "]", "", "`", "", "<", "")
		raw, err := json.Marshal(map[string]any{"inside": strings.ReplaceAll(inside, "`", "")})
		require.NoError(t, err)
		groups := extract(clean.Replace(before) + string(raw) + clean.Replace(after))
		assert.Contains(t, groups[len(groups)-1], stretch{text: string(raw), closed: true})
	})
}
