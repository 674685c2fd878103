package filter

import (
	"fmt"
	"slices"
	"strings"
)

// A path says where the value of a field is in a JSON text.
type path struct {
	keys []string // from the root to the value, or to the array or object below
	form form
	pick [2]string // "name=value" of the elements that count; "" for all
	last string    // the name within an element; "" is the element
}

// A form is how the value of a field is stored at the end of the keys.
type form uint8

const (
	plain  form = iota // the value itself
	picked             // last of the one element of an array that is picked
	every              // a set: last of every element of an array
	names              // a set: the keys of an object
)

// parsePath reads the path of a [Field], which has to lead to a set or to a single
// value. A star in it becomes rest.
func parsePath(text, rest string, set bool) (path, error) {
	var p path
	head, tail, listed := strings.Cut(text, "[")
	if before, ok := strings.CutSuffix(head, "{}"); ok && !listed {
		head, p.form = before, names
	}
	p.keys = strings.Split(head, ".")
	if listed {
		pick, last, closed := strings.Cut(tail, "]")
		var named bool
		p.last, named = strings.CutPrefix(last, ".")
		name, value, assigned := strings.Cut(pick, "=")
		p.form, p.pick = picked, [2]string{name, value}
		if set {
			p.form = every
		}
		if !closed || strings.ContainsAny(last, "[]{}") || named != (last != "") || assigned != (pick != "") || assigned && (name == "" || last == "") {
			return p, fmt.Errorf("filter: %q is not a path of %s", text, kindOf(set))
		}
	}
	if slices.Contains(p.keys, "") || set != (p.form == every || p.form == names) || p.form == picked && p.pick[0] == "" {
		return p, fmt.Errorf("filter: %q is not a path of %s", text, kindOf(set))
	}
	for i, k := range p.keys {
		p.keys[i] = fill(k, rest)
	}
	p.pick[1], p.last = fill(p.pick[1], rest), fill(p.last, rest)
	return p, nil
}

func kindOf(set bool) string {
	if set {
		return Set.String()
	}
	return "a single value"
}

func fill(key, rest string) string {
	if key == "*" {
		return rest
	}
	return key
}

// within returns the path of one element, or of a part of the value.
func within(names ...string) path {
	var p path
	for _, n := range names {
		if n != "" {
			p.keys = append(p.keys, n)
		}
	}
	return p
}

// plus returns the plain path of a part of the value.
func (p path) plus(name string) path {
	p.keys = append(append([]string(nil), p.keys...), name)
	return p
}
