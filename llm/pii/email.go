package pii

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Lengths are those of RFC 5321, section 4.5.3.1, in octets; here they also bound the work per "@".
const (
	maxLocal  = 64
	maxDomain = 255
)

func findEmails(d *draft) {
	for i := range len(d.text) {
		switch {
		case d.text[i] == '@':
			d.matchEmail(i, i+1)
		case strings.HasPrefix(d.text[i:], "%40"):
			d.matchEmail(i, i+3)
		}
	}
	d.findSpelledEmails()
}

// matchEmail reads to both sides of an "@", or of its escape in a URL. Letters of all scripts count (RFC 6531).
func (d *draft) matchEmail(at, domain int) {
	start := at
	for start > 0 && at-start < maxLocal && localByte(d.text[start-1]) {
		start--
	}
	start += markupEnd(d.text[start:at])
	for start < at && (!utf8.RuneStart(d.text[start]) || !isAlnum(d.text[start])) {
		start++
	}
	start = d.scriptStart(start, at)
	end := d.domainEnd(domain)
	if start == at || end == 0 || d.text[at-1] == '.' {
		return
	}
	d.add(Email, start, end, 0.97, "email")
}

// markupEnd is where a local part begins behind what RFC 5321 would let be a part of it, and which is markup, a path or the
// name of a parameter wherever people and programs write: "**anna", "users/anna", "to=anna".
func markupEnd(local string) int {
	end := strings.LastIndexAny(local, "*`|{}/?&") + 1
	if name, _, ok := strings.Cut(local[end:], "="); ok && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_") == "" {
		end += len(name) + 1
	}
	return end
}

// scriptStart moves the start of a local part behind the last character of a script without spaces, if ASCII follows it:
// that is where the sentence ends and the address begins.
func (d *draft) scriptStart(start, at int) int {
	if at == 0 || d.text[at-1] >= utf8.RuneSelf {
		return start
	}
	for i := at - 1; i >= start; i-- {
		if d.text[i] >= utf8.RuneSelf {
			if r, _ := utf8.DecodeLastRuneInString(d.text[:i+1]); alone(r) {
				return i + 1
			}
		}
	}
	return start
}

func localByte(c byte) bool {
	return isAlnum(c) || strings.IndexByte("!#$%&'*+-/=?^_`{|}~.", c) >= 0
}

// domainEnd returns where a domain name that begins at an offset ends, or 0: labels of letters, digits and dashes, at
// least two of them, the last one of two letters or more.
func (d *draft) domainEnd(start int) int {
	end, labels, label := 0, 0, start
	for i := start; ; i++ {
		if i < len(d.text) && i-start < maxDomain && (isAlnum(d.text[i]) || d.text[i] == '-') && !d.newScript(label, i) {
			continue
		}
		if i == label {
			break
		}
		if labels++; labels > 1 && topLevel(d.text[label:i]) {
			end = i
		}
		if i >= len(d.text) || d.text[i] != '.' {
			break
		}
		label = i + 1
	}
	for end > 0 && end < len(d.text) && !utf8.RuneStart(d.text[end]) {
		end--
	}
	return end
}

// newScript reports whether a label that began in ASCII goes on in a script without spaces.
func (d *draft) newScript(label, i int) bool {
	if d.text[i] < utf8.RuneSelf || i == label || d.text[i-1] >= utf8.RuneSelf {
		return false
	}
	r, _ := utf8.DecodeRuneInString(d.text[i:])
	return alone(r)
}

func topLevel(label string) bool {
	if strings.HasPrefix(strings.ToLower(label), "xn--") {
		return true
	}
	for i := range len(label) {
		if isDigit(label[i]) || label[i] == '-' {
			return false
		}
	}
	return utf8.RuneCountInString(label) >= 2
}

// spelledDots are the words for the dot by the word for the "@" in the same language.
var spelledDots = map[string][]string{
	"at": {"dot"}, "arobase": {"point"}, "arroba": {"punto", "ponto"}, "chiocciola": {"punto"}, "klammeraffe": {"punkt"}, "apenstaartje": {"punt"},
}

// findSpelledEmails finds "anna at example dot com", and the same with brackets.
func (d *draft) findSpelledEmails() {
	for i := 1; i+3 < len(d.tokens); i++ {
		dot := spelledDots[d.tokens[i].key]
		if dot == nil {
			continue
		}
		if j := d.spelledDomain(i+1, dot); j > 0 && d.inOneLine(i-1, j) {
			d.add(Email, d.tokens[i-1].start, d.tokens[j].end, 0.75, "email/spelled")
		}
	}
}

// spelledDomain returns the last token of a domain whose dots are spelled, or 0.
func (d *draft) spelledDomain(i int, dot []string) int {
	last := 0
	for ; i+2 < len(d.tokens) && isWord(d.tokens[i+1].key, dot...); i += 2 {
		if slices.Contains(genericDomains, d.tokens[i+2].key) || countryDomain(d.tokens[i+2].key) {
			last = i + 2
		}
	}
	return last
}

// inOneLine reports whether only spaces and brackets stand between the tokens from one to another.
func (d *draft) inOneLine(first, last int) bool {
	for i := first; i < last; i++ {
		if strings.Trim(d.text[d.tokens[i].end:d.tokens[i+1].start], " ()[]<>{}") != "" {
			return false
		}
	}
	return true
}

func isWord(s string, words ...string) bool { return slices.Contains(words, s) }
