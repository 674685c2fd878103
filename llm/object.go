package llm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/kaptinlin/jsonrepair"
)

// Object asks m for a value of T: it sends req with the schema of T, finds the JSON in the reply, checks it against the
// schema and decodes it. A reply that does not fit costs one more turn, in which the model is told what is wrong; when
// that fails too, the error is [ErrSchema] with the second reply in Error.Partial. Errors of the model come back as they
// are, but that Error.Usage counts both turns.
//
// When req.Schema is set it is used instead of T's, which narrows T: an enum of the ids that exist, say. Tools are
// refused with [ErrInvalid], since a call is no value; see [RunObject]. The request is copied, never changed. JSON may
// stand in prose, in a code fence or after <think> blocks; where several objects fit, the last counts. JSON that strict
// decoding refuses is repaired (quotes, commas, brackets) and must then fit the schema like any other. An object with a
// key twice, or with a key that is a field's but for case, does not fit.
//
// Object costs one model call, two when the first reply does not fit. [ObjectResponse] says what they were.
func Object[T any](ctx context.Context, m Model, req *Request) (T, error) {
	value, _, err := ObjectResponse[T](ctx, m, req)
	return value, err
}

// ObjectResponse is [Object] with the response that the value was read from: which model answered, by which path, and
// what it cost. After a second turn its Usage is that of both, and Via ends with "object: 2 turns". The response is nil
// when there is an error.
func ObjectResponse[T any](ctx context.Context, m Model, req *Request) (T, *Response, error) {
	var zero T
	ask, schema, err := objectRequest[T](req)
	if err != nil {
		return zero, nil, err
	}
	first, err := m.Generate(ctx, ask)
	if err != nil {
		return zero, nil, err
	}
	value, fault := parse[T](first.Text, schema)
	if fault == nil {
		return value, first, nil
	}
	second, err := m.Generate(ctx, secondTurn(ask, first.Text, fault))
	if err != nil {
		return zero, nil, withUsage(err, first.Usage)
	}
	second = credit(second, "object: 2 turns", first.Usage)
	value, fault = parse[T](second.Text, schema)
	if fault != nil {
		return zero, nil, misfit(second.Text, second.Usage, fault)
	}
	return value, second, nil
}

// misfit is the error of a reply that does not fit, the second time.
func misfit(reply string, usage Usage, fault error) error {
	return &Error{Kind: ErrSchema, Partial: reply, Usage: usage, Err: errors.New(brief(fault))}
}

// objectRequest is a copy of req that asks for T, with its schema ready for validation.
func objectRequest[T any](req *Request) (*Request, *jsonschema.Resolved, error) {
	if err := req.Validate(); err != nil {
		return nil, nil, err
	}
	if len(req.Tools) > 0 {
		return nil, nil, &Error{Kind: ErrInvalid, Err: errors.New("tools in a request for an object")}
	}
	ask := *req
	if ask.Schema == nil {
		definition, err := SchemaFor[T]()
		if err != nil {
			return nil, nil, err
		}
		ask.Schema = &Schema{Name: schemaName[T](), Definition: definition}
	}
	schema, err := resolve(ask.Schema)
	if err != nil {
		return nil, nil, &Error{Kind: ErrInvalid, Err: err}
	}
	return &ask, schema, nil
}

// secondTurnPrompt tells a model what is wrong with its reply; the verbs are the fault and the schema.
const secondTurnPrompt = `Your last reply cannot be used: %s

Reply again with one JSON value and nothing else. It has to fit this JSON schema:
%s`

// secondTurn is ask, the reply, and what is wrong with it.
func secondTurn(ask *Request, reply string, fault error) *Request {
	again := *ask
	again.Messages = slices.Clone(ask.Messages)
	if reply != "" {
		again.Messages = append(again.Messages, Assistant(strings.ToValidUTF8(reply, "\uFFFD")))
	}
	again.Messages = append(again.Messages, secondTurnMessage(ask.Schema, fault))
	return &again
}

func secondTurnMessage(schema *Schema, fault error) Message {
	prompt := fmt.Sprintf(secondTurnPrompt, brief(fault), schema.Definition)
	return User(strings.ToValidUTF8(prompt, "\uFFFD"))
}

// brief is a fault in at most 400 bytes: the validator quotes the value that does not fit.
func brief(fault error) string {
	const most = 400
	text := fault.Error()
	if len(text) > most {
		text = text[:most] + "…"
	}
	return strings.ToValidUTF8(text, "")
}

// parse finds the value in a reply: the reply itself, else the last stretch of it that decodes and fits, else the first
// that does so after a repair. The error is the one that helps the model most: that of JSON that does not fit before
// that of JSON that is none.
func parse[T any](reply string, schema *jsonschema.Resolved) (T, error) {
	value, best := decode[T](reply, schema)
	if best == nil {
		return value, nil
	}
	groups := extract(reply)
	for text := range attempts(groups) {
		value, err := decode[T](text, schema)
		if err == nil {
			return value, nil
		}
		if errors.Is(best, errNoJSON) {
			best = err
		}
	}
	return value, best
}

// attempts are the texts to decode, in order: stretches as they are, and then repaired ones.
func attempts(groups [][]stretch) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, text := range closed(groups) {
			if !yield(text) {
				return
			}
		}
		broken := slices.DeleteFunc(slices.Concat(groups...), func(s stretch) bool { return !mendable(s.text) })
		for _, s := range broken[:min(len(broken), maxRepairs)] {
			fixed, err := jsonrepair.Repair(s.text)
			if err == nil && !yield(fixed) {
				return
			}
		}
	}
}

// closed are the stretches whose brackets balance, the last of a group first.
func closed(groups [][]stretch) []string {
	var texts []string
	for _, group := range groups {
		for _, s := range slices.Backward(group) {
			if s.closed && len(texts) < maxStrict {
				texts = append(texts, s.text)
			}
		}
	}
	return texts
}

// Bounds of what is tried. The repair takes quadratic time: without a bound on the depth, 16 KiB of open brackets took
// 0.7 s. BenchmarkHostile shows the cost within the bounds.
const (
	maxStrict      = 64
	maxRepairs     = 4
	maxRepairBytes = 16 << 10
	maxRepairDepth = 64
)

// mendable reports whether text is broken JSON within the bounds.
func mendable(text string) bool {
	if len(text) > maxRepairBytes || json.Valid([]byte(text)) {
		return false
	}
	depth, deepest := 0, 0
	for i := range len(text) {
		switch text[i] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		deepest = max(deepest, depth)
	}
	return deepest <= maxRepairDepth
}

// errNoJSON marks text that is no JSON at all.
var errNoJSON = errors.New("no valid JSON")

// decode checks text against the schema and decodes it.
func decode[T any](text string, schema *jsonschema.Resolved) (T, error) {
	var value T
	if err := fits(text, schema, reflect.TypeFor[T]()); err != nil {
		return value, err
	}
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		var zero T
		return zero, err
	}
	return value, nil
}

// fits reports what keeps JSON from being decoded into a t as the schema saw it.
func fits(text string, schema *jsonschema.Resolved, t reflect.Type) error {
	value, err := plain(text)
	if err != nil {
		return err
	}
	if err := schema.Validate(value); err != nil {
		return err
	}
	return misspelt(value, t)
}
