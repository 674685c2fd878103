package openai

import (
	"fmt"
	"slices"
)

// object closes an object and requires all of its properties. Those that were optional may be null instead, unless null
// is a value of theirs already.
func (n *normaliser) object(v *value, at string, s *shape) error {
	properties, open := v.get("properties"), v.get("additionalProperties")
	if open == nil && (properties == nil || len(properties.members) == 0) || open != nil && open.kind != 'f' {
		return fmt.Errorf("%s allows other properties", at)
	}
	required := v.get("required").strings()
	made := &value{kind: '{'}
	s.props, s.added = map[string]*shape{}, map[string]bool{}
	var names []string
	for _, m := range distinct(properties) {
		child := &shape{}
		p, err := n.schema(m.val, at+"/properties/"+m.key, child)
		if err != nil {
			return err
		}
		if !slices.Contains(required, m.key) && !n.takesNull(m.val) {
			p, n.out.added, s.added[m.key] = nullable(p, child), true, true
		}
		made.set(m.key, p)
		s.props[m.key] = child
		names = append(names, m.key)
	}
	for _, name := range required {
		if s.props[name] == nil {
			return fmt.Errorf("%s requires %q, which is no property", at, name)
		}
	}
	v.set("properties", made)
	if len(required) != len(names) {
		v.set("required", texts(names))
	}
	if open == nil {
		v.set("additionalProperties", &value{kind: 'f', raw: []byte("false")})
	}
	return nil
}

// distinct are the members of an object, the last of each key.
func distinct(v *value) []member {
	if v == nil {
		return nil
	}
	once := &value{kind: '{'}
	for _, m := range v.members {
		once.set(m.key, m.val)
	}
	return once.members
}

// nullable adds null to what a schema allows. Types of scalars are listed; what has an enum, and objects and arrays,
// become a choice.
func nullable(v *value, s *shape) *value {
	null := &shape{types: []string{"null"}}
	switch {
	case s.any != nil && v.get("anyOf") != nil:
		v.set("anyOf", list(append(slices.Clone(v.get("anyOf").items), nullSchema())...))
		s.any = append(s.any, null)
		return v
	case s.any == nil && s.enum == nil && s.props == nil && s.items == nil:
		s.types = append(slices.Clone(s.types), "null")
		v.set("type", texts(s.types))
		return v
	}
	inner := *s
	*s = shape{any: []*shape{&inner, null}}
	wrapped := &value{kind: '{'}
	wrapped.set("anyOf", list(v, nullSchema()))
	return wrapped
}

func nullSchema() *value {
	v := &value{kind: '{'}
	v.set("type", text("null"))
	return v
}

// takesNull reports whether null is a value of the original schema.
func (n *normaliser) takesNull(v *value) bool {
	if v.kind != '{' {
		return v.kind == 't'
	}
	known, ok := n.nulls[v]
	if !ok {
		n.nulls[v] = false // what a circle comes back to
		known = n.allowsNull(v)
		n.nulls[v] = known
	}
	return known
}

func (n *normaliser) allowsNull(v *value) bool {
	if types := v.get("type"); types != nil && !slices.Contains(types.strings(), "null") {
		return false
	}
	isNull := func(l *value) bool { return l.kind == 'n' }
	if (v.get("enum") != nil || v.get("const") != nil) && !slices.ContainsFunc(literalsOf(v), isNull) {
		return false
	}
	if ref := v.get("$ref"); ref != nil {
		if target := n.target(ref.text); target == nil || !n.takesNull(target) {
			return false
		}
	}
	if all := v.get("allOf"); all != nil && slices.ContainsFunc(all.items, func(c *value) bool { return !n.takesNull(c) }) {
		return false
	}
	for _, key := range []string{"anyOf", "oneOf"} {
		if some := v.get(key); some != nil && !slices.ContainsFunc(some.items, n.takesNull) {
			return false
		}
	}
	return true
}
