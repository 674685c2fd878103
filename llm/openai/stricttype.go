package openai

import (
	"fmt"
	"slices"
)

// typed normalises a schema that says which type its values have.
func (n *normaliser) typed(v *value, at string, s *shape) (*value, error) {
	if err := literals(v, at, s); err != nil {
		return nil, err
	}
	s.types = v.get("type").strings()
	if v.get("type") == nil {
		if s.types = implied(v); s.types == nil {
			return nil, fmt.Errorf("%s allows anything", at)
		}
		v.set("type", oneOrMore(s.types))
	}
	if s.enum != nil && (slices.Contains(s.types, "object") || slices.Contains(s.types, "array")) {
		return nil, fmt.Errorf("%s has an enum of objects or arrays", at)
	}
	if slices.Contains(s.types, "object") {
		if err := n.object(v, at, s); err != nil {
			return nil, err
		}
	} else {
		v = v.without("properties", "required", "additionalProperties")
	}
	if !slices.Contains(s.types, "array") {
		return v.without("items"), nil
	}
	items := v.get("items")
	if items == nil || items.kind != '{' {
		return nil, fmt.Errorf("%s has items of any kind", at)
	}
	s.items = &shape{}
	made, err := n.schema(items, at+"/items", s.items)
	if err != nil {
		return nil, err
	}
	v.set("items", made)
	return v, nil
}

// without is v less some of its members.
func (v *value) without(keys ...string) *value {
	v.members = slices.DeleteFunc(v.members, func(m member) bool { return slices.Contains(keys, m.key) })
	return v
}

// literals reads enum and const.
func literals(v *value, at string, s *shape) error {
	for _, l := range literalsOf(v) {
		if l.kind == '{' || l.kind == '[' {
			return fmt.Errorf("%s has an enum of objects or arrays", at)
		}
	}
	enum, one := v.get("enum"), v.get("const")
	if enum == nil && one == nil {
		return nil
	}
	s.enum = map[string]bool{}
	for _, l := range literalsOf(v) {
		s.enum[l.canonical()] = true
	}
	return nil
}

// literalsOf are the values that a schema allows by name.
func literalsOf(v *value) []*value {
	enum, one := v.get("enum"), v.get("const")
	switch {
	case enum == nil && one == nil:
		return nil
	case one == nil:
		return enum.items
	case enum == nil:
		return []*value{one}
	}
	same := func(l *value) bool { return l.canonical() != one.canonical() }
	return slices.DeleteFunc(slices.Clone(enum.items), same)
}

// implied are the types of a schema that does not name them.
func implied(v *value) []string {
	var types []string
	for _, l := range literalsOf(v) {
		if t := l.typeName(); !slices.Contains(types, t) {
			types = append(types, t)
		}
	}
	switch {
	case types != nil:
		return types
	case v.get("properties") != nil && v.get("items") == nil:
		return []string{"object"}
	case v.get("items") != nil && v.get("properties") == nil:
		return []string{"array"}
	}
	return nil
}

// typeName is the type of a value in a schema's words.
func (v *value) typeName() string {
	switch v.kind {
	case 'n':
		return "null"
	case 't', 'f':
		return "boolean"
	case '"':
		return "string"
	case '{':
		return "object"
	case '[':
		return "array"
	}
	return "number"
}

func oneOrMore(names []string) *value {
	if len(names) == 1 {
		return text(names[0])
	}
	return texts(names)
}
