package content

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// share is the sign or word of a percentage after its number.
var share = regexp.MustCompile(`^[ \x{a0}\x{202f}]?(?:%|٪|‰|(?i:percent|per cent|pct|prozent|percentage)\b)`)

// percents judges every percentage: beside words of saving it is the offer's, and else it stands in the item's text.
func (s *scan) percents() {
	for _, n := range s.numbers {
		at := share.FindStringIndex(s.text[n.end:])
		if at == nil {
			continue
		}
		end := n.end + at[1]
		s.take(n.start, end)
		offer := s.brief.Offer
		granted := offer != nil && offer.Percent > 0 && n.whole(offer.Percent) && !strings.Contains(s.text[n.end:end], "‰")
		if s.beside(n.start, end, s.lang.saving) || s.beside(n.start, end, s.lang.promises) {
			if !granted {
				s.find(RulePercent, n.start, end, s.expectedPercent())
			}
			continue
		}
		s.needs(RulePercent, n.start, end, func(src *source) (Evidence, bool) { return src.percent(n) })
	}
	for i, r := range s.text {
		if (r == '%' || r == '٪' || r == '‰') && !afterNumber(s.text[:i]) {
			s.find(RulePercent, i, i+len(string(r)), "a percentage in figures")
		}
	}
}

// whole reports whether the number is a whole one.
func (n number) whole(want int) bool {
	return n.same(number{readings: readings(strconv.Itoa(want))})
}

func afterNumber(before string) bool {
	before = strings.TrimRight(before, " \u00a0\u202f")
	return digitAt(before, len(before)-1)
}

func (s *scan) expectedPercent() string {
	if o := s.brief.Offer; o != nil && o.Percent > 0 {
		return strconv.Itoa(o.Percent) + " %, which the offer grants"
	}
	return "no discount in percent"
}

// percent finds a percentage in the item's text.
func (s *source) percent(n number) (Evidence, bool) {
	for i := range s.fields {
		f := &s.fields[i]
		for _, have := range numbers(f.text) {
			if at := share.FindStringIndex(f.text[have.end:]); at != nil && have.same(n) {
				start, end := have.start, have.end+at[1]
				if f.whole {
					start, end = 0, len(f.text)
				}
				return Evidence{Item: s.item.ID, Source: f.name, SourceStart: start, SourceEnd: end, Quote: f.text[start:end]}, true
			}
		}
	}
	return Evidence{}, false
}

// promises judges words that promise something: a discount needs an offer that has one, "free" needs free shipping, and
// other services are never the brief's to promise.
func (s *scan) promises() {
	for i, w := range s.words {
		switch {
		case s.mentioned(w.start) || s.isHarmless(i):
		case s.lang.free[w.fold]:
			s.free(i)
		case s.lang.delivery[w.fold] && !s.ships():
			s.stated(RulePromise, i, 1, "nothing about delivery but what the offer grants")
		case s.lang.promises[w.fold] && !s.discounted():
			s.stated(RulePromise, i, 1, "an offer in the brief")
		}
		for _, phrase := range s.lang.grants {
			if n, ok := matches(s.words, i, phrase); ok && !s.mentioned(w.start) {
				s.stated(RulePromise, i, n, "nothing that the brief does not grant")
			}
		}
	}
	s.sweeping()
}

// discounted reports whether the offer makes anything cheaper.
func (s *scan) discounted() bool {
	o := s.brief.Offer
	return o != nil && (o.Percent > 0 || o.Off.Minor > 0)
}

// ships reports whether the offer makes delivery free.
func (s *scan) ships() bool { return s.brief.Offer != nil && s.brief.Offer.FreeShipping }

// free judges the word at i: it is part of a compound such as "sugar-free", which is a claim, or about delivery.
func (s *scan) free(i int) {
	w := s.words[i]
	if i > 0 && s.text[s.words[i-1].end:w.start] == "-" {
		before := s.words[i-1].fold
		s.needs(RuleClaim, s.words[i-1].start, w.end, func(src *source) (Evidence, bool) { return src.without(before, s.lang) })
		return
	}
	if s.ships() && (s.lang.delivery[w.fold] || s.nextTo(i, s.lang.delivery)) {
		return
	}
	s.stated(RulePromise, i, 1, "nothing for free but what the offer grants")
}

