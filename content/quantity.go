package content

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// otherNumbers judges the numbers that no other rule has: they stand in the text of the item with the same unit, or
// count the brief's items.
func (s *scan) otherNumbers() {
	for i, n := range s.numbers {
		if s.taken[i] || s.mentioned(n.start) {
			continue
		}
		unit := unitAfter(s.text, n.end)
		if unit == "" && s.counts(n) {
			continue
		}
		end := n.end
		if unit != "" {
			end = s.afterWord(n.end)
		}
		s.needs(RuleNumber, n.start, end, func(src *source) (Evidence, bool) { return src.quantity(n, unit) })
	}
	s.numerals()
}

// numerals judges number words from two to twelve: they stand in the item's text, in words or figures, or count the
// brief's items.
func (s *scan) numerals() {
	for _, w := range s.words {
		value := s.lang.numerals[w.fold]
		if value == 0 || s.mentioned(w.start) || value == len(s.sources) {
			continue
		}
		figure := number{readings: []string{strconv.Itoa(value)}}
		unit := unitAfter(s.text, w.end)
		s.needs(RuleNumber, w.start, w.end, func(src *source) (Evidence, bool) {
			if e, ok := src.word(w.fold, false, s.lang); ok {
				return e, true
			}
			return src.quantity(figure, unit)
		})
	}
}

// counts reports whether a number, which stands alone, says how many items the brief has.
func (s *scan) counts(n number) bool {
	alone := !strings.ContainsAny(s.text[max(0, n.start-1):n.start]+s.text[n.end:min(len(s.text), n.end+1)], "#/x+-")
	return len(s.sources) > 1 && s.text[n.start:n.end] == strconv.Itoa(len(s.sources)) && alone && s.parted(n)
}

// parted reports whether no letter touches a number.
func (s *scan) parted(n number) bool {
	before, _ := utf8.DecodeLastRuneInString(s.text[:n.start])
	return classOf(before) == 0 && classOf(firstRune(s.text[n.end:])) == 0
}
