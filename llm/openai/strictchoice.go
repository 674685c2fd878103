package openai

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// reference normalises a $ref, which strict wants alone: what describes it stands beside a choice of one.
func (n *normaliser) reference(v *value, at string, s *shape) (*value, error) {
	ref := v.get("$ref").text
	target := n.shapeOf(ref)
	if target == nil {
		return nil, fmt.Errorf("%s refers to %q", at, ref)
	}
	if other := v.besides("$ref"); other != "" {
		return nil, fmt.Errorf("%s has %s beside $ref", at, other)
	}
	s.any = []*shape{target}
	v.set("$ref", text(strings.Replace(ref, "#/definitions/", "#/$defs/", 1)))
	if len(v.members) == 1 {
		return v, nil
	}
	alone := &value{kind: '{'}
	alone.set("$ref", v.get("$ref"))
	v.without("$ref").set("anyOf", list(alone))
	s.any = []*shape{{any: s.any}}
	return v, nil
}

// choice normalises an anyOf.
func (n *normaliser) choice(v *value, at string, s *shape) (*value, error) {
	if other := v.besides("anyOf"); other != "" {
		return nil, fmt.Errorf("%s has %s beside anyOf", at, other)
	}
	choices := list()
	for i, c := range v.get("anyOf").items {
		child := &shape{}
		made, err := n.schema(c, fmt.Sprintf("%s/anyOf/%d", at, i), child)
		if err != nil {
			return nil, err
		}
		choices.items = append(choices.items, made)
		s.any = append(s.any, child)
	}
	v.set("anyOf", choices)
	return v, nil
}

// besides is a keyword beside the given one that says something about values, or "".
func (v *value) besides(key string) string {
	for _, m := range v.members {
		if m.key != key && m.key != "description" && m.key != "title" {
			return m.key
		}
	}
	return ""
}

// defName is the name that a reference to a definition has.
func defName(ref string) (string, bool) {
	name, ok := strings.CutPrefix(ref, "#/$defs/")
	if !ok {
		name, ok = strings.CutPrefix(ref, "#/definitions/")
	}
	decoded, err := url.PathUnescape(name)
	if !ok || err != nil || strings.Contains(name, "/") {
		return "", false
	}
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(decoded), true
}

// shapeOf is the shape that a reference leads to; nil when strict knows no such reference.
func (n *normaliser) shapeOf(ref string) *shape {
	if ref == "#" {
		return n.out.shape
	}
	name, ok := defName(ref)
	if !ok {
		return nil
	}
	return n.shapes[name]
}

// target is the original schema that a reference leads to, or nil.
func (n *normaliser) target(ref string) *value {
	if ref == "#" {
		return n.root
	}
	name, ok := defName(ref)
	if !ok {
		return nil
	}
	for _, m := range n.defs {
		if m.key == name {
			return m.val
		}
	}
	return nil
}

// deref follows references that stand alone.
func (n *normaliser) deref(v *value) *value {
	for range len(n.defs) + 1 {
		ref := v.get("$ref")
		if ref == nil {
			return v
		}
		target := n.target(ref.text)
		if target == nil || v.besides("$ref") != "" {
			return v
		}
		v = target
	}
	return v
}

// compose turns allOf and oneOf into what strict knows.
func (n *normaliser) compose(v *value, at string) (*value, error) {
	for v.get("allOf") != nil {
		merged, err := n.merge(v, at)
		if err != nil {
			return nil, err
		}
		v = merged
	}
	one := v.get("oneOf")
	if one == nil {
		return v, nil
	}
	if one.kind != '[' || v.get("anyOf") != nil || !n.apart(one.items) {
		return nil, fmt.Errorf("%s has a oneOf whose choices may overlap", at)
	}
	made := &value{kind: '{'}
	for _, m := range v.members {
		if m.key == "oneOf" {
			m.key = "anyOf"
		}
		made.set(m.key, m.val)
	}
	return made, nil
}