// without finds where an item's text says that it is free of something.
func (s *source) without(fold string, l *language) (Evidence, bool) {
	if e, ok := s.phrase([]string{fold, "free"}, true, l); ok {
		return e, true
	}
	if e, ok := s.phrase([]string{fold, "free"}, false, l); ok {
		return e, true
	}
	return s.word(fold, true, l)
}

// nextTo reports whether the word after i is one of the given, or one of the two before it.
func (s *scan) nextTo(i int, of map[string]bool) bool {
	t := s.sentenceAt(s.words[i].start)
	for k := max(t.first, i-2); k < min(t.last, i+2); k++ {
		if of[s.words[k].fold] {
			return true
		}
	}
	return false
}

// stated lets the n words from i on pass where an item's text has them in a row with the word that follows, and is a
// finding else.
func (s *scan) stated(rule Rule, i, n int, expected string) {
	group, _ := s.about(s.words[i].start)
	end := min(s.sentenceAt(s.words[i].start).last, i+n+1)
	var folds []string
	for _, w := range s.words[i:end] {
		folds = append(folds, w.fold)
	}
	for _, k := range group {
		if len(folds) == 1 {
			break // one word may stand in the item's text in another sense: "lead-free"
		}
		if e, ok := s.sources[k].phrase(folds, negation(s.text, s.words, i, s.lang), s.lang); ok {
			s.support(s.words[i].start, s.words[i+n-1].end, e)
			return
		}
	}
	s.find(rule, s.words[i].start, s.words[i+n-1].end, expected)
}

// sweeping finds offers that are said to hold for more than the brief's items.
func (s *scan) sweeping() {
	wide := set("everything sitewide storewide alles allem gesamte sortiment entire whole any ganze ganzen")
	for i, w := range s.words {
		if wide[w.fold] && (s.beside(w.start, w.end, s.lang.promises) || s.amountIn(i)) {
			s.find(RulePromise, w.start, w.end, "an offer on the brief's items")
		}
	}
}

// amountIn reports whether the sentence of a word has a percentage or an amount.
func (s *scan) amountIn(i int) bool {
	t := s.sentenceAt(s.words[i].start)
	return strings.ContainsFunc(s.text[t.start:t.end], func(r rune) bool { return r == '%' || unicode.Is(unicode.Sc, r) })
}

// isHarmless reports whether the word at i is part of a turn of phrase that claims nothing.
func (s *scan) isHarmless(i int) bool {
	for _, phrase := range s.lang.harmless {
		for back := 0; back <= strings.Count(phrase, " ") && back <= i; back++ {
			if n, ok := matches(s.words, i-back, phrase); ok && back < n {
				return true
			}
		}
	}
	return false
}

// urgency judges words that say that time is short: only an offer with an end permits them.
func (s *scan) urgency() {
	limited := s.brief.Offer != nil && !s.brief.Offer.Until.IsZero()
	for i := range s.words {
		for _, phrase := range s.lang.urgent {
			n, ok := matches(s.words, i, phrase)
			if !ok || s.mentioned(s.words[i].start) || limited && !s.precise(phrase) {
				continue
			}
			s.stated(RuleDeadline, i, n, "no urgency but an offer's end")
		}
	}
	s.spans()
}

// spans finds stretches of time in sentences about a discount: an offer has an end, and no other measure.
func (s *scan) spans() {
	for _, t := range s.sentences {
		reduced := false
		for i := t.first; i < t.last; i++ {
			reduced = reduced || s.lang.promises[s.words[i].fold]
		}
		for i := t.first; i < t.last && reduced; i++ {
			if w := s.words[i]; s.lang.spans[w.fold] && !s.mentioned(w.start) {
				s.find(RuleDeadline, w.start, w.end, s.expectedDate())
			}
		}
	}
}

// precise reports whether a phrase names an end, and not the end that the offer has.
func (s *scan) precise(phrase string) bool {
	until, now := s.brief.Offer.Until, s.brief.Time.In(s.brief.Offer.Until.Location())
	switch phrase {
	case "today only", "only today", "nur heute", "nur heute noch", "nur noch heute", "heute noch", "one day only":
		return !sameDay(until, now)
	case "midnight", "before midnight", "until midnight", "mitternacht":
		late := until.Hour() == 23 && until.Minute() == 59 || until.Hour() == 0 && until.Minute() == 0
		return !late
	}
	return false
}
