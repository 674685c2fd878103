package content

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The forms of what is never prose.
var (
	tags         = regexp.MustCompile(`<\s*[/!]?\s*[A-Za-z][^>]*>?|\]\s*\(|&#?[A-Za-z0-9]+;`)
	placeholders = regexp.MustCompile(`\{+[^{}\n]*\}*|\}+|\[[^\]\n]*\]|%[A-Z_]{2,}%|\$\w+\b|\bX{3,}\b|_{3,}|\b(?:TODO|TBD|FIXME|INSERT|PLACEHOLDER)\b|(?i:\blorem ipsum\b)|\b[A-Z]+_[A-Z_]+\b`)
	links        = regexp.MustCompile(`(?i)\b[a-z][a-z0-9+.-]*://\S+|\bwww\.\S+|\b(?:mailto|tel|javascript|data):\S+|[^\s@<>]*@[^\s<>,;!?]*|\b[a-z0-9-]{2,}(?:\.[a-z0-9-]{2,})*\.[a-z]{2,}\b(?:/\S*)?|\b[a-z0-9-]+ ?\. ?(?:com|net|org|biz)\b|\b[a-z0-9-]+ ?(?:\[\.\]|\(\.\)|\[dot\]|\(dot\)| dot ) ?[a-z]{2,}\b`)
	phones       = regexp.MustCompile(`\+?\(?\d[\d \x{a0}()/.-]{5,}\d`)
)

// characters finds characters that a reader does not see or takes for others. Letters are those of Western and Central
// European alphabets; others pass where an item's text or the customer's name has them.
func (s *scan) characters() {
	for i := 0; i < len(s.text); {
		r, n := utf8.DecodeRuneInString(s.text[i:])
		if (r == utf8.RuneError && n == 1) || !plainRune(r) && !s.ownRune(r) {
			s.find(RuleCharacter, i, i+n, "a character of plain text")
		}
		i += n
	}
	run := 0
	for i, w := range s.words {
		next := i > 0 && !strings.Contains(s.text[s.words[i-1].end:w.start], "\n")
		if utf8.RuneCountInString(w.fold) == 1 && (run == 0 || next) {
			run++
		} else {
			run = 0
		}
		if run == 3 && !s.mentioned(w.start) {
			s.find(RuleCharacter, s.words[i-2].start, w.end, "words that are not spelled out")
		}
	}
}

// plainRune reports whether a character is one that every reader sees as what it is.
func plainRune(r rune) bool {
	switch {
	case r == '\n' || r >= ' ' && r <= '~':
		return true
	case r == 0xad:
		return false
	case r >= 0xa0 && r < 0x180:
		return !strings.ContainsRune("²³¹ªº", r)
	case r >= 0x2010 && r <= 0x2027 || r == 0x2030 || r == 0x202f || r == 0x2039 || r == 0x203a || r == 0x2032 || r == 0x2033:
		return true
	case unicode.Is(unicode.Sc, r) && r < 0x2100 || r == '™' || r == '−' || r == '\ufe0f':
		return true
	}
	return picture(r)
}

// picture reports whether a character is an arrow, a symbol or an emoji, but not a letter or digit in disguise.
func picture(r rune) bool {
	return r >= 0x2190 && r <= 0x23ff || r >= 0x2500 && r <= 0x2775 || r >= 0x2794 && r <= 0x27bf || r >= 0x2b00 && r <= 0x2bff ||
		r >= 0x1f300 && r <= 0x1faff
}

// ownRune reports whether a visible letter stands in an item's text, the name or the shop's.
func (s *scan) ownRune(r rune) bool {
	if !unicode.IsLetter(r) || r > 0xffff || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) {
		return false
	}
	return strings.ContainsRune(s.brief.Name+s.brief.Shop, r) || slices.ContainsFunc(s.sources, func(src source) bool {
		return slices.ContainsFunc(src.fields, func(f field) bool { return strings.ContainsRune(f.text, r) })
	})
}

// markup finds HTML, Markdown links and what was left to be filled in.
func (s *scan) markup() {
	for _, at := range tags.FindAllStringIndex(s.text, -1) {
		s.find(RuleMarkup, at[0], at[1], "plain text")
	}
	for _, at := range placeholders.FindAllStringIndex(s.text, -1) {
		if amount := s.text[at[0]] == '$' && digitAt(s.text, at[0]+1); !amount && !s.mentioned(at[0]) {
			s.find(RulePlaceholder, at[0], at[1], "what stands for it")
		}
	}
}

// contacts finds links, addresses and phone numbers that are not the brief's.
func (s *scan) contacts() {
	for _, at := range links.FindAllStringIndex(s.text, -1) {
		start, end := at[0], at[0]+len(strings.TrimRight(s.text[at[0]:at[1]], ".,;:!?)'\""))
		s.contact(start, end)
	}
	for _, at := range phones.FindAllStringIndex(s.text, -1) {
		text := s.text[at[0]:at[1]]
		if isoDate.MatchString(text) || plainDate.MatchString(text) && len(text) <= 10 || s.mentioned(at[0]) || len(s.amountsIn(at[0], at[1])) > 0 {
			continue
		}
		if figures := strings.Count(strings.Map(onlyDigits, text), "0"); figures >= 7 {
			s.contact(at[0], at[1])
		}
	}
}

// onlyDigits turns digits into 0 and drops the rest.
func onlyDigits(r rune) rune {
	if r >= '0' && r <= '9' {
		return '0'
	}
	return -1
}

func (s *scan) amountsIn(start, end int) []amount {
	return slices.DeleteFunc(amounts(s.text, s.numbers), func(a amount) bool { return a.to <= start || a.from >= end })
}

func (s *scan) contact(start, end int) {
	if slices.Contains(s.brief.Links, s.text[start:end]) {
		s.take(start, end)
		return
	}
	s.find(RuleContact, start, end, "a link, address or number of the brief")
}

// linked reports whether an offset lies in a link of the brief.
func (s *scan) linked(at int) bool {
	return slices.ContainsFunc(s.brief.Links, func(l string) bool {
		for from := 0; l != ""; {
			i := strings.Index(s.text[from:], l)
			if i < 0 {
				break
			}
			if from+i <= at && at < from+i+len(l) {
				return true
			}
			from += i + len(l)
		}
		return false
	})
}
