package llmtest

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strings"
)

// json is JSON for a schema: mostly a value that fits it and is extreme, else one that nearly fits, or is broken. Without
// a schema it is any value.
func (h *hostility) json(definition json.RawMessage) string {
	var schema any = map[string]any{"type": one(h.Rand, []any{"object", "array", "string", "number", "null"})}
	if definition != nil {
		if err := json.Unmarshal(definition, &schema); err != nil {
			schema = true
		}
	}
	root, _ := schema.(map[string]any)
	value := h.fit(schema, root, 0)
	spoil := h.IntN(10)
	if object, ok := value.(map[string]any); ok && spoil < 2 {
		h.unfit(object)
	}
	raw, err := json.Marshal(value)
	if err != nil { // no value of fit's is beyond JSON
		raw = []byte("{}")
	}
	switch spoil {
	case 2:
		return string(raw[:h.IntN(len(raw)+1)])
	case 3:
		return strings.Replace(string(raw), `":`, `": NaN, "`, 1)
	}
	return string(raw)
}

// unfit takes a property away, or adds or changes one.
func (h *hostility) unfit(object map[string]any) {
	keys := sortedKeys(object)
	switch n := h.IntN(3); {
	case n == 0 && len(keys) > 0:
		delete(object, one(h.Rand, keys))
	case n == 1 && len(keys) > 0:
		object[one(h.Rand, keys)] = one(h.Rand, []any{nil, true, []any{}, map[string]any{"a": 1}, 1e300, h.word()})
	default:
		object[one(h.Rand, []string{"admin", "price", "__proto__", "Order", ""})] = h.word()
	}
}

// maxFit bounds the depth of values for schemas that contain themselves.
const maxFit = 8

// fit is an extreme value that fits the schema, as far as it is of the plain sort that programs send: types, properties,
// items, enum, const, bounds, anyOf, oneOf, and $ref within the root.
func (h *hostility) fit(schema any, root map[string]any, depth int) any {
	s, ok := schema.(map[string]any)
	if !ok || depth > maxFit {
		return nil
	}
	if path, ok := s["$ref"].(string); ok {
		return h.fit(refer(root, path), root, depth+1)
	}
	if only, ok := s["const"]; ok {
		return only
	}
	for _, list := range []string{"enum", "anyOf", "oneOf"} {
		choices, ok := s[list].([]any)
		switch {
		case !ok || len(choices) == 0:
		case list == "enum":
			return one(h.Rand, choices)
		default:
			return h.fit(one(h.Rand, choices), root, depth+1)
		}
	}
	kind := s["type"]
	if kinds, ok := kind.([]any); ok && len(kinds) > 0 {
		kind = one(h.Rand, kinds)
	}
	return h.ofType(kind, s, root, depth)
}

// refer is the schema at a path such as "#/$defs/item".
func refer(root map[string]any, path string) any {
	var at any = root
	for name := range strings.SplitSeq(strings.TrimPrefix(strings.TrimPrefix(path, "#"), "/"), "/") {
		object, ok := at.(map[string]any)
		if !ok {
			return nil
		}
		if name != "" {
			at = object[name]
		}
	}
	return at
}

func (h *hostility) ofType(kind any, s, root map[string]any, depth int) any {
	switch kind {
	case "string":
		return h.string(s)
	case "integer":
		return math.Trunc(h.number(s))
	case "number":
		return h.number(s)
	case "boolean":
		return h.IntN(2) == 0
	case "array":
		return h.list(s, root, depth)
	case "object":
		return h.object(s, root, depth)
	}
	if _, ok := s["properties"]; ok {
		return h.object(s, root, depth)
	}
	return nil
}

func (h *hostility) object(s, root map[string]any, depth int) map[string]any {
	object := map[string]any{}
	properties, _ := s["properties"].(map[string]any)
	required, _ := s["required"].([]any)
	for _, name := range sortedKeys(properties) {
		if slices.Contains(required, any(name)) || h.IntN(2) == 0 {
			object[name] = h.fit(properties[name], root, depth+1)
		}
	}
	return object
}

func (h *hostility) list(s, root map[string]any, depth int) []any {
	least, most := size(s, "minItems", 0), size(s, "maxItems", 50)
	n := one(h.Rand, []int{least, max(least, 1), max(least, most)})
	if depth > 2 {
		n = least
	}
	list := make([]any, min(n, 200))
	for i := range list {
		list[i] = h.fit(s["items"], root, depth+1)
	}
	return list
}

func (h *hostility) string(s map[string]any) string {
	least, most := size(s, "minLength", 0), size(s, "maxLength", 5000)
	text := one(h.Rand, []string{"", h.word(), h.word(), h.word() + " " + h.word(), strings.Repeat(h.word(), 1+h.IntN(200))})
	text = strings.ToValidUTF8(text, "\uFFFD")
	runes := []rune(text)
	if len(runes) < least {
		return text + strings.Repeat("x", least-len(runes))
	}
	return string(runes[:min(len(runes), most)])
}

func (h *hostility) number(s map[string]any) float64 {
	least, most := bound(s, "minimum", -1e18), bound(s, "maximum", 1e18)
	if x, ok := s["exclusiveMinimum"].(float64); ok {
		least = max(least, x+1)
	}
	if x, ok := s["exclusiveMaximum"].(float64); ok {
		most = min(most, x-1)
	}
	n := one(h.Rand, []float64{least, most, 0, 1, -1, 0.01, 1 << 53, -1e18, 1e18})
	return max(least, min(most, n))
}

// bound is a number of the schema, or what stands for none.
func bound(s map[string]any, name string, none float64) float64 {
	if x, ok := s[name].(float64); ok {
		return x
	}
	return none
}

// size is a bound on a length, in [0, 65536].
func size(s map[string]any, name string, none float64) int {
	return int(max(0, min(1<<16, bound(s, name, none))))
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
