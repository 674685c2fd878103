package openai

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/llm"
)

func TestSchemasAreMadeStrict(t *testing.T) {
	for name, c := range map[string]struct{ schema, want string }{
		"strict already, to the letter": {`{ "type":"object", "properties":{"a":{"type":"string"}}, "required":["a"], "additionalProperties":false }`, ""},
		"an open object": {`{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}`,
			`{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}`},
		"optional properties": {`{"type":"object","properties":{"b":{"type":"integer"},"a":{"type":["string","null"]}},"additionalProperties":false}`,
			`{"type":"object","properties":{"b":{"type":["integer","null"]},"a":{"type":["string","null"]}},"additionalProperties":false,"required":["b","a"]}`},
		"an optional enum": {`{"type":"object","properties":{"a":{"type":"string","enum":["x","y"]}},"required":[]}`,
			`{"type":"object","properties":{"a":{"anyOf":[{"type":"string","enum":["x","y"]},{"type":"null"}]}},"required":["a"],"additionalProperties":false}`},
		"an optional object": {`{"type":"object","properties":{"a":{"type":"object","properties":{"b":{"type":"number"}},"required":["b"]}}}`,
			`{"type":"object","properties":{"a":{"anyOf":[{"type":"object","properties":{"b":{"type":"number"}},"required":["b"],"additionalProperties":false},{"type":"null"}]}},"required":["a"],"additionalProperties":false}`},
		"what strict does not know is told": {`{"type":"object","properties":{"a":{"type":"string","minLength":2,"pattern":"^x","description":"the name"}},"required":["a"]}`,
			`{"type":"object","properties":{"a":{"type":"string","description":"the name (minLength: 2; pattern: \"^x\")"}},"required":["a"],"additionalProperties":false}`},
		"definitions": {`{"type":"object","properties":{"a":{"$ref":"#/definitions/d"}},"required":["a"],"definitions":{"d":{"type":"object","properties":{"next":{"$ref":"#/definitions/d"}}}}}`,
			`{"type":"object","properties":{"a":{"$ref":"#/$defs/d"}},"required":["a"],"$defs":{"d":{"type":"object","properties":{"next":{"anyOf":[{"$ref":"#/$defs/d"},{"type":"null"}]}},"required":["next"],"additionalProperties":false}},"additionalProperties":false}`},
		"oneOf of choices apart": {`{"type":"object","properties":{"a":{"oneOf":[{"type":"string"},{"type":"number"}]}},"required":["a"]}`,
			`{"type":"object","properties":{"a":{"anyOf":[{"type":"string"},{"type":"number"}]}},"required":["a"],"additionalProperties":false}`},
		"allOf of objects": {`{"type":"object","properties":{"x":{"allOf":[{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]},{"type":"object","properties":{"b":{"type":"string"}},"required":["b"]}]}},"required":["x"]}`,
			`{"type":"object","properties":{"x":{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"required":["a","b"],"additionalProperties":false}},"required":["x"],"additionalProperties":false}`},
	} {
		t.Run(name, func(t *testing.T) {
			if c.want == "" {
				c.want = c.schema
			}
			s, err := strictly(json.RawMessage(c.schema))
			require.NoError(t, err)
			assert.Equal(t, c.want, string(s.schema))
			assert.Empty(t, s.lost)
		})
	}
}

