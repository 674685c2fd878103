package llm_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/llm"
)

// uncounted are the fields that must not change a key: they are not sent to a provider.
var uncounted = []string{"Purpose", "Scope.Customer", "Scope.Session"}

// A mutator changes one thing at a time in the value under root, and calls try with its name; then it puts it back.
type mutator struct {
	t   *testing.T
	try func(path string)
}

// walk tries every field that is reached from v.
func (m mutator) walk(v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			m.walk(v.Field(i), strings.TrimPrefix(path+"."+v.Type().Field(i).Name, "."))
		}
	case reflect.Pointer:
		m.pointer(v, path)
	case reflect.Slice:
		m.slice(v, path)
	case reflect.String:
		m.with(v, reflect.ValueOf(v.String()+"x").Convert(v.Type()), path)
	case reflect.Int, reflect.Int64:
		m.with(v, reflect.ValueOf(v.Int()+1).Convert(v.Type()), path)
	case reflect.Float64:
		m.with(v, reflect.ValueOf(v.Float()/2), path)
	case reflect.Uint8:
		m.with(v, reflect.ValueOf(uint8(v.Uint()+1)), path)
	default:
		m.t.Fatalf("%s is a %s, which this test cannot change: teach it, and the key", path, v.Kind())
	}
}

func (m mutator) with(v, changed reflect.Value, path string) {
	before := reflect.New(v.Type()).Elem()
	before.Set(v)
	v.Set(changed)
	m.try(path)
	v.Set(before)
}

func (m mutator) pointer(v reflect.Value, path string) {
	require.False(m.t, v.IsNil(), path)
	m.with(v, reflect.Zero(v.Type()), path+" unset")
	m.with(v, reflect.New(v.Type().Elem()), path+" zero")
	m.walk(v.Elem(), path)
}

func (m mutator) slice(v reflect.Value, path string) {
	require.GreaterOrEqual(m.t, v.Len(), 2, path)
	for i := range v.Len() {
		m.walk(v.Index(i), fmt.Sprintf("%s[%d]", path, i))
	}
	m.with(v, v.Slice(0, v.Len()-1), path+" shorter")
	m.with(v, reflect.Zero(v.Type()), path+" unset")
	swapped := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
	reflect.Copy(swapped, v)
	reflect.Swapper(swapped.Interface())(0, 1)
	m.with(v, swapped, path+" swapped")
	longer := reflect.Append(swapped.Slice3(0, 0, 0), v.Index(0))
	m.with(v, reflect.AppendSlice(longer, v), path+" longer")
}

// fill gives every field that is reached from v a value of its own: what is added to the types later, too.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.String:
		v.SetString(fmt.Sprint("value ", *n))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Float64:
		v.SetFloat(float64(*n))
	case reflect.Uint8:
		v.SetUint(uint64(*n))
	}
}

// unseen are the changes that a key does not show, in order.
func unseen(t *testing.T, key func(*llm.Request) llm.Key) []string {
	var req llm.Request
	n := 0
	fill(reflect.ValueOf(&req).Elem(), &n)
	seen := map[llm.Key]string{key(&req): "no change"}
	missed := map[string]bool{}
	mutator{t, func(path string) {
		k := key(&req)
		if _, known := seen[k]; known {
			missed[path] = true
		}
		seen[k] = path
	}}.walk(reflect.ValueOf(&req).Elem(), "")
	require.Greater(t, len(seen), 80, "the walk reached little")
	return slices.Sorted(maps.Keys(missed))
}

func TestKeyCoversWhatChangesAnAnswerAndNothingElse(t *testing.T) {
	missed := unseen(t, func(r *llm.Request) llm.Key { return llm.KeyOf("m", r) })
	assert.Equal(t, uncounted, missed)
}

func TestAFieldThatAKeyForgetsIsNoticed(t *testing.T) {
	missed := unseen(t, func(r *llm.Request) llm.Key {
		c := r.Clone()
		c.Seed = nil
		for _, m := range c.Messages {
			for _, p := range m.Parts {
				if p.Media != nil {
					p.Media.URL = ""
				}
			}
		}
		return llm.KeyOf("m", c)
	})
	for _, path := range []string{"Seed", "Seed unset", "Seed zero", "Messages[0].Parts[1].Media.URL", "Messages[1].Parts[1].Media.URL"} {
		assert.Contains(t, missed, path)
	}
}

// word is a text of few letters, such that texts that run together are often the same.
func word(t *rapid.T) string {
	return rapid.StringOfN(rapid.RuneFrom([]rune("ab")), 0, 2, -1).Draw(t, "word")
}

func drawn[V any](t *rapid.T, most int, one func(*rapid.T) V) []V {
	var list []V
	for range rapid.IntRange(0, most).Draw(t, "n") {
		list = append(list, one(t))
	}
	return list
}

func maybe[V any](t *rapid.T, one func(*rapid.T) V) *V {
	if !rapid.Bool().Draw(t, "set") {
		return nil
	}
	return new(one(t))
}

func drawMessage(t *rapid.T) llm.Message {
	return llm.Message{
		Role:       rapid.SampledFrom([]llm.Role{llm.RoleUser, llm.RoleAssistant}).Draw(t, "role"),
		ToolCallID: word(t),
		ToolCalls:  drawn(t, 2, func(t *rapid.T) llm.ToolCall { return llm.ToolCall{ID: word(t), Name: word(t), Arguments: word(t)} }),
		Parts: drawn(t, 2, func(t *rapid.T) llm.Part {
			return llm.Part{Text: word(t), Source: word(t), Media: maybe(t, func(t *rapid.T) llm.Media {
				return llm.Media{Type: word(t), URL: word(t), Data: []byte(word(t))}
			})}
		}),
	}
}

