package content

import (
	"slices"
	"strings"

	"github.com/clmkit/clmkit/clm"
)

// greeting checks what the customer is called: in the line of the greeting, and in English between commas.
func (s *scan) greeting() {
	name := words(s.brief.Name)
	own := func(f string) bool { return slices.ContainsFunc(name, func(n word) bool { return n.fold == f }) }
	for i, w := range s.words {
		if !s.lang.greetings[w.fold] || !s.opens(i) {
			continue
		}
		for k := i + 1; k < len(s.words) && k <= i+4; k++ {
			gap := s.text[s.words[k-1].end:s.words[k].start]
			if strings.ContainsAny(gap, "!.?:\n–—") || strings.Contains(gap, ",") && k > i+1 {
				break
			}
			f := s.words[k].fold
			if own(f) || s.lang.neutral[f] || s.lang.common[f] || s.lang.greetings[f] || !s.capital(k) && s.lang.capitals {
				continue
			}
			s.find(RuleName, s.words[k].start, s.words[k].end, s.expectedName())
		}
	}
	s.vocatives(own)
}

// opens reports whether a word is the first of its line or sentence.
func (s *scan) opens(i int) bool {
	return i == s.sentenceAt(s.words[i].start).first || s.lang.greetings[s.words[i-1].fold]
}

func (s *scan) expectedName() string {
	if s.brief.Name == "" {
		return "no name"
	}
	return s.brief.Name
}

// vocatives finds capitalised words that stand alone between commas or at the end of a sentence after one.
func (s *scan) vocatives(own func(string) bool) {
	if !s.lang.capitals {
		return
	}
	for i, w := range s.words {
		if i == 0 || !s.capital(i) || own(w.fold) || s.lang.common[w.fold] || s.facts.words[w.fold] || s.mentioned(w.start) {
			continue
		}
		before := strings.TrimSpace(s.text[s.words[i-1].end:w.start])
		after := strings.TrimLeft(s.text[w.end:], " ")
		first := i > 0 && before == "" && s.sentenceAt(w.start).first == i
		if before == "," && (after == "" || strings.ContainsAny(after[:1], ",.!?\n")) || first && strings.HasPrefix(after, ",") {
			if _, month := s.lang.months[w.fold]; !month && s.lang.weekdays[w.fold] == 0 {
				s.find(RuleName, w.start, w.end, s.expectedName())
			}
		}
	}
}

// past judges what is said about the customer's past: the profile has to show it.
func (s *scan) past() {
	for i, w := range s.words {
		if s.mentioned(w.start) {
			continue
		}
		for phrase, needed := range s.lang.past {
			if n, ok := matches(s.words, i, phrase); ok && !s.shows(needed) {
				s.find(RuleCustomer, w.start, s.words[i+n-1].end, "a profile that shows "+string(needed))
			}
		}
	}
}

// shows reports whether the profile has a fact.
func (f *facts) shows(needed fact) bool {
	p := f.brief.Profile
	if p == nil {
		return false
	}
	switch needed {
	case factOrdered:
		return p.Frequency() > 0
	case factRegular:
		return p.Frequency() > 1
	case factCarted:
		return p.Count(clm.CartAdded) > 0
	case factViewed:
		return p.Count(clm.Viewed) > 0
	}
	return false
}

// codes finds discount codes: words of capitals and digits, and words of capitals beside words such as "code". The
// offer's code passes, as it is written.
func (s *scan) codes() {
	for i := 0; i < len(s.text); {
		end := i
		for end < len(s.text) && codeByte(s.text[end]) {
			end++
		}
		if end == i {
			i++
			continue
		}
		if edge := strings.Trim(s.text[i:end], "-_"); edge != "" {
			start := i + strings.Index(s.text[i:end], edge)
			s.code(start, start+len(edge))
		}
		i = end
	}
}

// codeByte reports whether a byte can be part of a code.
func codeByte(b byte) bool {
	return b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b == '-' || b == '_'
}

func (s *scan) code(start, end int) {
	token := s.text[start:end]
	offer := s.brief.Offer
	switch {
	case offer != nil && offer.Code != "" && token == offer.Code:
		s.take(start, end)
	case s.mentioned(start) || s.linked(start) || s.taking(start, end):
	case s.codelike(token, start, end):
		for k := range s.sources {
			if e, ok := s.sources[k].literal(token); ok && !s.beside(start, end, s.lang.codes) {
				s.support(start, end, e)
				return
			}
		}
		s.find(RuleCode, start, end, s.expectedCode())
	}
}

// taking reports whether another rule has judged a number in a stretch.
func (s *scan) taking(start, end int) bool {
	for i, n := range s.numbers {
		if n.start >= start && n.end <= end && s.taken[i] {
			return true
		}
	}
	return false
}

// codelike reports whether a token looks like a discount code.
func (s *scan) codelike(token string, start, end int) bool {
	letters := strings.ContainsFunc(token, func(r rune) bool { return r >= 'A' && r <= 'Z' })
	figures := strings.ContainsAny(token, "0123456789")
	upper := token == strings.ToUpper(token) && len(token) >= 3
	quoted := start > 0 && strings.ContainsRune("\"'“„»", lastRune(s.text[:start]))
	afterCode := s.afterCode(start)
	switch {
	case upper && letters && figures && len(token) >= 4:
		return true
	case upper && letters && s.beside(start, end, s.lang.codes):
		return !codeOf(fold(token)) && !s.lang.codes[fold(token)]
	}
	return afterCode && (quoted || figures || upper || !s.lang.common[fold(token)] && !s.facts.words[fold(token)] && !s.lang.codes[fold(token)])
}

// afterCode reports whether the word before a place, but for a colon or a quote, is a word for a code.
func (s *scan) afterCode(start int) bool {
	for i := len(s.words) - 1; i >= 0; i-- {
		if w := s.words[i]; w.end <= start {
			f := s.words[i].fold
			if set("is lautet ist")[f] && i > 0 {
				f = s.words[i-1].fold
			}
			return set("code codes promocode gutscheincode rabattcode aktionscode")[f] && strings.Trim(s.text[w.end:start], " :\"'“„»(") == ""
		}
	}
	return false
}

func (s *scan) expectedCode() string {
	if o := s.brief.Offer; o != nil && o.Code != "" {
		return o.Code
	}
	return "no code"
}

func lastRune(s string) rune {
	var last rune
	for _, r := range s[max(0, len(s)-4):] {
		last = r
	}
	return last
}
