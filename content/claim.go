package content

import (
	"strings"
)

// claimClass says what a word states a fact about, or "".
func (f *facts) claimClass(fold string) string {
	if class := f.lang.claims[fold]; class != "" {
		return class
	}
	return f.lang.claims[stem(fold, f.lang)]
}

// claims judges the words and phrases that state a fact, wherever they stand.
func (s *scan) claims() {
	for i, w := range s.words {
		if s.mentioned(w.start) || s.isHarmless(i) {
			continue
		}
		for phrase, class := range s.lang.phrases {
			if n, ok := matches(s.words, i, phrase); ok {
				s.claim(i, n, class)
			}
		}
		joined := ""
		if i+1 < len(s.words) && s.text[w.end:s.words[i+1].start] == "-" {
			joined = s.claimClass(w.fold + s.words[i+1].fold)
		}
		switch class := s.claimClass(w.fold); {
		case s.freeFollows(i): // "sugar-free" is judged with "free"
		case class != "":
			s.claim(i, 1, class)
		case s.superlative(i):
			s.claim(i, 1, "superlative")
		case joined != "":
			s.claim(i, 2, joined)
		}
	}
}

// freeFollows reports whether the word at i is the first part of a compound with "free".
func (s *scan) freeFollows(i int) bool {
	return i+1 < len(s.words) && s.lang.free[s.words[i+1].fold] && s.text[s.words[i].end:s.words[i+1].start] == "-"
}

// superlative reports whether an English word has the form of one, or of a property such as "scratchproof".
func (s *scan) superlative(i int) bool {
	f := s.words[i].fold
	if !s.lang.capitals || s.lang.common[f] || s.facts.words[f] {
		return false
	}
	for _, ending := range []string{"iest", "proof", "resistant", "repellent", "repellant", "washable"} {
		if strings.HasSuffix(f, ending) {
			return true
		}
	}
	return strings.HasSuffix(f, "est") && len(f) > 5 && !set("interest forest honest modest harvest request suggest invest contest protest digest priest earnest manifest conquest arrest")[f]
}

// claim demands that the items that the n words from i on are about support them.
func (s *scan) claim(i, n int, class string) {
	start, end := s.words[i].start, s.words[i+n-1].end
	negated := negation(s.text, s.words, i, s.lang)
	before := len(s.findings)
	s.needs(RuleClaim, start, end, func(src *source) (Evidence, bool) {
		if n == 1 {
			return src.word(s.words[i].fold, negated, s.lang)
		}
		var folds []string
		for _, w := range s.words[i : i+n] {
			folds = append(folds, w.fold)
		}
		return src.phrase(folds, negated, s.lang)
	})
	for k := before; k < len(s.findings); k++ {
		s.findings[k].Expected += " (" + class + ")"
	}
}

// predicates judges what follows words such as "made", "contains", and "is" after an item: each word that carries
// meaning, to the end of the clause, stands in the item's text.
func (s *scan) predicates() {
	for i := range s.words {
		if !s.lang.predicates[s.words[i].fold] && !s.copula(i) || s.mentioned(s.words[i].start) {
			continue
		}
		for k := i + 1; k < len(s.words) && !strings.ContainsAny(s.text[s.words[k-1].end:s.words[k].start], ".;:!?\n,()–—"); k++ {
			s.stands(k)
		}
	}
}

// copula reports whether the word at i says what the item before it is or has.
func (s *scan) copula(i int) bool {
	if !s.lang.copulas[s.words[i].fold] || i == 0 {
		return false
	}
	at := s.words[i-1]
	if s.text[at.end:s.words[i].start] != " " && s.words[i].fold != "s" {
		return false
	}
	if s.lang.pronouns[at.fold] {
		return true
	}
	for _, m := range s.mentions {
		if m.end == at.end {
			return true
		}
	}
	return false
}

// stands demands that the word at i, if it carries meaning, stands in the text of the items that it is about. Claims by
// list are judged elsewhere.
func (s *scan) stands(i int) {
	w := s.words[i]
	if s.lang.common[w.fold] || s.lang.negations[w.fold] || s.claimClass(w.fold) != "" || digitAt(w.fold, 0) || len(w.fold) == 1 {
		return
	}
	if s.named(w) || units[w.fold] != "" && i > 0 && digitAt(s.words[i-1].fold, 0) || s.spoken(w) {
		return
	}
	negated := negation(s.text, s.words, i, s.lang)
	s.needs(RuleClaim, w.start, w.end, func(src *source) (Evidence, bool) { return src.word(w.fold, negated, s.lang) })
}

// named reports whether a word names an item.
func (s *scan) named(w word) bool {
	for _, m := range s.mentions {
		if m.start <= w.start && w.end <= m.end {
			return true
		}
	}
	return false
}

// spoken reports whether a word belongs to what other rules judge: money, dates, codes, offers, names.
func (s *scan) spoken(w word) bool {
	l := s.lang
	_, day := l.weekdays[w.fold]
	_, sign := signs[w.fold]
	offer := s.brief.Offer
	code := offer != nil && offer.Code != "" && s.text[w.start:w.end] != "" && strings.Contains(fold(offer.Code), w.fold)
	return day || sign || code || l.months[w.fold] > 0 || l.promises[w.fold] || l.saving[w.fold] || l.amounts[w.fold] ||
		l.free[w.fold] || l.delivery[w.fold] || l.codes[w.fold] || l.until[w.fold] || len(w.fold) == 3 && codeOf(w.fold) || s.signature(w)
}

func codeOf(fold string) bool {
	codes, _, _ := codesOf(strings.ToUpper(fold))
	return len(codes) > 0
}

// signature reports whether a word is of the shop's or the customer's name.
func (s *scan) signature(w word) bool {
	for _, n := range words(s.brief.Shop + " " + s.brief.Name) {
		if n.fold == w.fold {
			return true
		}
	}
	return false
}

// declared checks the claims that a draft declares: each is about an item of the brief, stands in the draft, and every
// word in it that carries meaning stands in the item's text, unless other rules judge it.
func (s *scan) declared(d *Draft) {
	for _, c := range d.Claims {
		add := func(expected string) {
			s.findings = append(s.findings, Finding{RuleClaim, "claims", 0, 0, c.Text, expected})
		}
		at := -1
		for k := range s.sources {
			if s.sources[k].item.ID == c.Item {
				at = k
			}
		}
		switch {
		case at < 0:
			add("an item of the brief")
		case strings.TrimSpace(c.Text) == "" || !strings.Contains(d.Subject, c.Text) && !strings.Contains(d.Body, c.Text):
			add("words of the draft")
		default:
			s.declaredAbout(c, at, add)
		}
	}
}

func (s *scan) declaredAbout(c Claim, at int, add func(string)) {
	one := *s.facts
	one.sources = s.sources[at : at+1]
	inner := newScan(&one, "claims", c.Text)
	for i := range inner.words {
		inner.stands(i)
	}
	inner.claims()
	for _, f := range inner.findings {
		add(f.Found + ": " + f.Expected)
	}
}