// merge makes one schema of an allOf: of a single part, or of open objects with different properties.
func (n *normaliser) merge(v *value, at string) (*value, error) {
	parts := v.get("allOf").items
	rest := &value{kind: '{'}
	for _, m := range v.members {
		if m.key != "allOf" {
			rest.set(m.key, m.val)
		}
	}
	if len(parts) == 1 && parts[0].kind == '{' && rest.besides("default") == "" {
		return joined(parts[0], rest), nil
	}
	made := &value{kind: '{'}
	made.set("type", text("object"))
	properties, required := &value{kind: '{'}, []string{}
	for _, part := range append(slices.Clone(parts), rest) {
		part = n.deref(part)
		if !mergeable(part) {
			return nil, fmt.Errorf("%s has an allOf of more than plain open objects", at)
		}
		for _, m := range distinct(part.get("properties")) {
			if had := properties.get(m.key); had != nil && string(had.encode(nil)) != string(m.val.encode(nil)) {
				return nil, fmt.Errorf("%s has an allOf with two kinds of %q", at, m.key)
			}
			properties.set(m.key, m.val)
		}
		required = append(required, part.get("required").strings()...)
		for _, key := range []string{"description", "title", "$defs"} {
			if d := part.get(key); d != nil {
				made.set(key, d)
			}
		}
	}
	slices.Sort(required)
	made.set("properties", properties)
	made.set("required", texts(slices.Compact(required)))
	return made, nil
}

// joined is the only part of an allOf with the annotations that stand beside it.
func joined(part, beside *value) *value {
	made := &value{kind: '{'}
	for _, m := range slices.Concat(part.members, beside.members) {
		made.set(m.key, m.val)
	}
	return made
}

// mergeable reports an open object that says nothing but its properties.
func mergeable(v *value) bool {
	if v.kind != '{' {
		return false
	}
	for _, m := range v.members {
		switch m.key {
		case "type":
			if m.val.text != "object" {
				return false
			}
		case "properties", "required":
			if !wellFormed(m.key, m.val) {
				return false
			}
		case "description", "title", "default", "$defs", "definitions", "$schema", "$id", "$comment":
		default:
			return false
		}
	}
	return true
}

// apart reports whether no value fits two of the schemas, as far as types, enums and discriminators tell.
func (n *normaliser) apart(schemas []*value) bool {
	for i, a := range schemas {
		for _, b := range schemas[:i] {
			if a, b := n.deref(a), n.deref(b); !differ(a, b) && !n.discriminated(a, b) {
				return false
			}
		}
	}
	return len(schemas) > 0
}

// differ reports whether two schemas have no value in common by their literals or by their types.
func differ(a, b *value) bool {
	if la, lb := literalsOf(a), literalsOf(b); la != nil && lb != nil {
		return !slices.ContainsFunc(la, func(x *value) bool {
			return slices.ContainsFunc(lb, func(y *value) bool { return x.canonical() == y.canonical() })
		})
	}
	ta, tb := typesOf(a), typesOf(b)
	return ta != nil && tb != nil && !slices.ContainsFunc(ta, func(t string) bool { return slices.Contains(tb, t) })
}

// typesOf are the types that a schema names; an integer is a number.
func typesOf(v *value) []string {
	types := slices.Clone(v.get("type").strings())
	if types == nil {
		for _, l := range literalsOf(v) {
			types = append(types, l.typeName())
		}
	}
	for i, t := range types {
		if t == "integer" {
			types[i] = "number"
		}
	}
	return types
}

// discriminated reports whether two objects have a required property whose literals differ.
func (n *normaliser) discriminated(a, b *value) bool {
	if !slices.Equal(typesOf(a), []string{"object"}) || !slices.Equal(typesOf(b), []string{"object"}) {
		return false
	}
	for _, name := range a.get("required").strings() {
		pa, pb := a.property(name), b.property(name)
		if pa == nil || pb == nil || !slices.Contains(b.get("required").strings(), name) {
			continue
		}
		pa, pb = n.deref(pa), n.deref(pb)
		if literalsOf(pa) != nil && literalsOf(pb) != nil && differ(pa, pb) {
			return true
		}
	}
	return false
}

func (v *value) property(name string) *value {
	if properties := v.get("properties"); properties != nil {
		return properties.get(name)
	}
	return nil
}