func TestSchemasThatCannotBeStrict(t *testing.T) {
	of := func(property string) string {
		return `{"type":"object","properties":{"a":` + property + `},"required":["a"]}`
	}
	for name, c := range map[string]struct{ schema, want string }{
		"no object":              {`{"type":"array","items":{"type":"string"}}`, "the root is not of type object"},
		"an object of anything":  {`{"type":"object"}`, "# allows other properties"},
		"a map":                  {of(`{"type":"object","additionalProperties":{"type":"string"}}`), "#/properties/a allows other properties"},
		"anything":               {of(`{}`), "#/properties/a allows anything"},
		"true":                   {of(`true`), "#/properties/a allows anything, or is no schema"},
		"items of any kind":      {of(`{"type":"array"}`), "#/properties/a has items of any kind"},
		"patternProperties":      {of(`{"type":"object","patternProperties":{}}`), "#/properties/a has patternProperties"},
		"oneOf that may overlap": {of(`{"oneOf":[{"type":"number"},{"type":"integer"}]}`), "#/properties/a has a oneOf whose choices may overlap"},
		"a reference elsewhere":  {of(`{"$ref":"https://x/y"}`), `#/properties/a refers to "https://x/y"`},
		"a reference in a ring":  {`{"type":"object","properties":{"a":{"$ref":"#/$defs/d"}},"$defs":{"d":{"$ref":"#/$defs/d"}}}`, `definition "d" is nothing but itself`},
		"requires what is not":   {`{"type":"object","properties":{"a":{"type":"string"}},"required":["b"]}`, `# requires "b", which is no property`},
		"a broken type":          {of(`{"type":"text"}`), "#/properties/a has a broken type"},
		"too deep":               {strings.Repeat(`{"type":"object","properties":{"a":`, 11) + `{"type":"string"}` + strings.Repeat(`}}`, 11), "it has 11 levels of objects, more than 10"},
		"too long an enum":       {of(`{"enum":[` + strings.Repeat(`"a",`, 1000) + `"b"]}`), "it has 1001 enum values, more than 1000"},
		"no JSON":                {`{`, "unexpected end of JSON input"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := strictly(json.RawMessage(c.schema))
			assert.EqualError(t, err, c.want)
		})
	}
}

const optional = `{"type":"object","properties":{"a":{"type":"string"},"n":{"type":["string","null"]},"o":{"type":"object","properties":{"b":{"type":"number"}}},"l":{"type":"array","items":{"type":"object","properties":{"c":{"type":"boolean"}}}}}}`

func TestNullsForAbsentPropertiesAreTakenOut(t *testing.T) {
	s, err := strictly(json.RawMessage(optional))
	require.NoError(t, err)
	for name, c := range map[string]struct{ reply, want string }{
		"all":                {`{"a":null,"n":null,"o":null,"l":null}`, `{"n":null}`},
		"none":               {`{"a":"x","n":"y","o":{"b":1},"l":[]}`, `{"a":"x","n":"y","o":{"b":1},"l":[]}`},
		"first and last":     {`{ "a" : null , "n" : "y", "o": null, "l": null }`, `{ "n" : "y" }`},
		"within":             {`{"a":"x","n":"y","o":{"b":null},"l":[{"c":null},{"c":true}]}`, `{"a":"x","n":"y","o":{},"l":[{},{"c":true}]}`},
		"beside prose":       {"Here: {\"a\":null,\"n\":\"{\",\"o\":null,\"l\":null}\n", "Here: {\"n\":\"{\"}\n"},
		"numbers as written": {`{"a":null,"n":"é\u00e9","o":{"b":1.50e+0},"l":null}`, `{"n":"é\u00e9","o":{"b":1.50e+0}}`},
		"of a broken answer": {`{"a":null,`, `{"a":null,`},
		"of a misfit":        {`{"a":null,"unexpected":null}`, `{"unexpected":null}`},
		"of no JSON":         {`sorry`, `sorry`},
	} {
		t.Run(name, func(t *testing.T) {
			got := s.restore(c.reply)
			assert.Equal(t, c.want, got)
			assert.Equal(t, got, s.restore(got), "what is taken out is not missed")
		})
	}
}

