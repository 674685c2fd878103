package openai

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// strict is a JSON schema in the form that OpenAI calls strict, where every object requires all of its properties and
// allows no others. It is narrower than the schema that it was made of, but for what is told or lost, and for optional
// properties, which may be null: without those nulls a value is one of the original schema.
type strict struct {
	schema json.RawMessage
	shape  *shape
	added  bool     // somewhere null stands for a property that is not there
	lost   []string // what was left out, and where
}

// shape is what a strict schema says, ready to match values with. The zero shape matches nothing.
type shape struct {
	types []string
	enum  map[string]bool // canonical values; nil: any
	props map[string]*shape
	added map[string]bool // properties for which null means that they are not there
	items *shape
	any   []*shape // choices; one for a reference
}

// normaliser makes a strict schema.
type normaliser struct {
	root   *value
	defs   []member // of the root, by any of their names
	shapes map[string]*shape
	nulls  map[*value]bool // what is known of takesNull
	out    strict
}

// strictly makes a schema strict. A schema that is strict already comes back to the letter, and the same schema always
// gives the same bytes. The error says why it cannot be strict.
func strictly(definition json.RawMessage) (*strict, error) {
	root, err := parseValue(definition)
	if err != nil {
		return nil, err
	}
	n := &normaliser{root: root, shapes: map[string]*shape{}, nulls: map[*value]bool{}, out: strict{shape: &shape{}}}
	if t := root.get("type"); t == nil || t.text != "object" {
		return nil, errors.New("the root is not of type object")
	}
	if err := n.collectDefs(); err != nil {
		return nil, err
	}
	made, err := n.document()
	if err != nil {
		return nil, err
	}
	if err := checkLimits(made); err != nil {
		return nil, err
	}
	n.out.schema = made.encode(nil)
	if bytes.Equal(n.out.schema, root.encode(nil)) {
		n.out.schema = definition
	}
	return &n.out, nil
}

// collectDefs finds the definitions, under the name of today and that of draft 7.
func (n *normaliser) collectDefs() error {
	for _, key := range []string{"$defs", "definitions"} {
		defs := n.root.get(key)
		if defs == nil {
			continue
		}
		for _, m := range defs.members {
			if n.shapes[m.key] != nil {
				return fmt.Errorf("two definitions of %q", m.key)
			}
			n.shapes[m.key] = &shape{}
			n.defs = append(n.defs, m)
		}
	}
	return nil
}

// document normalises the root and its definitions.
func (n *normaliser) document() (*value, error) {
	body := &value{kind: '{'}
	for _, m := range n.root.members {
		if m.key == "definitions" {
			m.key = "$defs"
		}
		body.set(m.key, m.val)
	}
	made, err := n.schema(body, "#", n.out.shape)
	if err != nil || len(n.defs) == 0 {
		return made, err
	}
	defs := &value{kind: '{'}
	for _, m := range n.defs {
		def, err := n.schema(m.val, "#/$defs/"+m.key, n.shapes[m.key])
		if err != nil {
			return nil, err
		}
		defs.set(m.key, def)
	}
	made.set("$defs", defs)
	for _, m := range n.defs {
		if n.shapes[m.key].circular(len(n.defs) + 1) {
			return nil, fmt.Errorf("definition %q is nothing but itself", m.key)
		}
	}
	return made, nil
}

// circular reports whether references alone lead on for more than so many steps.
func (s *shape) circular(steps int) bool {
	if steps < 0 {
		return true
	}
	for _, choice := range s.any {
		if len(choice.any) > 0 && choice.circular(steps-1) {
			return true
		}
	}
	return false
}

// schema normalises what stands at a place, and fills in its shape.
func (n *normaliser) schema(v *value, at string, s *shape) (*value, error) {
	if v.kind != '{' {
		return nil, fmt.Errorf("%s allows anything, or is no schema", at)
	}
	v, err := n.compose(v, at)
	if err != nil {
		return nil, err
	}
	v, err = n.plain(v, at)
	if err != nil {
		return nil, err
	}
	switch {
	case v.get("$ref") != nil:
		return n.reference(v, at, s)
	case v.get("anyOf") != nil:
		return n.choice(v, at, s)
	}
	return n.typed(v, at, s)
}

// plain is v with the keywords that strict keeps, and with what it does not keep told in the description.
func (n *normaliser) plain(v *value, at string) (*value, error) {
	made := &value{kind: '{'}
	var said []string
	for _, m := range v.members {
		switch class := keywords[m.key]; {
		case class == refused || m.key == "$defs" && at != "#":
			return nil, fmt.Errorf("%s has %s", at, m.key)
		case class == told:
			said = append(said, fmt.Sprintf("%s: %s", m.key, m.val.encode(nil)))
		case class == kept && !wellFormed(m.key, m.val):
			return nil, fmt.Errorf("%s has a broken %s", at, m.key)
		case class == kept:
			made.set(m.key, m.val)
		case class == lost && !strings.HasPrefix(m.key, "x-"):
			n.out.lost = append(n.out.lost, fmt.Sprintf("%s at %s", m.key, at))
		}
	}
	if len(said) > 0 {
		describe(made, strings.Join(said, "; "))
	}
	return made, nil
}

// describe adds to a description.
func describe(v *value, more string) {
	if d := v.get("description"); d != nil && d.text != "" {
		more = d.text + " (" + more + ")"
	}
	v.set("description", text(more))
}

// wellFormed reports whether a keyword has a value that it may have.
func wellFormed(key string, v *value) bool {
	all := func(kind byte) bool {
		return v.kind == '[' && !slices.ContainsFunc(v.items, func(i *value) bool { return i.kind != kind })
	}
	switch key {
	case "type":
		names := v.strings()
		return (v.kind == '"' || all('"')) && len(names) > 0 && len(slices.Compact(slices.Sorted(slices.Values(names)))) == len(names) &&
			!slices.ContainsFunc(names, func(name string) bool { return !slices.Contains(typeNames, name) })
	case "properties", "$defs":
		return v.kind == '{'
	case "required":
		return all('"')
	case "anyOf", "enum":
		return v.kind == '[' && len(v.items) > 0
	case "description", "title", "$ref":
		return v.kind == '"'
	}
	return true
}

var typeNames = []string{"string", "number", "integer", "boolean", "object", "array", "null"}
