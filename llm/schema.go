package llm

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/google/jsonschema-go/jsonschema"
)

// SchemaFor is the JSON schema of T, for Tool.Parameters or Schema.Definition. The names of properties are those of the
// json tags, and a jsonschema tag is a property's description. Fields without omitempty or omitzero are required; a nil
// pointer or slice is written as null. Types that JSON cannot hold, such as channels, and types that contain themselves
// are an error.
func SchemaFor[T any]() (json.RawMessage, error) {
	s, err := jsonschema.For[T](nil)
	if err != nil {
		return nil, fmt.Errorf("llm: schema for %v: %w", reflect.TypeFor[T](), err)
	}
	raw, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("llm: schema for %v: %w", reflect.TypeFor[T](), err)
	}
	return raw, nil
}

// schemaName is the name of T with what providers do not accept replaced.
func schemaName[T any]() string {
	name := []byte(reflect.TypeFor[T]().Name())
	for i, b := range name {
		if !nameByte(b) {
			name[i] = '_'
		}
	}
	if len(name) == 0 {
		return "object"
	}
	return string(name[:min(len(name), 64)])
}

// resolve readies a schema for validation.
func resolve(s *Schema) (*jsonschema.Resolved, error) {
	var parsed jsonschema.Schema
	if err := json.Unmarshal(s.Definition, &parsed); err != nil {
		return nil, fmt.Errorf("schema %q: %w", s.Name, err)
	}
	resolved, err := parsed.Resolve(nil)
	if err != nil {
		return nil, fmt.Errorf("schema %q: %w", s.Name, err)
	}
	return resolved, nil
}