func TestAnswersFitTheSchemaThatWasAskedFor(t *testing.T) {
	req := *hello
	req.Schema = &llm.Schema{Name: "s", Definition: json.RawMessage(optional)}
	req.Tools = []llm.Tool{{Name: "f", Parameters: json.RawMessage(`{"type":"object","properties":{"a":{"type":"string"}}}`)}}
	whole := `{"choices":[{"message":{"content":"{\"a\":null,\"n\":null,\"o\":null,\"l\":null}","tool_calls":[{"id":"1","function":{"name":"f","arguments":"{\"a\":null}"}},{"id":"2","function":{"name":"g","arguments":"{\"a\":null}"}}]},"finish_reason":"stop"}]}`
	pieces := chunk(`{\"a\":null,`) + chunk(`\"n\":null,\"o\":null,\"l\":null}`) + stop + "data: [DONE]\n\n"
	var sent http.Request
	var body string
	_, err := client(t, records(&sent, &body), Options{}).Generate(t.Context(), &req)
	require.NoError(t, err)
	assert.Equal(t, 2, strings.Count(body, `"strict":true`))

	resp, err := client(t, says("application/json", whole), Options{}).Generate(t.Context(), &req)
	require.NoError(t, err)
	assert.Equal(t, `{"n":null}`, resp.Text)
	assert.Equal(t, []llm.ToolCall{{ID: "1", Name: "f", Arguments: `{}`}, {ID: "2", Name: "g", Arguments: `{"a":null}`}}, resp.ToolCalls)
	assert.Empty(t, resp.Warnings)

	var deltas []llm.Delta
	for d, err := range client(t, says("text/event-stream", pieces), Options{}).Stream(t.Context(), &req) {
		require.NoError(t, err)
		deltas = append(deltas, d)
	}
	require.Len(t, deltas, 1, "text that may have to change is not handed out before its end")
	assert.Equal(t, `{"n":null}`, deltas[0].Text)
	assert.Equal(t, `{"n":null}`, deltas[0].Done.Text)

	_, _, err = collect(t.Context(), client(t, says("text/event-stream", chunk("a")), Options{}))
	require.ErrorIs(t, err, llm.ErrTruncated)
}

func TestWhatIsNotStrictIsSaid(t *testing.T) {
	var sent http.Request
	var body string
	req := *hello
	const table = `{"type":"object","additionalProperties":{"type":"string"}}`
	req.Schema = &llm.Schema{Name: "s", Definition: json.RawMessage(table)}
	req.Tools = []llm.Tool{
		{Name: "f", Parameters: json.RawMessage(table)},
		{Name: "g", Parameters: json.RawMessage(`{"type":"object","properties":{"a":{"type":"string","not":{"const":"x"}}}}`)},
	}
	resp, err := client(t, records(&sent, &body), Options{}).Generate(t.Context(), &req)
	require.NoError(t, err)
	assert.Equal(t, []string{
		`tool "f" is sent without strict: # allows other properties`,
		`tool "g" is sent without not at #/properties/a`,
		`schema "s" is sent without strict: # allows other properties`,
	}, resp.Warnings)
	assert.Contains(t, body, `"schema":`+table+`,"strict":false`)
}

// schemas draws schemas of which a part is optional.
func schemas(r *rapid.T, depth int) map[string]any {
	kind := rapid.IntRange(0, 7).Draw(r, "kind")
	switch {
	case kind == 0 || depth == 0 && kind > 2:
		return map[string]any{"type": rapid.SampledFrom([]any{"string", "integer", "boolean", []any{"string", "null"}}).Draw(r, "type")}
	case kind == 1:
		return map[string]any{"enum": []any{"x", 1, nil, true}[:rapid.IntRange(1, 4).Draw(r, "values")]}
	case kind == 2:
		return map[string]any{"$ref": "#/$defs/d"}
	case kind == 3:
		return map[string]any{"type": "array", "items": schemas(r, depth-1)}
	case kind == 4:
		return map[string]any{"anyOf": []any{schemas(r, depth-1), schemas(r, depth-1)}}
	}
	return objects(r, depth)
}

func objects(r *rapid.T, depth int) map[string]any {
	properties, required := map[string]any{}, []any{}
	for _, name := range []string{"a", "b", "c"}[:rapid.IntRange(1, 3).Draw(r, "properties")] {
		properties[name] = schemas(r, depth-1)
		if rapid.Bool().Draw(r, "required") {
			required = append(required, name)
		}
	}
	o := map[string]any{"type": "object", "properties": properties, "required": required}
	if rapid.Bool().Draw(r, "closed") {
		o["additionalProperties"] = false
	}
	return o
}

