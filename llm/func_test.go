package llm_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
)

type refund struct {
	Order  string   `json:"order"`
	Cents  int64    `json:"cents"`
	Reason string   `json:"reason,omitempty"`
	Items  []string `json:"items,omitempty"`
	Extra  any      `json:"extra,omitempty"`
	To     *account `json:"to,omitempty"`
}

type account struct {
	Bank map[string]int `json:"bank"`
}

// echoFunc is a function that returns its arguments.
func echoFunc[In any](t testing.TB, opts *llm.FuncOptions) *llm.Func {
	f, err := llm.NewTool("echo", "Says the same.", func(_ context.Context, in In) (In, error) { return in, nil }, opts)
	require.NoError(t, err)
	return f
}

func TestArgumentsAreDecodedStrictly(t *testing.T) {
	f := echoFunc[refund](t, nil)
	for name, c := range map[string]struct{ arguments, text string }{
		"nothing":                            {``, "no valid JSON"},
		"prose before it":                    {`Sure: {"order":"A7","cents":1}`, "no valid JSON"},
		"a second value":                     {`{"order":"A7","cents":1} {}`, "no valid JSON"},
		"a fence":                            {"```json\n{\"order\":\"A7\",\"cents\":1}\n```", "no valid JSON"},
		"a comma at the end":                 {`{"order":"A7","cents":1,}`, "no valid JSON"},
		"single quotes":                      {`{'order':'A7','cents':1}`, "no valid JSON"},
		"no last bracket":                    {`{"order":"A7","cents":1`, "no valid JSON"},
		"a list":                             {`[]`, "array"},
		"null":                               {`null`, "null"},
		"JSON in a string":                   {`"{\"order\":\"A7\",\"cents\":1}"`, "string"},
		"a missing field":                    {`{"order":"A7"}`, "cents"},
		"another field":                      {`{"order":"A7","cents":1,"approved":true}`, "approved"},
		"a field in another case":            {`{"order":"A7","Cents":1}`, "Cents"},
		"a field twice":                      {`{"order":"A7","cents":1,"cents":900}`, `key "cents" twice`},
		"a field twice, once escaped":        {`{"order":"A7","cents":1,"\u0063ents":900}`, `key "cents" twice`},
		"a key twice in a map":               {`{"order":"A7","cents":1,"to":{"bank":{"a":1,"a":2}}}`, `key "a" twice`},
		"a key twice in a list":              {`{"order":"A7","cents":1,"extra":[{"a":1,"a":2}]}`, `key "a" twice`},
		"a field twice in another case":      {`{"order":"A7","cents":1,"CENTS":900}`, "CENTS"},
		"a text for a number":                {`{"order":"A7","cents":"1"}`, "cents"},
		"a number for a text":                {`{"order":7,"cents":1}`, "order"},
		"half a cent":                        {`{"order":"A7","cents":1.5}`, "cents"},
		"a whole number with a point":        {`{"order":"A7","cents":1.0}`, "cents"},
		"a number beyond 64 bits":            {`{"order":"A7","cents":9223372036854775808}`, "cents"},
		"a number that would cost a million": {`{"order":"A7","cents":1e1000000}`, "out of range"},
		"null for a text":                    {`{"order":null,"cents":1}`, "order"},
		"invalid UTF-8":                      {"{\"order\":\"A\xff\",\"cents\":1}", "invalid UTF-8"},
		"half a surrogate pair":              {`{"order":"\ud83d","cents":1}`, "half of a surrogate pair"},
		"the other half":                     {`{"order":"\\\udE00","cents":1}`, "half of a surrogate pair"},
		"two first halves":                   {`{"order":"\ud83d\ud83d","cents":1}`, "half of a surrogate pair"},
		"a half in a key":                    {`{"order":"A7","cents":1,"to":{"bank":{"\ud83d":1}}}`, "half of a surrogate pair"},
		"deep brackets":                      {`{"order":"A7","cents":1,"extra":` + strings.Repeat("[", 1<<20), "no valid JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := f.Call(t.Context(), c.arguments)
			require.ErrorIs(t, err, llm.ErrArguments)
			assert.ErrorContains(t, err, c.text)
			assert.Less(t, len(err.Error()), 1000)
		})
	}
}

