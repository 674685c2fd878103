package llm

import (
	"strings"

	"github.com/clmkit/clmkit/llm/pii"
)

// public is what a shield lets pass in both directions.
type public struct {
	spellings map[string]bool // without case, spaces and punctuation
	addresses map[string]bool // of mail and of the web, in small letters
}

func newPublic(texts []string) public {
	p := public{map[string]bool{}, map[string]bool{}}
	for _, text := range texts {
		p.spellings[folded(text)] = true
		p.addresses[strings.ToLower(text)] = true
		if host := hostOf(text); host != "" {
			p.addresses[host] = true
		}
	}
	return p
}

// allows reports whether what was found may pass. A dot more or less makes somebody else's of an address, and nothing else
// of a number.
func (p public) allows(kind pii.Kind, text string) bool {
	switch kind {
	case pii.Email, pii.URL, pii.PrivateURL:
		return p.addresses[strings.ToLower(text)]
	}
	return p.spellings[folded(text)]
}

// hostOf is the host in an address of the web, in small letters, with or without its scheme; empty when there is none, or
// something that browsers read in two ways.
func hostOf(address string) string {
	if _, rest, ok := strings.Cut(address, "//"); ok {
		address = rest
	}
	if end := strings.IndexAny(address, `/?#\`); end >= 0 {
		address = address[:end]
	}
	host, _, _ := strings.Cut(address, ":")
	if strings.ContainsAny(address, "@% ") || !strings.Contains(host, ".") {
		return ""
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}
