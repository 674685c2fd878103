package llm

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clmkit/clmkit/llm/pii"
)

// restorer brings the answer to one request back: its pseudonyms become what they stand for, and what is nobody's to tell
// is taken out.
type restorer struct {
	names *pseudonyms
	find  func(string) []pii.Finding
	asked string // what was sent
	json  bool   // the answer is JSON

	restored, invented, foreign int
}

// removed stands in the place of a pseudonym that nobody gave out.
const removed = "[removed]"

// edit is a stretch of an answer and what takes its place.
type edit struct {
	start, end int
	by         string
}

// text is the restored form of text, which follows before. What before has of a finding is not repeated.
func (r *restorer) text(before, text string) string {
	return r.restore(before, text, r.json)
}

func (r *restorer) restore(before, text string, quoted bool) string {
	var s strings.Builder
	end := 0
	for _, e := range r.edits(before, text, quoted) {
		if e.start < end {
			continue
		}
		s.WriteString(text[end:e.start])
		s.WriteString(e.by)
		end = e.end
	}
	s.WriteString(text[end:])
	return s.String()
}

// edits are what has to change in text, by place; where two overlap, the pseudonym comes first.
func (r *restorer) edits(before, text string, quoted bool) []edit {
	edits := r.pseudonymEdits(text, quoted)
	known := len(edits)
	for _, f := range r.find(before + text) {
		e := edit{max(0, f.Start-len(before)), f.End - len(before), "[" + string(f.Kind) + " removed]"}
		overlaps := func(k edit) bool { return e.start < k.end && k.start < e.end }
		if e.end <= 0 || slices.ContainsFunc(edits[:known], overlaps) || strings.Contains(r.asked, text[e.start:e.end]) {
			continue
		}
		r.foreign++
		edits = append(edits, e)
	}
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Compare(a.start, b.start) })
	return edits
}

// pseudonymEdits restore the pseudonyms of the request and remove what looks like one and is none.
func (r *restorer) pseudonymEdits(text string, quoted bool) []edit {
	var edits []edit
	for _, at := range likePseudonym.FindAllStringIndex(text, -1) {
		name := strings.ToUpper(text[at[0]:at[1]])
		value, ok := r.names.value[name]
		switch {
		case ok && quoted:
			value = escaped(value)
		case ok:
		case !stands(text, at) || !r.mayName(name) || strings.Contains(r.asked, text[at[0]:at[1]]):
			continue
		}
		if ok {
			r.restored++
			edits = append(edits, edit{at[0], at[1], value})
			continue
		}
		r.invented++
		edits = append(edits, edit{at[0], at[1], removed})
	}
	return edits
}

// stands reports whether no letter or digit adjoins the stretch.
func stands(text string, at []int) bool {
	word := func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }
	last, _ := utf8.DecodeLastRuneInString(text[:at[0]])
	next, _ := utf8.DecodeRuneInString(text[at[1]:])
	return !word(last) && !word(next)
}

// mayName reports whether a shield could have given out the name: its label is that of a kind.
func (r *restorer) mayName(name string) bool {
	of, _, _ := strings.Cut(name, "-")
	isIt := func(k pii.Kind) bool { return label(k) == of }
	return slices.ContainsFunc(pii.All(), isIt) || isIt(pii.OrderID) || isIt(pii.CustomerID) || slices.ContainsFunc(r.names.kinds, isIt)
}

// arguments are those of a tool call: JSON whose texts are restored.
func (r *restorer) arguments(args string) string {
	if !json.Valid([]byte(args)) {
		return r.restore("", args, true)
	}
	return rewriteJSON(args, func(key, text string) string {
		if key == "" {
			return r.restore("", text, false)
		}
		return r.restore(key+": ", text, false)
	})
}

// response is a copy of resp with its text and tool calls restored.
func (r *restorer) response(resp *Response, text string) *Response {
	c := resp.Clone()
	c.Text = text
	for i := range c.ToolCalls {
		c.ToolCalls[i].Arguments = r.arguments(c.ToolCalls[i].Arguments)
	}
	if r.invented > 0 {
		c.Warnings = append(c.Warnings, fmt.Sprintf("shield: pseudonyms that nobody gave out, taken out: %d", r.invented))
	}
	if r.foreign > 0 {
		c.Warnings = append(c.Warnings, fmt.Sprintf("shield: personal data that was not in the request, taken out: %d", r.foreign))
	}
	switch n := len(r.names.names); n {
	case 0:
	case 1:
		c.Via = append(c.Via, "shield: 1 pseudonym")
	default:
		c.Via = append(c.Via, fmt.Sprintf("shield: %d pseudonyms", n))
	}
	return c
}

// partialOf is the text that came before a failure.
func partialOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Partial
	}
	return ""
}

// failure is err with another partial text.
func (r *restorer) failure(err error, partial string) error {
	e, ok := err.(*Error)
	if !ok {
		return err
	}
	c := *e
	c.Partial = partial
	return &c
}

// stream hands out a stream block by block.
func (r *restorer) stream(deltas iter.Seq2[Delta, error], yield func(Delta, error) bool) {
	b := blocks{r: r}
	for d, err := range deltas {
		b.pending = append(b.pending, d.Text...)
		last := err != nil || d.Done != nil
		out := Delta{Text: b.next(last)}
		if d.Done != nil {
			out.Done = r.response(d.Done, b.out.String())
		}
		switch {
		case err == nil && (out.Text != "" || out.Done != nil):
			if !yield(out, nil) || out.Done != nil {
				return
			}
		case err != nil:
			if out.Text == "" || yield(out, nil) {
				yield(Delta{}, r.failure(err, b.out.String()))
			}
			return
		}
	}
}

// blocks cuts a stream where it can be searched.
type blocks struct {
	r       *restorer
	before  string // the block before, as it came
	pending []byte
	out     strings.Builder
}

// next is what can be handed out of what is pending: everything at the end, and nothing before it when the answer is JSON.
func (b *blocks) next(last bool) string {
	cut := len(b.pending)
	switch {
	case last:
	case b.r.json:
		cut = 0
	default:
		cut = blockEnd(b.pending)
	}
	if cut == 0 {
		return ""
	}
	block := string(b.pending[:cut])
	text := b.r.text(b.before, block)
	b.before, b.pending = block, b.pending[cut:]
	b.out.WriteString(text)
	return text
}

// longestBlock is how much text without an end of a sentence or line is waited for, in bytes.
const longestBlock = 4 << 10

// blockEnd is the end of the last whole sentence or line in text; 0 when there is none.
func blockEnd(text []byte) int {
	end := bytes.LastIndexByte(text, '\n') + 1
	for _, mark := range []string{". ", "! ", "? ", "。", "！", "？"} {
		if i := bytes.LastIndex(text, []byte(mark)); i >= 0 {
			end = max(end, i+len(mark))
		}
	}
	if end > 0 || len(text) <= longestBlock {
		return end
	}
	if end = bytes.LastIndexByte(text, ' ') + 1; end > 0 {
		return end
	}
	return len(text)
}
