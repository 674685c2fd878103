package llm

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// unknown says what a request that is not recorded differs in from the nearest one that is: the first of those that
// differ in the fewest fields.
func (p *Replay) unknown(req *Request) error {
	if err := req.Validate(); err != nil {
		return err
	}
	asked := countedFields(req)
	var nearest *replayLine
	var fewest []string
	for _, line := range p.lines {
		if line.recording.Request == nil {
			continue
		}
		found := differences("", asked, countedFields(line.recording.Request))
		if nearest == nil || len(found) < len(fewest) {
			nearest, fewest = line, found
		}
	}
	switch {
	case nearest == nil:
		return notRecorded("there is no request to compare with in %d lines", len(p.lines))
	case len(fewest) == 0:
		return notRecorded("the nearest is line %d, which differs in what its line does not show", nearest.number)
	}
	const shown = 5
	more := ""
	if len(fewest) > shown {
		fewest, more = fewest[:shown], fmt.Sprintf(" and %d more", len(fewest)-shown)
	}
	return notRecorded("the nearest is line %d, which differs in %s%s", nearest.number, strings.Join(fewest, ", "), more)
}

// countedFields is what counts for a key, as JSON; nil when JSON cannot hold it.
func countedFields(req *Request) any {
	c := *req
	c.Purpose, c.Scope.Customer, c.Scope.Session = "", "", ""
	raw, err := json.Marshal(&c)
	if err != nil {
		return nil
	}
	var fields any
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if dec.Decode(&fields) != nil {
		return nil
	}
	return fields
}

// differences are the paths of the fields in which a and b differ, in order. JSON schemas are compared as a whole.
func differences(path string, a, b any) []string {
	if reflect.DeepEqual(a, b) {
		return nil
	}
	var found []string
	switch x := a.(type) {
	case map[string]any:
		y, ok := b.(map[string]any)
		if !ok || strings.HasSuffix(path, ".parameters") || strings.HasSuffix(path, ".definition") {
			break
		}
		names := maps.Clone(x)
		maps.Copy(names, y)
		for _, name := range slices.Sorted(maps.Keys(names)) {
			found = append(found, differences(strings.TrimPrefix(path+"."+name, "."), x[name], y[name])...)
		}
		return found
	case []any:
		y, ok := b.([]any)
		if !ok {
			break
		}
		for i := range max(len(x), len(y)) {
			found = append(found, differences(fmt.Sprintf("%s[%d]", path, i), at(x, i), at(y, i))...)
		}
		return found
	}
	return []string{path}
}

// at is list[i], or nil behind its end.
func at(list []any, i int) any {
	if i < len(list) {
		return list[i]
	}
	return nil
}
