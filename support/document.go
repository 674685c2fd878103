package support

import (
	"strings"

	"github.com/clmkit/clmkit/internal/text"
)

// A Document is a page of the shop's help centre: plain text or Markdown.
type Document struct {
	// ID is what citations name; unique.
	ID string
	// Title counts more than the text when a question is matched. Optional.
	Title string
	Text  string
}

// A Passage is a stretch of a document: up to three sentences that stand together.
type Passage struct {
	Document   string
	Start, End int    // byte offsets in the document's text
	Heading    string // the heading above it; may be empty
	Text       string // the document's text from Start to End
	sentences  []text.Span
}

// grouped is how many sentences make a passage: one may be too little to be understood, and ten speak of too much for
// the coverage of a question to mean something.
const grouped = 3

// passages cuts a document into its passages: groups of sentences that neither a heading nor an empty line parts.
func passages(d Document) []Passage {
	var out []Passage
	heading := ""
	for _, block := range blocks(d.Text) {
		if h, ok := headingOf(block.In(d.Text)); ok {
			heading = h
			continue
		}
		var group []text.Span
		for s := range text.Sentences(block.In(d.Text)) {
			group = append(group, text.Span{Start: block.Start + s.Start, End: block.Start + s.End})
			if len(group) == grouped {
				out = append(out, passage(d, heading, group))
				group = nil
			}
		}
		if len(group) > 0 {
			out = append(out, passage(d, heading, group))
		}
	}
	return out
}

func passage(d Document, heading string, group []text.Span) Passage {
	start, end := group[0].Start, group[len(group)-1].End
	return Passage{Document: d.ID, Start: start, End: end, Heading: heading, Text: d.Text[start:end], sentences: group}
}

// blocks cuts a text at empty lines and around headings.
func blocks(s string) []text.Span {
	var out []text.Span
	open := text.Span{}
	flush := func() {
		if strings.TrimSpace(open.In(s)) != "" {
			out = append(out, open)
		}
	}
	at := 0
	for line := range strings.SplitAfterSeq(s, "\n") {
		_, heading := headingOf(line)
		if heading || strings.TrimSpace(line) == "" {
			flush()
			open = text.Span{Start: at + len(line), End: at + len(line)}
		}
		if heading {
			out = append(out, text.Span{Start: at, End: at + len(line)})
		}
		at += len(line)
		open.End = at
	}
	flush()
	return out
}

// headingOf returns the words of a Markdown heading.
func headingOf(line string) (string, bool) {
	rest := strings.TrimLeft(line, "#")
	if depth := len(line) - len(rest); depth == 0 || depth > 6 || !strings.HasPrefix(rest, " ") {
		return "", false
	}
	return strings.TrimSpace(rest), !strings.Contains(strings.TrimSpace(rest), "\n")
}