// drawRequest is a request of any shape, most of them invalid.
func drawRequest(t *rapid.T) *llm.Request {
	raw := func(t *rapid.T) json.RawMessage {
		return json.RawMessage(rapid.SampledFrom([]string{`{}`, `{"a":1}`, `{"a":"<b>"}`}).Draw(t, "raw"))
	}
	whole := func(t *rapid.T) int { return rapid.IntRange(0, 2).Draw(t, "whole") }
	share := func(t *rapid.T) float64 { return float64(whole(t)) / 2 }
	return &llm.Request{
		Purpose:     llm.Purpose(word(t)),
		Scope:       llm.Scope{Tenant: word(t), Customer: word(t), Session: word(t)},
		Messages:    drawn(t, 3, drawMessage),
		Tools:       drawn(t, 2, func(t *rapid.T) llm.Tool { return llm.Tool{Name: word(t), Description: word(t), Parameters: raw(t)} }),
		Schema:      maybe(t, func(t *rapid.T) llm.Schema { return llm.Schema{Name: word(t), Definition: raw(t)} }),
		Temperature: maybe(t, share), TopP: maybe(t, share), MaxTokens: maybe(t, whole),
		Seed: maybe(t, func(t *rapid.T) int64 { return int64(whole(t)) }),
		Stop: drawn(t, 3, word),
	}
}

// answered is what of a request counts.
func answered(r *llm.Request) *llm.Request {
	c := r.Clone()
	c.Purpose, c.Scope.Customer, c.Scope.Session = "", "", ""
	return c
}

func TestKeysAreEqualExactlyWhenRequestsAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawRequest(t), drawRequest(t)
		if rapid.Bool().Draw(t, "near") {
			near := a.Clone()
			from, to := reflect.ValueOf(b).Elem(), reflect.ValueOf(near).Elem()
			i := rapid.IntRange(0, to.NumField()-1).Draw(t, "field")
			to.Field(i).Set(from.Field(i))
			b = near
		}
		same := assert.ObjectsAreEqual(answered(a), answered(b))
		require.Equal(t, same, llm.KeyOf("m", a) == llm.KeyOf("m", b))
		require.NotEqual(t, llm.KeyOf("m", a), llm.KeyOf("n", a))
	})
}

func TestKeyOfRequestsThatAreNone(t *testing.T) {
	assert.NotEqual(t, llm.KeyOf("m", nil), llm.KeyOf("m", &llm.Request{}))
	assert.Equal(t, llm.KeyOf("m", &llm.Request{}), llm.KeyOf("m", &llm.Request{Messages: []llm.Message{}, Stop: []string{}}))
}

func TestKeysAreReadAsTheyAreWritten(t *testing.T) {
	want := llm.KeyOf("m", &llm.Request{Messages: []llm.Message{llm.User("hello")}})
	raw, err := json.Marshal(want)
	require.NoError(t, err)
	assert.Equal(t, `"`+want.String()+`"`, string(raw))
	var got llm.Key
	require.NoError(t, json.Unmarshal(raw, &got))
	assert.Equal(t, want, got)
	assert.ErrorContains(t, got.UnmarshalText([]byte("ab")), "key of 2 digits, want 64")
	assert.ErrorContains(t, got.UnmarshalText([]byte(strings.Repeat("x", 64))), "not hexadecimal")
}

// TestKeysStayAsTheyAre holds the encoding in place, since recordings keep keys. The value was computed from the
// encoding's description with Python's hashlib and struct.
func TestKeysStayAsTheyAre(t *testing.T) {
	req := &llm.Request{Messages: []llm.Message{llm.System("Be brief."), llm.User("Where is it?", llm.Quote("order A7", "shipped"))}, Seed: new(int64(7))}
	assert.Equal(t, "f7118448a0fefa9c89185838ef6ce67db5a4b289730064cd5551807a15604604", llm.KeyOf("small", req).String())
}

func ExampleKeyOf() {
	ask := func(tenant, customer string) *llm.Request {
		return &llm.Request{
			Scope:    llm.Scope{Tenant: tenant, Customer: customer},
			Messages: []llm.Message{llm.User("Do you ship to Norway?")},
		}
	}
	key := llm.KeyOf("small", ask("shop-1", "c-1"))
	fmt.Println("another customer:", llm.KeyOf("small", ask("shop-1", "c-2")) == key)
	fmt.Println("another shop:", llm.KeyOf("small", ask("shop-2", "c-1")) == key)
	fmt.Println("another model:", llm.KeyOf("large", ask("shop-1", "c-1")) == key)
	// Output:
	// another customer: true
	// another shop: false
	// another model: false
}

func BenchmarkKey(b *testing.B) {
	for _, size := range []int{0, 2 << 10, 64 << 10} {
		req := &llm.Request{Messages: []llm.Message{llm.System("Answer in one sentence."), llm.User(strings.Repeat("a", size))}}
		b.Run(fmt.Sprintf("%dKB", size>>10), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				llm.KeyOf("small", req)
			}
		})
	}
}