// values draws a value of a strict schema.
func values(r *rapid.T, s, defs map[string]any, depth int) any {
	switch {
	case s["enum"] != nil:
		return rapid.SampledFrom(s["enum"].([]any)).Draw(r, "enum")
	case s["$ref"] != nil:
		return values(r, defs[strings.TrimPrefix(s["$ref"].(string), "#/$defs/")].(map[string]any), defs, depth)
	case s["anyOf"] != nil:
		return values(r, rapid.SampledFrom(s["anyOf"].([]any)).Draw(r, "choice").(map[string]any), defs, depth)
	}
	types, ok := s["type"].([]any)
	if !ok {
		types = []any{s["type"]}
	}
	switch rapid.SampledFrom(types).Draw(r, "type") {
	case "string":
		return rapid.SampledFrom([]string{"", "x", "{null}"}).Draw(r, "string")
	case "integer", "number":
		return rapid.IntRange(-1, 1).Draw(r, "integer")
	case "boolean":
		return rapid.Bool().Draw(r, "boolean")
	case "array":
		list := []any{}
		for range rapid.IntRange(0, 2).Draw(r, "items") {
			list = append(list, values(r, s["items"].(map[string]any), defs, depth-1))
		}
		return list
	case "object":
		object := map[string]any{}
		properties := s["properties"].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(properties)) {
			object[name] = values(r, properties[name].(map[string]any), defs, depth-1)
		}
		return object
	}
	return nil
}

// TestValuesOfTheStrictSchemaAreThoseOfTheOriginal is the law: what is valid under the strict schema is valid under the
// original one once the added nulls are taken out.
func TestValuesOfTheStrictSchemaAreThoseOfTheOriginal(t *testing.T) {
	made, added := 0, 0
	rapid.Check(t, func(r *rapid.T) {
		schema := objects(r, 3)
		schema["$defs"] = map[string]any{"d": map[string]any{"type": "object", "properties": map[string]any{"a": map[string]any{"type": "integer"}, "z": map[string]any{"type": "string"}}}}
		raw, err := json.Marshal(schema)
		require.NoError(r, err)
		s, err := strictly(raw)
		require.NoError(r, err, "%s", raw)
		made++
		if s.added {
			added++
		}
		var strictSchema map[string]any
		require.NoError(r, json.Unmarshal(s.schema, &strictSchema))
		value, err := json.Marshal(values(r, strictSchema, strictSchema["$defs"].(map[string]any), 5))
		require.NoError(r, err)
		require.NoError(r, valid(s.schema, value), "the value is drawn from the strict schema")
		restored := s.restore(string(value))
		require.NoError(r, valid(raw, []byte(restored)), "%s\nof %s\nunder %s", restored, value, raw)
	})
	assert.Positive(t, added, "of %d schemas none had a property that is optional", made)
}

func valid(schema, text []byte) error {
	var parsed jsonschema.Schema
	if err := json.Unmarshal(schema, &parsed); err != nil {
		return err
	}
	resolved, err := parsed.Resolve(nil)
	if err != nil {
		return err
	}
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return fmt.Errorf("%s: %w", text, err)
	}
	return resolved.Validate(value)
}

// FuzzStrict checks that any schema is refused or comes out as JSON that is strict to the letter, and that any reply stays
// the JSON that it was.
func FuzzStrict(f *testing.F) {
	f.Add(optional, `{"a":null,"n":null}`)
	f.Add(`{"type":"object","properties":{"a":{"$ref":"#/$defs/d"}},"$defs":{"d":{"anyOf":[{"const":1},{"type":"object","properties":{"x":{"$ref":"#"}}}]}}}`, `{"a":{"x":null}}`)
	f.Add(`{"type":"object","properties":{"a":{"allOf":[{"$ref":"#/definitions/b"}],"default":1}},"definitions":{"b":{"oneOf":[{"enum":[1]},{"enum":["1",null]}]}}}`, `{"a":null}`)
	f.Fuzz(func(t *testing.T, schema, reply string) {
		s, err := strictly(json.RawMessage(schema))
		if err != nil {
			return
		}
		require.True(t, json.Valid(s.schema))
		again, err := strictly(s.schema)
		require.NoError(t, err, "%s", s.schema)
		assert.Equal(t, string(s.schema), string(again.schema))
		assert.False(t, again.added)
		restored := s.restore(reply)
		if json.Valid([]byte(reply)) {
			assert.True(t, json.Valid([]byte(restored)), "%s", restored)
		}
		assert.Equal(t, restored, s.restore(restored))
	})
}
