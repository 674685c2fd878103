package openai

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
)

// value is a JSON value that keeps the order of members, which is the order in which a model writes them, and where each
// member stands in the text.
type value struct {
	kind    byte // n, t, f, 0 for a number, ", [ or {
	raw     []byte
	text    string // of a string
	members []member
	items   []*value
}

type member struct {
	key      string
	val      *value
	from, to int // where it stands, from its key to the end of its value
}

// parseValue reads JSON. The value refers to text.
func parseValue(text []byte) (*value, error) {
	var check json.RawMessage // its decoder bounds the depth at 10,000
	if err := json.Unmarshal(text, &check); err != nil {
		return nil, err
	}
	r := &valueReader{text: text}
	return r.value(), nil
}

// valueReader reads text that is valid JSON.
type valueReader struct {
	text []byte
	at   int
}

func (r *valueReader) value() *value {
	r.space()
	start := r.at
	v := &value{kind: r.text[start]}
	switch v.kind {
	case '{':
		r.object(v)
	case '[':
		for r.more(']') {
			v.items = append(v.items, r.value())
		}
	case '"':
		v.text = r.string()
	case 'n', 't', 'f':
		r.scalar()
	default:
		v.kind = '0'
		r.scalar()
	}
	v.raw = r.text[start:r.at]
	return v
}

func (r *valueReader) object(v *value) {
	for r.more('}') {
		m := member{from: r.at}
		m.key = r.string()
		r.space()
		r.at++ // the colon
		m.val = r.value()
		m.to = r.at
		v.members = append(v.members, m)
	}
}

// more steps over the bracket or comma before the next element, and reports false after the closing bracket.
func (r *valueReader) more(closing byte) bool {
	r.space()
	if r.text[r.at] == closing {
		r.at++
		return false
	}
	r.at++
	r.space()
	if r.text[r.at] == closing { // of an empty array or object
		r.at++
		return false
	}
	return true
}

func (r *valueReader) string() string {
	start := r.at
	for r.at++; r.text[r.at] != '"'; r.at++ {
		if r.text[r.at] == '\\' {
			r.at++
		}
	}
	r.at++
	var s string
	if json.Unmarshal(r.text[start:r.at], &s) != nil {
		return ""
	}
	return s
}

func (r *valueReader) scalar() {
	for r.at < len(r.text) && !bytes.ContainsRune([]byte(" \t\r\n,]}"), rune(r.text[r.at])) {
		r.at++
	}
}

func (r *valueReader) space() {
	for r.at < len(r.text) && bytes.ContainsRune([]byte(" \t\r\n"), rune(r.text[r.at])) {
		r.at++
	}
}

// get is the member with the key, or nil. Of members with one key the last counts, as in encoding/json.
func (v *value) get(key string) *value {
	for _, m := range slices.Backward(v.members) {
		if m.key == key {
			return m.val
		}
	}
	return nil
}

// set changes a member, or adds it at the end.
func (v *value) set(key string, to *value) {
	for i := range v.members {
		if v.members[i].key == key {
			v.members[i].val = to
			return
		}
	}
	v.members = append(v.members, member{key: key, val: to})
}

// strings are the items of a list of strings, or the string itself.
func (v *value) strings() []string {
	switch {
	case v == nil:
		return nil
	case v.kind == '"':
		return []string{v.text}
	}
	var all []string
	for _, item := range v.items {
		all = append(all, item.text)
	}
	return all
}

func text(s string) *value { return &value{kind: '"', text: s, raw: quoted(s)} }

func list(items ...*value) *value { return &value{kind: '[', items: items} }

func texts(all []string) *value {
	l := list()
	for _, s := range all {
		l.items = append(l.items, text(s))
	}
	return l
}

func quoted(s string) []byte {
	raw, _ := json.Marshal(s) // a string can be marshalled
	return raw
}

// encode appends v in compact form.
func (v *value) encode(to []byte) []byte {
	switch v.kind {
	case '{':
		to = append(to, '{')
		for i, m := range v.members {
			if i > 0 {
				to = append(to, ',')
			}
			to = append(append(to, quoted(m.key)...), ':')
			to = m.val.encode(to)
		}
		return append(to, '}')
	case '[':
		to = append(to, '[')
		for i, item := range v.items {
			if i > 0 {
				to = append(to, ',')
			}
			to = item.encode(to)
		}
		return append(to, ']')
	case '"':
		return append(to, quoted(v.text)...)
	}
	return append(to, v.raw...)
}

// canonical is the same for values that JSON schema calls equal, as far as scalars go. Numbers are compared as float64.
func (v *value) canonical() string {
	if v.kind == '0' {
		f, _ := strconv.ParseFloat(string(v.raw), 64) // out of range is an infinity
		return strconv.FormatFloat(f+0, 'g', -1, 64)  // the sum makes -0 the same as 0
	}
	return string(v.encode(nil))
}