func TestArgumentsArriveAsTheyAreWritten(t *testing.T) {
	f := echoFunc[refund](t, nil)
	for _, arguments := range []string{
		`{"order":"A7","cents":9007199254740993}`,
		`{"order":"A7","cents":-9223372036854775808}`,
		`{"order":"A7","cents":1,"extra":[9007199254740993,0.10,{"a":null}]}`,
		`{"order":"< & > \\ud83d","cents":1}`,
		`{"order":"A7","cents":1,"to":{"bank":{"A":2,"a":1}}}`,
	} {
		out, err := f.Call(t.Context(), arguments)
		require.NoError(t, err)
		assert.Equal(t, arguments, out)
	}
	out, err := f.Call(t.Context(), ` {"order":"\ud83d\uDE00","cents":1} `)
	require.NoError(t, err)
	assert.Equal(t, `{"order":"😀","cents":1}`, out)
}

func TestAFunctionWithoutParametersTakesNoText(t *testing.T) {
	f := echoFunc[struct{}](t, nil)
	for arguments, fits := range map[string]bool{"": true, "{}": true, " ": false, "null": false, `{"a":1}`: false} {
		_, err := f.Call(t.Context(), arguments)
		assert.Equal(t, fits, err == nil, "%q: %v", arguments, err)
	}
	_, err := echoFunc[map[string]any](t, &llm.FuncOptions{Parameters: json.RawMessage(`{"type":"object","required":["a"]}`)}).Call(t.Context(), "")
	assert.ErrorIs(t, err, llm.ErrArguments, "a parameter that only the narrower schema has")
}

func TestParametersNarrowTheArguments(t *testing.T) {
	type pick struct {
		Order string `json:"order,omitempty"`
		Count int64  `json:"count,omitempty"`
	}
	narrow := json.RawMessage(`{"type":"object","properties":{"order":{"enum":["A7"]},"count":{"enum":[9007199254740992]}}}`)
	f := echoFunc[pick](t, &llm.FuncOptions{Parameters: narrow})
	assert.JSONEq(t, string(narrow), string(f.Tool().Parameters))
	f.Tool().Parameters[0] = 'x'
	assert.JSONEq(t, string(narrow), string(f.Tool().Parameters))
	for arguments, fits := range map[string]bool{
		`{"order":"A7"}`:             true,
		`{"order":"B9"}`:             false,
		`{"ORDER":"B9"}`:             false, // what encoding/json would take for order, and the schema does not look at
		`{"order":"A7","ORDER":"B"}`: false,
		`{"price":1}`:                false,
		`{"count":9007199254740992}`: true,
		`{"count":9007199254740993}`: false, // the same float64
	} {
		_, err := f.Call(t.Context(), arguments)
		assert.Equal(t, fits, err == nil, "%s: %v", arguments, err)
	}
}

func TestResultsAreTextOrJSON(t *testing.T) {
	results := func(out any, err error) (string, error) {
		f, e := llm.NewTool("f", "", func(context.Context, struct{}) (any, error) { return out, err }, nil)
		require.NoError(t, e)
		return f.Call(t.Context(), "{}")
	}
	for want, out := range map[string]any{
		`on its <way>`: "on its <way>", `{"a":"<b>"}`: map[string]string{"a": "<b>"}, `null`: nil, `["x"]`: []string{"x"}, ``: "", `{"raw": 1}`: json.RawMessage(`{"raw": 1}`),
	} {
		text, err := results(out, nil)
		require.NoError(t, err)
		assert.Equal(t, strings.ReplaceAll(want, " ", ""), strings.ReplaceAll(text, " ", ""))
	}
	_, err := results(func() {}, nil)
	assert.ErrorContains(t, err, "unsupported type")
	broken := errors.New("broken")
	_, err = results("half", broken)
	assert.Equal(t, broken, err)
}

