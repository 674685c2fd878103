package llm

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// plain is the JSON value in text as nil, bool, int64, uint64, float64, string, []any or map[string]any. Whole numbers
// are exact where 64 bits hold them, so that a validator does not take one for its neighbour. An object with a key twice
// is refused: one decoder takes the first, another the last, a third both, so that what was checked would not be what is
// used.
func plain(text string) (any, error) {
	if !json.Valid([]byte(text)) { // bounds the depth too
		return nil, fmt.Errorf("%w: %v", errNoJSON, json.Unmarshal([]byte(text), new(any)))
	}
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	return plainNext(dec)
}

func plainNext(dec *json.Decoder) (any, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch v := token.(type) {
	case json.Number:
		return plainNumber(v)
	case json.Delim:
		if v == '{' {
			return plainObject(dec)
		}
		return plainList(dec)
	}
	return token, nil
}

func plainObject(dec *json.Decoder) (any, error) {
	object := map[string]any{}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return nil, err
		}
		key, _ := token.(string)
		if _, twice := object[key]; twice {
			return nil, fmt.Errorf("key %q twice in one object", key)
		}
		if object[key], err = plainNext(dec); err != nil {
			return nil, err
		}
	}
	_, err := dec.Token()
	return object, err
}

func plainList(dec *json.Decoder) (any, error) {
	list := []any{}
	for dec.More() {
		v, err := plainNext(dec)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := dec.Token()
	return list, err
}

// plainNumber is not left to the validator as text: it would build a number of a million digits for 1e1000000.
func plainNumber(n json.Number) (any, error) {
	if i, err := strconv.ParseInt(n.String(), 10, 64); err == nil {
		return i, nil
	}
	if u, err := strconv.ParseUint(n.String(), 10, 64); err == nil {
		return u, nil
	}
	f, err := n.Float64()
	if err != nil {
		return nil, fmt.Errorf("number %.40s: out of range", n)
	}
	return f, nil
}

// decodeStrictly decodes JSON of which nothing is mended: invalid UTF-8, halves of surrogate pairs, keys that come twice
// and fields that the type does not have are errors. Numbers without a type stay as they are written.
func decodeStrictly(text string, value any) error {
	if !utf8.ValidString(text) {
		return errors.New("invalid UTF-8")
	}
	if loneSurrogate(text) {
		return errors.New("half of a surrogate pair")
	}
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	dec.DisallowUnknownFields()
	if err := dec.Decode(value); err != nil {
		return err
	}
	if _, err := dec.Token(); err != io.EOF {
		return errors.New("more than one value")
	}
	return nil
}

// loneSurrogate reports whether valid JSON has an escape for half a surrogate pair, which encoding/json replaces.
func loneSurrogate(text string) bool {
	for {
		i := strings.IndexByte(text, '\\')
		if i < 0 {
			return false
		}
		text = text[i:]
		r, n := surrogate(text)
		if 0xd800 <= r && r < 0xdc00 {
			low, more := surrogate(text[n:])
			r, n = low-0xdc00+0x10000, n+more
			if low < 0xdc00 || low > 0xdfff {
				return true
			}
		}
		if 0xdc00 <= r && r <= 0xdfff {
			return true
		}
		text = text[n:]
	}
}

// surrogate is the rune of the \u escape at the start of text and its length; 0 and the length of what else stands there.
func surrogate(text string) (rune, int) {
	if len(text) < 6 || text[:2] != `\u` {
		return 0, min(len(text), 2)
	}
	r, err := strconv.ParseUint(text[2:6], 16, 16)
	if err != nil {
		return 0, 2
	}
	return rune(r), 6
}

// misspelt is an error when encoding/json would take a key in value for a field of t that is spelt otherwise: it takes
// ORDER for the field order, and a schema that allows other properties does not look at ORDER.
func misspelt(value any, t reflect.Type) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch v := value.(type) {
	case []any:
		if t.Kind() != reflect.Slice && t.Kind() != reflect.Array {
			return nil
		}
		for _, e := range v {
			if err := misspelt(e, t.Elem()); err != nil {
				return err
			}
		}
	case map[string]any:
		return misspeltKey(v, t)
	}
	return nil
}

func misspeltKey(object map[string]any, t reflect.Type) error {
	if t.Kind() != reflect.Struct && t.Kind() != reflect.Map || reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) {
		return nil
	}
	fields := fieldsByName(t)
	for _, key := range slices.Sorted(maps.Keys(object)) {
		of, known := fields[key]
		if t.Kind() == reflect.Map {
			of, known = t.Elem(), true
		}
		if known {
			if err := misspelt(object[key], of); err != nil {
				return err
			}
			continue
		}
		for name := range fields {
			if caseless(name) == caseless(key) {
				return fmt.Errorf("key %q: write %q", key, name)
			}
		}
	}
	return nil
}

// fieldsByName are the types of the fields that encoding/json knows of a struct.
func fieldsByName(t reflect.Type) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	if t.Kind() != reflect.Struct {
		return fields
	}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" {
			name = f.Name
		}
		if f.IsExported() {
			fields[name] = f.Type
		}
	}
	return fields
}

// caseless is s with each rune replaced by the least that is the same but for case.
func caseless(s string) string {
	return strings.Map(func(r rune) rune {
		for {
			next := unicode.SimpleFold(r)
			if next <= r {
				return next
			}
			r = next
		}
	}, s)
}
