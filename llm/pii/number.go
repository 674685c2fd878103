package pii

import (
	"slices"
	"strconv"
	"strings"
)

// rule decides about one sort of number by its grouping, its check digits and the words around it.
type rule struct {
	kind    Kind
	name    string
	country string
	shapes  []string // groupings such as "3-2-4"
	check   func(s string) bool
	cues    cue
	bare    float64 // score without a word that speaks of it
	cued    float64 // score with one
}

// forms returns the grouping without and with separators.
func forms(groups ...int) []string {
	total := 0
	shapes := make([]string, 4)
	for i, n := range groups {
		total += n
		for j, separator := range []string{" ", "-", "."} {
			if i > 0 {
				shapes[j+1] += separator
			}
			shapes[j+1] += strconv.Itoa(n)
		}
	}
	shapes[0] = strconv.Itoa(total)
	if len(groups) == 1 {
		return shapes[:1]
	}
	return shapes
}

func join(shapes ...[]string) []string {
	var all []string
	for _, s := range shapes {
		all = append(all, s...)
	}
	return all
}

// shapesOf returns by grouping the rules that are in scope.
func shapesOf(s *Scanner) map[string][]*rule {
	m := map[string][]*rule{}
	for _, r := range rules() {
		if !s.kinds[r.kind] || r.country != "" && !s.covers(r.country) {
			continue
		}
		for _, shape := range r.shapes {
			m[shape] = append(m[shape], &r)
		}
	}
	return m
}

func rules() []rule {
	return slices.Concat(cardRules(), nationalRules(), bankRules())
}

func cardRules() []rule {
	shapes := join(forms(12), forms(13), forms(14), forms(15), forms(16), forms(17), forms(18), forms(19),
		forms(4, 4, 4, 4), forms(4, 6, 5), forms(4, 6, 4), forms(4, 4, 4), forms(4, 4, 4, 4, 3), forms(4, 4, 4, 1), forms(6, 13))
	return []rule{
		{kind: Card, name: "card", check: isCard, cues: cueCard, bare: 0.8, cued: 0.97, shapes: shapes},
		{kind: Card, name: "card/unissued", check: isLuhn, cues: cueCard, bare: 0, cued: 0.7, shapes: shapes},
	}
}

const (
	maxGroups = 8
	minNumber = 6 // letters and digits
	maxNumber = 34
)

// findNumbers joins neighbouring groups and asks the rules of their grouping.
func findNumbers(d *draft) {
	if len(d.scanner.shapes) == 0 {
		return
	}
	var compact [maxNumber]byte
	shape := make([]byte, 0, 3*maxGroups)
	for i := range d.tokens {
		n := 0
		shape = shape[:0]
		for j := i; j < min(i+maxGroups, len(d.tokens)); j++ {
			t := &d.tokens[j]
			if n+len(t.key) > maxNumber || t.class == sign || t.class == letters && len(t.key) > 6 || j > i && (t.gap == apart || t.gap == none) {
				break
			}
			if j > i {
				shape = append(shape, " -./"[t.gap-space])
			}
			n += copy(compact[n:], t.key)
			shape = strconv.AppendInt(shape, int64(len(t.key)), 10)
			if n < minNumber {
				continue
			}
			if rules := d.scanner.shapes[string(shape)]; rules != nil {
				d.judge(rules, string(compact[:n]), i, j)
			}
		}
	}
}

func (d *draft) judge(rules []*rule, s string, first, last int) {
	start, end := d.tokens[first].start, d.tokens[last].end
	if !strings.ContainsAny(s, "0123456789") || !isASCII(s) || !d.free(start, end) {
		return
	}
	s = strings.ToUpper(s)
	for _, r := range rules {
		if !r.check(s) {
			continue
		}
		score := r.bare
		if d.around(first, last)&r.cues != 0 && (r.bare >= 0.5 || d.nearest(first, cueOrder|r.cues) != cueOrder) {
			score = r.cued
		}
		d.add(r.kind, start, end, score, r.name)
	}
}

// free reports whether a number stands alone: it is not part of a longer chain, a decimal or a price.
func (d *draft) free(start, end int) bool {
	return d.freeBefore(start) && d.freeBehind(end)
}

func (d *draft) freeBefore(start int) bool {
	further := d.byteBefore(start - 1)
	switch d.byteBefore(start) {
	case '-', '/':
		return !isAlnum(further)
	case '.', ',':
		return !isDigit(further)
	case '_', '$', '@':
		return false
	}
	text := d.text[:start]
	return !strings.HasSuffix(text, "€") && !strings.HasSuffix(text, "£") && !strings.HasSuffix(text, "¥")
}

func (d *draft) freeBehind(end int) bool {
	further := d.byteAfter(end + 1)
	switch d.byteAfter(end) {
	case '_', '%', '@':
		return false
	case '-', '/':
		return !isAlnum(further)
	case '.', ',':
		return !isDigit(further)
	}
	return true
}
