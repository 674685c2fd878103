package httperr

import (
	"bytes"
	"strings"
)

// maxText is how much of a server's words is told, in runes.
const maxText = 300

// plainText is the text of a body that is no JSON; of an HTML page, its title.
func plainText(body []byte) string {
	lower := bytes.ToLower(body)
	if !bytes.Contains(lower, []byte("<html")) && !bytes.Contains(lower, []byte("<!doctype html")) {
		return Clip(string(body))
	}
	start, end := bytes.Index(lower, []byte("<title>")), bytes.Index(lower, []byte("</title>"))
	if len(lower) != len(body) || start < 0 || end < start {
		return "an HTML page"
	}
	return "an HTML page: " + Clip(string(body[start+len("<title>"):end]))
}

// Clip is s on one line, as valid UTF-8 and in at most 300 runes.
func Clip(s string) string {
	runes := []rune(strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " "))
	if len(runes) > maxText {
		return string(runes[:maxText]) + "…"
	}
	return string(runes)
}