func TestAPanicIsAnError(t *testing.T) {
	f, err := llm.NewTool("f", "", func(context.Context, struct{}) (string, error) { panic(errors.New("iban DE89")) }, nil)
	require.NoError(t, err)
	_, err = f.Call(t.Context(), "")
	p, ok := errors.AsType[*llm.PanicError](err)
	require.True(t, ok)
	assert.NotContains(t, err.Error(), "DE89", "the value may be a customer's")
	assert.ErrorContains(t, p.Unwrap(), "DE89")
	assert.Contains(t, string(p.Stack), "func_test.go")

	f, err = llm.NewTool("f", "", func(_ context.Context, in map[string]int) (int, error) { return 1 / in["zero"], nil }, nil)
	require.NoError(t, err)
	_, err = f.Call(t.Context(), "{}")
	_, ok = errors.AsType[runtime.Error](err)
	assert.True(t, ok)
}

func TestACallHasALimitOfTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wait := func(ctx context.Context, _ struct{}) (string, error) { <-ctx.Done(); return "", ctx.Err() }
		for opts, want := range map[*llm.FuncOptions]time.Duration{nil: 30 * time.Second, {Timeout: time.Second}: time.Second} {
			f, err := llm.NewTool("wait", "", wait, opts)
			require.NoError(t, err)
			start := time.Now()
			_, err = f.Call(t.Context(), "")
			assert.ErrorIs(t, err, context.DeadlineExceeded)
			assert.Equal(t, want, time.Since(start))
		}
	})
}

func TestNewToolRefuses(t *testing.T) {
	text := func(name string, opts *llm.FuncOptions) error {
		_, err := llm.NewTool(name, "", func(context.Context, struct{}) (string, error) { return "", nil }, opts)
		return err
	}
	assert.ErrorContains(t, text("find order", nil), `llm: function "find order": want a name`)
	assert.ErrorContains(t, text("f", &llm.FuncOptions{MaxCalls: -1}), "negative option")
	assert.ErrorContains(t, text("f", &llm.FuncOptions{Timeout: -1}), "negative option")
	assert.ErrorContains(t, text("f", &llm.FuncOptions{Parameters: json.RawMessage(`[]`)}), "want a JSON object")
	assert.ErrorContains(t, text("f", &llm.FuncOptions{Parameters: json.RawMessage(`{"type":7}`)}), "schema")
	assert.ErrorContains(t, text("f", &llm.FuncOptions{Parameters: json.RawMessage(`{"enum":[1]}`)}), "type object")
	_, err := llm.NewTool("f", "", func(context.Context, string) (string, error) { return "", nil }, nil)
	assert.ErrorContains(t, err, "want a struct or a map")
	_, err = llm.NewTool("f", "", func(context.Context, *refund) (string, error) { return "", nil }, nil)
	assert.ErrorContains(t, err, "want a struct or a map")
	_, err = llm.NewTool("f", "", func(context.Context, chan int) (string, error) { return "", nil }, nil)
	assert.ErrorContains(t, err, "chan int")
}

// FuzzArguments checks that what a function is called with is what was written: JSON of one spelling, which comes back
// the same but for its spaces, escapes and the order of its fields.
func FuzzArguments(f *testing.F) {
	for _, seed := range []string{
		`{"order":"A7","cents":1}`, `{"order":"A7","cents":1,"CENTS":2}`, `{"order":"\ud800","cents":1}`, `{"order":"A7","cents":1e2}`,
		`{"order":"A7","cents":1,"extra":{"a":[1.50,-0,1e-7]},"to":{"bank":{"b":0}}}`, `{}{}`, ` `, `{"order":"A7","cents":01}`, `{"cents":1,"order":"😀"}`,
	} {
		f.Add(seed)
	}
	same := echoFunc[refund](f, nil)
	f.Fuzz(func(t *testing.T, arguments string) {
		out, err := same.Call(t.Context(), arguments)
		if err != nil {
			assert.ErrorIs(t, err, llm.ErrArguments)
			return
		}
		assert.Equal(t, canonical(t, arguments), canonical(t, out))
		again, err := same.Call(t.Context(), out)
		require.NoError(t, err)
		assert.Equal(t, out, again)
	})
}

// canonical is JSON with sorted keys and numbers as they were written, without fields that say nothing.
func canonical(t *testing.T, text string) string {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var fields map[string]any
	require.NoError(t, dec.Decode(&fields))
	for _, name := range []string{"reason", "items", "extra", "to"} {
		switch fmt.Sprint(fields[name]) {
		case "", "[]", "<nil>":
			delete(fields, name)
		}
	}
	raw, err := json.Marshal(fields)
	require.NoError(t, err)
	return string(raw)
}
