package llm

import (
	"encoding/json"
	"strings"

	"github.com/clmkit/clmkit/llm/pii"
)

// hider makes the pseudonymous copy of a request.
type hider struct {
	find  func(string) []pii.Finding
	names *pseudonyms
	seen  strings.Builder // all texts as they leave
}

// text is a text as it may leave.
func (h *hider) text(text string) string {
	hidden := h.names.hide(text, h.find(text))
	h.seen.WriteString(hidden)
	h.seen.WriteByte('\n')
	return hidden
}

// request is a copy of req in which every text has passed text.
func (h *hider) request(req *Request) *Request {
	h.seen.Reset()
	c := *req
	c.Messages = mapped(req.Messages, h.message)
	c.Tools = mapped(req.Tools, func(t Tool) Tool {
		return Tool{Name: t.Name, Description: h.text(t.Description), Parameters: h.json(t.Parameters)}
	})
	if req.Schema != nil {
		c.Schema = &Schema{Name: req.Schema.Name, Definition: h.json(req.Schema.Definition)}
	}
	c.Stop = mapped(req.Stop, h.text)
	return &c
}

func (h *hider) message(m Message) Message {
	m.Parts = mapped(m.Parts, func(p Part) Part {
		p.Text, p.Source = h.material(p.Text), h.text(p.Source)
		return p
	})
	m.ToolCalls = mapped(m.ToolCalls, func(c ToolCall) ToolCall {
		c.Arguments = string(h.json(json.RawMessage(c.Arguments)))
		return c
	})
	return m
}

// material is a text as it may leave; where it is JSON, as results of tools are, what its strings mean is searched:
// "anna\u0040example.org" is an address.
func (h *hider) material(text string) string {
	if start := strings.TrimLeft(text, " \t\r\n"); strings.HasPrefix(start, "{") || strings.HasPrefix(start, "[") {
		return string(h.json(json.RawMessage(text)))
	}
	return h.text(text)
}

// json hides what is in the texts of a JSON value, keys and numbers included; of what is no JSON, as in any text.
func (h *hider) json(raw json.RawMessage) json.RawMessage {
	if !json.Valid(raw) {
		return json.RawMessage(h.text(string(raw)))
	}
	return json.RawMessage(rewriteJSON(string(raw), func(key, text string) string {
		if key == "" {
			return h.text(text)
		}
		before := key + ": " // the key says what the value is
		var within []pii.Finding
		for _, f := range h.find(before + text) {
			if f.End > len(before) {
				f.Start, f.End = max(0, f.Start-len(before)), f.End-len(before)
				within = append(within, f)
			}
		}
		hidden := h.names.hide(text, within)
		h.seen.WriteString(hidden)
		h.seen.WriteByte('\n')
		return hidden
	}))
}

// mapped is a slice of the same length, nil for nil.
func mapped[T any](from []T, f func(T) T) []T {
	if from == nil {
		return nil
	}
	to := make([]T, len(from))
	for i, v := range from {
		to[i] = f(v)
	}
	return to
}

// rewriteJSON passes each string and number of a valid JSON text to change, with the key it stands under, and leaves the
// rest as it is, byte for byte. A number that changes becomes a string. Keys are passed too, with no key.
func rewriteJSON(raw string, change func(key, text string) string) string {
	var s strings.Builder
	var key string
	for i := 0; i < len(raw); {
		end := literalEnd(raw, i)
		literal := raw[i:end]
		i = end
		var text string
		switch {
		case literal[0] == '"' && json.Unmarshal([]byte(literal), &text) == nil:
			if isKey := strings.HasPrefix(strings.TrimLeft(raw[end:], " \t\r\n"), ":"); isKey {
				key = text
				s.WriteString(requote(literal, text, change("", text)))
				continue
			}
			s.WriteString(requote(literal, text, change(key, text)))
		case literal[0] == '-' || literal[0] >= '0' && literal[0] <= '9':
			s.WriteString(requote(literal, literal, change(key, literal)))
		default:
			s.WriteString(literal)
			if literal == "{" || literal == "}" {
				key = ""
			}
		}
	}
	return s.String()
}

// requote is the literal itself when its text has not changed.
func requote(literal, before, after string) string {
	if before == after {
		return literal
	}
	return `"` + escaped(after) + `"`
}

// literalEnd is the end of the string, number or single byte that starts at i.
func literalEnd(raw string, i int) int {
	end := i + 1
	switch b := raw[i]; {
	case b == '"':
		for ; end < len(raw); end++ {
			if raw[end] == '\\' {
				end++
			} else if raw[end] == '"' {
				return end + 1
			}
		}
		return len(raw)
	case b == '-' || b >= '0' && b <= '9':
		for end < len(raw) && strings.IndexByte("0123456789+-.eE", raw[end]) >= 0 {
			end++
		}
	}
	return end
}

// escaped is a text as it stands between the quotes of a JSON string.
func escaped(text string) string {
	var s strings.Builder
	enc := json.NewEncoder(&s)
	enc.SetEscapeHTML(false)
	if enc.Encode(text) != nil { // a string always encodes
		return ""
	}
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimSuffix(s.String(), "\n"), `"`), `"`)
}
