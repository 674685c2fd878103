package llm

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/clmkit/clmkit/llm/pii"
)

// A pseudonym stands for one spelling of one piece of personal data: the kind, a hyphen and eight letters and digits, such
// as EMAIL-4F7KQ2XB. It has nothing that JSON, Markdown or a URL would escape, and no vowels that could make a word. The
// first six signs belong to the value however it is written, the last two to this spelling.
const (
	pseudonymSigns  = "23456789BCDFGHJKMNPQRSTVWXYZ"
	valueSigns      = 6
	spellingSigns   = 2
	pseudonymLength = valueSigns + spellingSigns
)

// likePseudonym matches whatever may be meant as a pseudonym, also in small letters.
var likePseudonym = regexp.MustCompile(`(?i)[a-z]+-[2-9bcdfghjkmnpqrstvwxyz]{8}`)

// pseudonyms are those of one request: both ways, and made anew for each, since the same key and scope give the same ones.
type pseudonyms struct {
	key   []byte
	names map[string]string // what is to be hidden, with its kind -> pseudonym
	value map[string]string // pseudonym -> what is hidden
	kinds []pii.Kind        // of the pseudonyms
}

// newPseudonyms derives the key of a scope from the shield's.
func newPseudonyms(master []byte, s Scope) *pseudonyms {
	mac := hmac.New(sha256.New, master)
	for _, part := range []string{s.Tenant, s.Customer, s.Session} {
		mac.Write(binary.AppendUvarint(nil, uint64(len(part))))
		mac.Write([]byte(part))
	}
	return &pseudonyms{key: mac.Sum(nil), names: map[string]string{}, value: map[string]string{}}
}

// of is the pseudonym of a text of some kind.
func (p *pseudonyms) of(kind pii.Kind, text string) string {
	id := string(kind) + "\x00" + text
	if name, ok := p.names[id]; ok {
		return name
	}
	name := label(kind) + "-" + p.signs(string(kind)+"\x00"+folded(text), valueSigns) + p.signs(id, spellingSigns)
	p.names[id], p.value[name] = name, text
	if !slices.Contains(p.kinds, kind) {
		p.kinds = append(p.kinds, kind)
	}
	return name
}

func (p *pseudonyms) signs(text string, n int) string {
	mac := hmac.New(sha256.New, p.key)
	mac.Write([]byte(text))
	number := binary.BigEndian.Uint64(mac.Sum(nil))
	signs := make([]byte, n)
	for i := range signs {
		signs[i] = pseudonymSigns[number%uint64(len(pseudonymSigns))]
		number /= uint64(len(pseudonymSigns))
	}
	return string(signs)
}

// label is a kind in capital letters.
func label(kind pii.Kind) string {
	return strings.Map(func(r rune) rune {
		if r = unicode.ToUpper(r); r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, string(kind))
}

// folded is a text without what differs between its spellings: case, spaces and punctuation.
func folded(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

// hide replaces the findings in text, which are sorted and do not overlap.
func (p *pseudonyms) hide(text string, findings []pii.Finding) string {
	return replace(text, findings, func(f pii.Finding) string { return p.of(f.Kind, text[f.Start:f.End]) })
}

// replace puts something else in the place of each finding.
func replace(text string, findings []pii.Finding, by func(pii.Finding) string) string {
	if len(findings) == 0 {
		return text
	}
	var s strings.Builder
	end := 0
	for _, f := range findings {
		s.WriteString(text[end:f.Start])
		s.WriteString(by(f))
		end = f.End
	}
	s.WriteString(text[end:])
	return s.String()
}

// terms are what is hidden, as what to look for elsewhere: a number that its words gave away in one message stands alone
// in the next.
func (p *pseudonyms) terms() []pii.Term {
	terms := make([]pii.Term, 0, len(p.names))
	for id := range p.names {
		kind, value, _ := strings.Cut(id, "\x00")
		terms = append(terms, pii.Term{Kind: pii.Kind(kind), Value: value})
	}
	slices.SortFunc(terms, func(a, b pii.Term) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Value, b.Value))
	})
	return terms
}
