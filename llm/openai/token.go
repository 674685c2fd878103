package openai

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/clmkit/clmkit/llm"
)

// token is a token of a text that was scored.
type token struct {
	text    string   // its bytes; with U+FFFD where a server cannot show them
	logProb *float64 // nil for the first one, at most servers
	unknown bool     // the server does not tell the text
}

// tokenText is the text of a token, which OpenAI writes as `bytes:\xe2\x80` when it is not valid UTF-8 by itself.
func tokenText(s string) string {
	escaped, ok := strings.CutPrefix(s, "bytes:")
	if !ok || !strings.Contains(escaped, `\x`) {
		return s
	}
	raw, err := strconv.Unquote(`"` + escaped + `"`)
	if err != nil {
		return s
	}
	return raw
}

// sumAfter sums the tokens that end after the first n bytes of text. It goes from the last one backwards, so that what
// stands before the first, such as a start token, does not matter.
func sumAfter(n int, text string, tokens []token) (llm.Likelihood, error) {
	var l llm.Likelihood
	for end := len(text); end > n || end == n && opensLetter(tokens); {
		group, start, err := lastGroup(text[:end], tokens)
		if err != nil {
			return l, err
		}
		if len(group) > 1 && start < n && n < end {
			return l, errors.New("tokens that are no whole letters where the continuation begins")
		}
		tokens, end = tokens[:len(tokens)-len(group)], start
		for i, t := range group {
			switch {
			case t.logProb == nil && i == 0 && len(tokens) == 0:
				continue
			case t.logProb == nil || !(*t.logProb <= 0):
				return l, errors.New("token without a value of at most 0")
			}
			l.LogProb += *t.logProb
			l.Tokens++
		}
	}
	return l, nil
}

// opensLetter reports whether the last token is the beginning of the letter after it: vLLM shows the letter in the last
// of its tokens.
func opensLetter(tokens []token) bool {
	if len(tokens) == 0 {
		return false
	}
	last := tokens[len(tokens)-1]
	return last.text == "" && !last.unknown && last.logProb != nil
}

// lastGroup are the tokens at the end of text whose places can only be told together, usually one, and where they start.
// None: the text ends in a space that its token does not show, as with the tokens of SentencePiece one by one.
func lastGroup(text string, tokens []token) ([]token, int, error) {
	if len(tokens) == 0 {
		return nil, 0, errors.New("tokens are missing")
	}
	last := len(tokens) - 1
	t := tokens[last]
	switch {
	case t.unknown && last == 0:
		return tokens, 0, nil
	case !t.unknown && strings.HasSuffix(text, t.text):
		return tokens[last:], len(text) - len(t.text), nil
	case t.broken():
		return brokenGroup(text, tokens)
	case strings.HasSuffix(text, " "):
		return nil, len(text) - 1, nil
	}
	return nil, 0, errors.New("tokens that are not those of the text")
}

// broken reports a token that the server cannot show.
func (t token) broken() bool { return strings.ContainsRune(t.text, utf8.RuneError) }

// brokenGroup are the broken tokens at the end. Together they are whole letters: those after the nearest place where the
// token before them ends.
func brokenGroup(text string, tokens []token) ([]token, int, error) {
	first, bytes := len(tokens), 0
	for first > 0 && (tokens[first-1].broken() || tokens[first-1].text == "" && !tokens[first-1].unknown) {
		first--
		bytes += utf8.UTFMax * utf8.RuneCountInString(tokens[first].text)
	}
	if first == 0 || tokens[first-1].unknown {
		return tokens, 0, nil
	}
	for start := len(text); start > 0 && len(text)-start <= bytes; {
		_, size := utf8.DecodeLastRuneInString(text[:start])
		start -= size
		if strings.HasSuffix(text[:start], tokens[first-1].text) || start == 0 && first == 1 {
			return tokens[first:], start, nil
		}
	}
	return nil, 0, errors.New("tokens that are not those of the text")
}
