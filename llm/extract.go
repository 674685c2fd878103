package llm

import "strings"

// How many opening brackets without a closing one, and how many code fences, are looked at: bounds that keep the cost of
// a hostile reply linear in its length. Replies of models have one or two of each.
const (
	maxUnclosed = 16
	maxFences   = 64
)

// stretch is a part of a reply that starts like a JSON object or array.
type stretch struct {
	text   string
	closed bool // the brackets balance
}

// extract finds what may be the JSON that a reply answers with. The groups come in the order in which they are to be
// trusted: the last code fence first, the whole reply last. Within a group the stretches stand as in the reply. What a
// reasoning model thought aloud is no part of its answer.
func extract(reply string) [][]stretch {
	answer := afterThought(reply)
	var groups [][]stretch
	blocks := fences(answer)
	for i := len(blocks) - 1; i >= 0; i-- {
		groups = append(groups, stretches(blocks[i]))
	}
	return append(groups, stretches(answer))
}

// afterThought drops <think> blocks, and what stands before an end tag or after a start tag that has no partner.
func afterThought(reply string) string {
	const begin, end = "<think>", "</think>"
	var kept strings.Builder
	for {
		before, rest, ok := strings.Cut(reply, begin)
		_, after, closed := strings.Cut(rest, end)
		kept.WriteString(before)
		if !ok || !closed {
			break
		}
		reply = after
	}
	answer := kept.String()
	if i := strings.LastIndex(answer, end); i >= 0 {
		return answer[i+len(end):]
	}
	return answer
}

// fences are the insides of ``` blocks, without the word that names their language. A block that is not closed runs to
// the end.
func fences(s string) []string {
	const fence = "```"
	var blocks []string
	for range maxFences {
		_, rest, ok := strings.Cut(s, fence)
		if !ok {
			break
		}
		rest = strings.TrimLeft(rest, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
		end := strings.Index(rest, "\n"+fence)
		if end < 0 {
			end = strings.Index(rest, fence)
		} else {
			end++
		}
		if end < 0 {
			return append(blocks, rest)
		}
		blocks = append(blocks, rest[:end])
		s = rest[end+len(fence):]
	}
	return blocks
}

// stretches cuts s into what stands between outermost brackets. A bracket that nothing closes is one stretch to the end
// of s, and what follows it is searched too.
func stretches(s string) []stretch {
	var found []stretch
	for unclosed := 0; unclosed < maxUnclosed; {
		start := strings.IndexAny(s, "{[")
		if start < 0 {
			break
		}
		s = s[start:]
		end := closing(s)
		if end < 0 {
			found = append(found, stretch{text: s})
			s = s[1:]
			unclosed++
			continue
		}
		found = append(found, stretch{text: s[:end], closed: true})
		s = s[end:]
	}
	return found
}

// closing is the index after the bracket that closes the one at the start of s, or -1. Brackets within JSON strings do
// not count.
func closing(s string) int {
	depth, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch b := s[i]; {
		case quoted && b == '\\':
			i++
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == '{' || b == '[':
			depth++
		case b == '}' || b == ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}
