package openai

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// node is what decides whether a JSON schema is strict.
type node struct {
	Type                 any             `json:"type"`
	Properties           map[string]node `json:"properties"`
	Required             []string        `json:"required"`
	AdditionalProperties json.RawMessage `json:"additionalProperties"`
	Items                *node           `json:"items"`
	AnyOf                []node          `json:"anyOf"`
	Defs                 map[string]node `json:"$defs"`
}

// loose says why a schema is outside of what OpenAI calls strict, where every object requires all of its properties and
// allows no others; a strict request with such a schema is refused. Empty: none of that was found. The other rules of
// strict schemas are left to the server.
func loose(definition json.RawMessage) string {
	var root node
	if err := json.Unmarshal(definition, &root); err != nil {
		return "it is not of the plain form that strict asks for"
	}
	return root.loose("the root")
}

func (n node) loose(where string) string {
	types, _ := n.Type.([]any)
	if n.Properties != nil || n.Type == "object" || slices.Contains(types, any("object")) {
		if string(n.AdditionalProperties) != "false" {
			return where + " allows other properties"
		}
	}
	for _, name := range slices.Sorted(maps.Keys(n.Properties)) {
		if !slices.Contains(n.Required, name) {
			return fmt.Sprintf("%q is optional in %s", name, where)
		}
	}
	for where, child := range n.children {
		if why := child.loose(where); why != "" {
			return why
		}
	}
	return ""
}

// children are the schemas within n, by name.
func (n node) children(yield func(string, node) bool) {
	for _, within := range []map[string]node{n.Properties, n.Defs} {
		for _, name := range slices.Sorted(maps.Keys(within)) {
			if !yield(fmt.Sprintf("%q", name), within[name]) {
				return
			}
		}
	}
	if n.Items != nil && !yield("the items", *n.Items) {
		return
	}
	for _, choice := range n.AnyOf {
		if !yield("a choice", choice) {
			return
		}
	}
}
