package llm

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"runtime/debug"
	"strings"
	"time"

	"github.com/google/jsonschema-go/jsonschema"
)

// Func is a tool with the Go function behind it: a [Tool] that a model may have called. [Run] takes some. It does not
// change and is safe for concurrent use when the function is.
type Func struct {
	tool    Tool
	options FuncOptions
	bind    func(arguments string) (bound, error)
}

// bound is a function with its arguments.
type bound func(context.Context) (string, error)

// FuncOptions are the bounds of a function within one run. Nil means the defaults.
type FuncOptions struct {
	// ReadOnly says that the function changes nothing. Calls of such functions may run at once; every other call waits for
	// those before it in the model's order, and those after it wait for it.
	ReadOnly bool
	// Timeout is how long a call may take before its context ends. Default: 30 seconds.
	Timeout time.Duration
	// MaxCalls of the function in one run. Default: as many as the run allows.
	MaxCalls int
	// MaxRepeats is how often the function is called with the same arguments in one run. Default: once, and 3 times when
	// it is ReadOnly. Calls that failed count: nobody knows how far they came.
	MaxRepeats int
	// MaxResult is the length in bytes to which a result is cut. Default: 16384, some 4,000 tokens.
	MaxResult int
	// Parameters is a JSON schema that narrows that of the arguments' type: an enum of the ids that exist, say. The model
	// is shown it, and arguments have to fit both.
	Parameters json.RawMessage
}

func (o *FuncOptions) withDefaults() (FuncOptions, error) {
	var with FuncOptions
	if o != nil {
		with = *o
	}
	if min(with.MaxCalls, with.MaxRepeats, with.MaxResult) < 0 || with.Timeout < 0 {
		return with, errors.New("negative option")
	}
	repeats := 1
	if with.ReadOnly {
		repeats = 3
	}
	with.Timeout = cmp.Or(with.Timeout, 30*time.Second)
	with.MaxRepeats = cmp.Or(with.MaxRepeats, repeats)
	with.MaxResult = cmp.Or(with.MaxResult, 16<<10)
	return with, nil
}

// NewTool makes a Func of f. The name and the description are those of a [Tool], and the schema of the arguments is that
// of In as [SchemaFor] makes it, which has to be an object: a struct, or a map with string keys. A result that is a string
// is handed on as it is, any other as JSON.
//
// What a model writes as arguments is decoded strictly and never mended: JSON with nothing before or after it that fits
// the schema, no fields that In does not have, no key twice, no invalid UTF-8, whole numbers exact (json.Number where In
// says any). A function without parameters takes no text at all for {}, as some servers send it.
//
// An error of f stays with the program: the model reads that the call failed, and more only where errors.As finds a
// [ToolError]. NewTool fails when the name or the schema is not one, or an option is negative.
func NewTool[In, Out any](name, description string, f func(context.Context, In) (Out, error), opts *FuncOptions) (*Func, error) {
	options, err := opts.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("llm: function %q: %w", name, err)
	}
	own, err := SchemaFor[In]()
	if err != nil {
		return nil, err
	}
	tool := Tool{Name: name, Description: description, Parameters: own}
	if options.Parameters != nil {
		tool.Parameters = bytes.Clone(options.Parameters)
	}
	if err := tool.check(); err != nil {
		return nil, fmt.Errorf("llm: function %q: %w", name, err)
	}
	schemas, err := argumentSchemas(own, tool.Parameters)
	if err != nil {
		return nil, fmt.Errorf("llm: function %q: %w", name, err)
	}
	return &Func{tool: tool, options: options, bind: func(arguments string) (bound, error) {
		in, err := decodeArguments[In](arguments, schemas)
		return func(ctx context.Context) (string, error) { return encoded(f(ctx, in)) }, err
	}}, nil
}

// argumentSchemas are the type's own schema and the one that the model is shown.
func argumentSchemas(own, shown json.RawMessage) ([]*jsonschema.Resolved, error) {
	definitions := []json.RawMessage{own}
	if !bytes.Equal(own, shown) {
		definitions = append(definitions, shown)
	}
	var all []*jsonschema.Resolved
	for _, definition := range definitions {
		schema, err := resolve(&Schema{Name: "parameters", Definition: definition})
		if err != nil {
			return nil, err
		}
		if schema.Schema().Type != "object" {
			return nil, errors.New("arguments: want a struct or a map, and a schema of type object")
		}
		all = append(all, schema)
	}
	return all, nil
}

// decodeArguments decodes what fits every one of the schemas.
func decodeArguments[In any](arguments string, schemas []*jsonschema.Resolved) (In, error) {
	var in, zero In
	if arguments == "" && len(schemas[0].Schema().Properties) == 0 {
		arguments = "{}"
	}
	for _, schema := range schemas {
		if err := fits(arguments, schema, reflect.TypeFor[In]()); err != nil {
			return zero, err
		}
	}
	if err := decodeStrictly(arguments, &in); err != nil {
		return zero, err
	}
	return in, nil
}

// encoded is a result as text.
func encoded(out any, err error) (string, error) {
	if err != nil {
		return "", err
	}
	if text, ok := out.(string); ok {
		return text, nil
	}
	var text strings.Builder
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(out); err != nil {
		return "", err
	}
	return strings.TrimSuffix(text.String(), "\n"), nil
}

// Tool is the function as a model is told of it.
func (f *Func) Tool() Tool {
	tool := f.tool
	tool.Parameters = bytes.Clone(tool.Parameters)
	return tool
}

// Call decodes the arguments, calls the function within its Timeout and encodes its result, for a program that has a loop
// of its own. Arguments that do not fit are [ErrArguments]; the other errors are the function's, or a [PanicError]. It
// blocks until the function returns, whatever ctx says.
func (f *Func) Call(ctx context.Context, arguments string) (string, error) {
	call, err := f.bind(arguments)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrArguments, err)
	}
	return f.invoke(ctx, call)
}

// invoke makes a call within its time, and an error of a panic.
func (f *Func) invoke(ctx context.Context, call bound) (text string, err error) {
	ctx, cancel := context.WithTimeout(ctx, f.options.Timeout)
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			text, err = "", &PanicError{Value: v, Stack: debug.Stack()}
		}
	}()
	return call(ctx)
}

// ErrArguments are arguments of a tool call that do not fit the function.
const ErrArguments Kind = "arguments do not fit"

// ToolError is an error with a text for the model, such as llm.ToolError("no order has this number"): what a function's
// error says beyond it, of hosts, queries and customers, stays with the program.
type ToolError string

// Error is the text.
func (e ToolError) Error() string { return string(e) }

// PanicError is a function that panicked. It is made an error, as net/http does, since the model chooses the arguments: a
// panic passed on would let it end the program, and would lose the record of what other calls have done by then.
type PanicError struct {
	// Value is what the function panicked with.
	Value any
	// Stack of the goroutine, as debug.Stack formats it.
	Stack []byte
}

// Error says that the function panicked, and the type of the value: the value may quote a customer.
func (e *PanicError) Error() string { return fmt.Sprintf("llm: function panicked with a %T", e.Value) }

// Unwrap is the value where it is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}
