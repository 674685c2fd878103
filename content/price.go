package content

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clmkit/clmkit/clm"
)

// money judges every amount: beside words of saving it is what the offer takes off, beside words of a minimum it is the
// least order value, and else it is the price of the items that it is about.
func (s *scan) money() {
	since := 0
	for _, a := range amounts(s.text, s.numbers) {
		items, all := s.priced(since, a)
		since = a.to
		if unit := unitAfter(s.text, a.end); unit != "" && s.quantityHeld(a, unit) {
			continue
		}
		s.take(a.from, a.to)
		want := s.expected(a, items)
		if evidence, ok := s.pays(a, items, all); ok {
			for _, e := range evidence {
				s.support(a.from, a.to, e)
			}
			continue
		}
		s.find(RuleMoney, a.from, a.to, want)
	}
	s.spelled()
}

// quantityHeld reports whether what looks like an amount is a quantity of an item: "5 pounds".
func (s *scan) quantityHeld(a amount, unit string) bool {
	group, _ := s.about(a.start)
	return slices.ContainsFunc(group, func(i int) bool {
		_, ok := s.sources[i].quantity(a.number, unit)
		return ok
	})
}

// priced returns the items that an amount is about: those named since the amount before it in the sentence, else the one
// that is named next in it, else those named last.
func (s *scan) priced(since int, a amount) (items []int, all bool) {
	t := s.sentenceAt(a.from)
	for _, m := range s.mentions {
		if m.start >= max(since, t.start) && m.end <= a.from {
			items = append(items, m.item)
		}
	}
	if len(items) > 0 {
		return items, true
	}
	for i, m := range s.mentions {
		if m.start >= a.to && m.start < t.end {
			return s.joined(i), true
		}
	}
	return s.about(a.from)
}

// pays reports whether the amount is one that the brief allows, with the prices it rests on.
func (s *scan) pays(a amount, items []int, all bool) ([]Evidence, bool) {
	offer := s.brief.Offer
	if offer != nil && s.beside(a.from, a.to, s.lang.minimum) && a.is(offer.Minimum) {
		return nil, true
	}
	saving := s.beside(a.from, a.to, s.lang.saving)
	var evidence []Evidence
	for _, i := range items {
		if s.owes(a, s.sources[i].item.Price, saving) {
			evidence = append(evidence, s.sources[i].price())
		} else if all && !(saving && offer != nil && a.is(offer.Off)) {
			return nil, false
		}
	}
	return evidence, len(evidence) > 0 || saving && offer != nil && a.is(offer.Off)
}

// owes reports whether an amount is what an item with this price costs or, with words of saving, what is saved on it.
func (s *scan) owes(a amount, price clm.Money, saving bool) bool {
	reduced, ok := s.brief.Offer.price(price)
	if !saving {
		return a.is(price) || ok && a.is(reduced) && !s.afterFull(a.from)
	}
	return ok && a.is(clm.Money{Minor: price.Minor - reduced.Minor, Currency: price.Currency})
}

// afterFull reports whether one of the two words before a place says that a price is the one without discount.
func (s *scan) afterFull(at int) bool {
	last := s.sentenceAt(at).first
	for last < len(s.words) && s.words[last].end <= at {
		last++
	}
	for i := max(s.sentenceAt(at).first, last-2); i < last; i++ {
		if s.lang.full[s.words[i].fold] {
			return true
		}
	}
	return false
}

// price is an item's price as evidence.
func (s *source) price() Evidence {
	quote := s.item.Price.String()
	return Evidence{Item: s.item.ID, Source: "price", SourceEnd: len(quote), Quote: quote}
}

// expected says which amounts would have passed.
func (s *scan) expected(a amount, items []int) string {
	saving := s.beside(a.from, a.to, s.lang.saving)
	var want []string
	for _, i := range items {
		price := s.sources[i].item.Price
		reduced, ok := s.brief.Offer.price(price)
		switch {
		case price == (clm.Money{}):
		case saving && ok:
			want = append(want, clm.Money{Minor: price.Minor - reduced.Minor, Currency: price.Currency}.String())
		case ok:
			want = append(want, price.String(), reduced.String())
		case !saving:
			want = append(want, price.String())
		}
	}
	if len(want) == 0 {
		return "no amount"
	}
	return strings.Join(want, " or ")
}

// reach is how many words away a word still belongs to an amount or a percentage.
const reach = 3

// beside reports whether one of the words is near a place, in its sentence and with no other number between.
func (s *scan) beside(start, end int, of map[string]bool) bool {
	t := s.sentenceAt(start)
	before, after := 0, 0
	for i := t.last - 1; i >= t.first && before < reach; i-- {
		if w := s.words[i]; w.end <= start {
			if digitAt(w.fold, 0) {
				break
			}
			if of[w.fold] {
				return true
			}
			before++
		}
	}
	for i := t.first; i < t.last && after < reach; i++ {
		if w := s.words[i]; w.start >= end {
			if digitAt(w.fold, 0) {
				break
			}
			if of[w.fold] {
				return true
			}
			after++
		}
	}
	return false
}

// spelled finds words for money and shares that no number precedes.
func (s *scan) spelled() {
	for i, w := range s.words {
		if !s.lang.amounts[w.fold] || s.mentioned(w.start) || i > 0 && digitAt(s.words[i-1].fold, 0) || i+1 < len(s.words) && digitAt(s.words[i+1].fold, 0) {
			continue
		}
		s.needs(RuleMoney, w.start, w.end, func(src *source) (Evidence, bool) { return src.word(w.fold, false, s.lang) })
	}
	for i, r := range s.text {
		if unicode.Is(unicode.Sc, r) && !s.judged(i) {
			s.find(RuleMoney, i, i+utf8.RuneLen(r), "an amount in figures")
		}
	}
}

// judged reports whether a sign of a currency belongs to an amount.
func (s *scan) judged(at int) bool {
	return slices.ContainsFunc(amounts(s.text, s.numbers), func(a amount) bool { return a.from <= at && at < a.to })
}
