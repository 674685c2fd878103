package content

import (
	"slices"
	"strings"
)

// mention is a place where a text names an item of the brief.
type mention struct {
	start, end int
	item       int  // index into the sources
	full       bool // by its whole title
}

// findMentions finds the brief's items by their whole titles, and else by words that only one of their titles has.
func (s *scan) findMentions() []mention {
	var out []mention
	for i := 0; i < len(s.words); {
		if m, n := s.titleAt(i); n > 0 {
			out = append(out, m)
			i += n
			continue
		}
		if item := s.owner(s.words[i].fold); item >= 0 {
			out = append(out, mention{s.words[i].start, s.words[i].end, item, false})
		}
		i++
	}
	return out
}

// titleAt returns the longest title that starts at a word, and its number of words.
func (s *scan) titleAt(i int) (mention, int) {
	best, most := mention{}, 0
	for k := range s.sources {
		n, ok := matches(s.words, i, strings.Join(s.sources[k].title, " "))
		if ok && n > most {
			best, most = mention{s.words[i].start, s.words[i+n-1].end, k, true}, n
		}
	}
	return best, most
}

// owner returns the only item whose title has a word that names and does not describe, or -1.
func (s *scan) owner(fold string) int {
	if s.lang.common[fold] || s.claimClass(fold) != "" || digitAt(fold, 0) {
		return -1
	}
	owner := -1
	for k := range s.sources {
		if !slices.ContainsFunc(s.sources[k].title, func(t string) bool { return stem(t, s.lang) == stem(fold, s.lang) }) {
			continue
		}
		if owner >= 0 {
			return -1
		}
		owner = k
	}
	return owner
}

// mentioned reports whether an offset lies in the whole title of an item, or in a link of the brief.
func (s *scan) mentioned(at int) bool {
	return s.linked(at) || slices.ContainsFunc(s.mentions, func(m mention) bool { return m.full && m.start <= at && at < m.end })
}

// sentenceAt returns the sentence of an offset; the whole text when there is none.
func (s *scan) sentenceAt(at int) sentence {
	for _, t := range s.sentences {
		if t.start <= at && at < t.end {
			return t
		}
	}
	return sentence{0, len(s.text), 0, len(s.words)}
}

// about returns the items that a place is about, and whether all of them have to support what is said there: those named
// nearest in the sentence, together with those that are joined to them; else the last ones named before; else any item.
func (s *scan) about(at int) (items []int, all bool) {
	t := s.sentenceAt(at)
	nearest, least := -1, len(s.text)+1
	last := -1
	for i, m := range s.mentions {
		if m.start < t.start {
			last = i
		}
		if m.start < t.start || m.start >= t.end {
			continue
		}
		if d := max(m.start-at, at-m.end, 0); d < least {
			nearest, least = i, d
		}
	}
	if nearest < 0 {
		nearest = last
	}
	if nearest < 0 {
		for i := range s.sources {
			items = append(items, i)
		}
		return items, false
	}
	return s.joined(nearest), true
}

// joined returns the items that are named in one breath with a mention.
func (s *scan) joined(i int) []int {
	from, to := i, i
	for from > 0 && s.joins(from-1) {
		from--
	}
	for to+1 < len(s.mentions) && s.joins(to) {
		to++
	}
	var items []int
	for _, m := range s.mentions[from : to+1] {
		items = append(items, m.item)
	}
	slices.Sort(items)
	return slices.Compact(items)
}

// joins reports whether only joiners stand between a mention and the next.
func (s *scan) joins(i int) bool {
	a, b := s.mentions[i], s.mentions[i+1]
	if strings.ContainsAny(s.text[a.end:b.start], ".;:!?\n(") {
		return false
	}
	for _, w := range s.words {
		if w.start >= a.end && w.end <= b.start && !s.lang.joiners[w.fold] {
			return false
		}
	}
	return true
}

// products finds the names of items and brands that are not the brief's, and what else is written like a name.
func (s *scan) products() {
	for i := 0; i < len(s.words); i++ {
		n := s.foreign(i)
		if n == 0 && s.stray(i) {
			n = 1
		}
		if n > 0 {
			s.find(RuleProduct, s.words[i].start, s.words[i+n-1].end, "only products of the brief")
			i += n - 1
		}
	}
}

// foreign returns how many words from i on are the name of another item.
func (s *scan) foreign(i int) int {
	if s.mentioned(s.words[i].start) {
		return 0
	}
	most := 0
	for _, name := range s.checker.names[s.words[i].fold] {
		n, ok := matches(s.words, i, strings.Join(name.folds, " "))
		if !ok || n <= most || slices.Contains(s.brief.Items, name.item.ID) {
			continue
		}
		if n == 1 && !s.capital(i) || !s.telling(name.folds) || s.known(name.folds) {
			continue
		}
		most = n
	}
	return most
}

// telling reports whether a name has a word that is not a common one.
func (s *scan) telling(folds []string) bool {
	return slices.ContainsFunc(folds, func(f string) bool { return !s.lang.common[f] })
}

// known reports whether the words of a name stand in a row in the text of one of the brief's items, or are the shop's.
func (s *scan) known(folds []string) bool {
	joined := strings.Join(folds, " ")
	ws := words(s.brief.Shop + "\n" + s.brief.Name)
	for i := range ws {
		if _, ok := matches(ws, i, joined); ok {
			return true
		}
	}
	return slices.ContainsFunc(s.sources, func(src source) bool {
		_, ok := src.phrase(folds, false, s.lang)
		return ok
	})
}

// capital reports whether a word is written with a capital.
func (s *scan) capital(i int) bool {
	first := firstRune(s.text[s.words[i].start:])
	return strings.ToLower(string(first)) != string(first)
}

// stray reports whether a word is written like a name inside a sentence and is neither the brief's nor a common one.
func (s *scan) stray(i int) bool {
	fold := s.words[i].fold
	if !s.lang.capitals || !s.capital(i) || s.facts.words[fold] || s.lang.common[fold] || s.judgedElsewhere(i) {
		return false
	}
	t := s.sentenceAt(s.words[i].start)
	return i > t.first && !s.capital(i-1) && !s.lang.greetings[s.words[i-1].fold]
}

// judgedElsewhere reports whether another rule speaks of a word: a date, a currency, a code, a link, a claim.
func (s *scan) judgedElsewhere(i int) bool {
	w := s.words[i]
	_, weekday := s.lang.weekdays[w.fold]
	offer := s.brief.Offer
	code := offer != nil && offer.Code != "" && strings.Contains(fold(offer.Code), w.fold)
	_, _, currency := codesOf(s.text[w.start:w.end])
	return weekday || code || currency || s.lang.months[w.fold] > 0 || s.linked(w.start) || s.claimClass(w.fold) != "" || len(w.fold) < 3
}
