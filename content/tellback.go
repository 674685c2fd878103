package content

import (
	"slices"
	"strings"
)

// tellbacks finds what tells the customer a fact of the portrait: a turn of phrase that presupposes it, its value where
// nothing else would bring it up, or the customer's own words.
func (s *scan) tellbacks() {
	for k := range s.secrets {
		fact := &s.secrets[k]
		hints := fact.hints(s.lang)
		for i := 0; i < len(s.words); i++ {
			if n := s.tells(fact, hints, i); n > 0 {
				s.find(RulePortrait, s.words[i].start, s.words[i+n-1].end, "nothing of what is known: "+fact.text)
				i += n - 1
			}
		}
	}
}

// tells returns how many words from i on tell a fact, 0 for none.
func (s *scan) tells(fact *secret, hints []string, i int) int {
	if s.mentioned(s.words[i].start) {
		return 0
	}
	for _, h := range hints {
		if n, ok := matches(s.words, i, h); ok && (s.knowing(i) || s.addressed(i, i+n) || !s.known(strings.Fields(h))) {
			return n
		}
	}
	if n := s.repeats(fact, i); n > 0 {
		return n
	}
	if s.names(fact, i) || s.wears(fact, i) {
		return 1
	}
	return 0
}

// names reports whether the word at i is one of the fact's value, in a sentence in which it tells the fact.
func (s *scan) names(fact *secret, i int) bool {
	w := s.words[i]
	if fact.where == nowhere || !fact.means(w.fold, s.lang) {
		return false
	}
	if s.lang.common[w.fold] {
		return fact.where == knowingly && s.knowing(i)
	}
	return fact.where == anywhere && !s.facts.words[w.fold] || s.knowing(i) || s.possessed(i)
}

// means reports whether a word is one of the value's, "babies" of "baby" too.
func (f *secret) means(fold string, l *language) bool {
	single, plural := strings.CutSuffix(fold, "ies")
	return slices.Contains(f.value, stem(fold, l)) || plural && slices.Contains(f.value, single+"y")
}

// knowing reports whether the sentence of the word at i says what the customer likes, said or does.
func (s *scan) knowing(i int) bool {
	t := s.sentenceAt(s.words[i].start)
	you, liking := s.addressed(t.first, t.last), false
	for k := t.first; k < t.last; k++ {
		liking = liking || s.lang.liking[s.words[k].fold]
		for _, cue := range s.lang.knowing {
			if _, ok := matches(s.words, k, cue); ok {
				return true
			}
		}
	}
	return you && liking
}

// addressed reports whether the words from one to before another speak to the customer.
func (s *scan) addressed(from, to int) bool {
	return slices.ContainsFunc(s.words[from:to], func(w word) bool { return s.lang.yous[w.fold] || s.lang.yours[w.fold] })
}

// possessed reports whether "your" stands at most three words before the word at i, in its sentence.
func (s *scan) possessed(i int) bool {
	first := max(i-3, s.sentenceAt(s.words[i].start).first)
	return slices.ContainsFunc(s.words[first:i], func(w word) bool { return s.lang.yours[w.fold] })
}

// wears reports whether the word at i is the customer's size, written as one, and not a size of the item's text.
func (s *scan) wears(fact *secret, i int) bool {
	if fact.size == "" || i == 0 || s.facts.words[s.words[i].fold] && !s.knowing(i) {
		return false
	}
	w := s.words[i]
	end := w.start + len(fact.size)
	return strings.HasPrefix(s.text[w.start:], fact.size) && slices.ContainsFunc(s.words[i:], func(v word) bool { return v.end == end }) &&
		s.text[w.start-1] != '\'' && !strings.HasPrefix(s.text[w.start-1:], "’")
}

// longestEcho is how many of the customer's words in a row are a quote of them; fewer are if they are all there are.
const longestEcho = 4

// repeats returns how many words from i on are a quote of the customer that is no text of the items, 0 for none.
func (s *scan) repeats(fact *secret, i int) int {
	for _, quote := range fact.quotes {
		n := min(len(quote), longestEcho)
		if n < 2 {
			continue
		}
		for from := 0; from+n <= len(quote); from++ {
			part := quote[from : from+n]
			if _, same := matches(s.words, i, strings.Join(part, " ")); same && s.telling(part) && !s.known(part) {
				return n
			}
		}
	}
	return 0
}
