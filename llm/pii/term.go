package pii

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Term is personal data that the host knows, from the record of the customer who writes: a name, a line of an
// address, a number. It is found in any case, with or without accents, however its words and groups of digits are
// spaced, and only as whole words. Values of fewer than two letters or digits are not looked for. Each word of a Name
// that has three letters or more is also found alone, where it begins with a capital.
type Term struct {
	Kind  Kind
	Value string
}

// known is a term as it is looked for: its letters and digits only.
type known struct {
	kind  Kind
	value string
	split bool // whether words may be spaced otherwise
	part  bool // a word of a name, which needs a capital
}

func (d *draft) matchTerms(terms []Term) {
	byStart := map[rune][]known{}
	for _, t := range terms {
		for _, k := range t.known() {
			first, _ := utf8.DecodeRuneInString(k.value)
			byStart[first] = append(byStart[first], k)
		}
	}
	if len(byStart) == 0 {
		return
	}
	for i := range d.tokens {
		first, _ := utf8.DecodeRuneInString(d.tokens[i].key)
		for _, k := range byStart[first] {
			d.matchTerm(i, k)
		}
	}
}

func (t Term) known() []known {
	v := newView(t.Value)
	var b strings.Builder
	var parts []known
	for i, w := range v.tokens {
		b.WriteString(w.key)
		if t.Kind == Name && w.class == letters && len(v.tokens) > 1 && utf8.RuneCountInString(v.word(i)) >= 3 {
			parts = append(parts, known{kind: t.Kind, value: w.key, part: true})
		}
	}
	value := b.String()
	if utf8.RuneCountInString(value) < 2 {
		return nil
	}
	return append(parts, known{kind: t.Kind, value: value, split: len(v.tokens) > 1 || len(value) >= 5})
}

// matchTerm adds a finding if the tokens from i on spell the term.
func (d *draft) matchTerm(i int, k known) {
	rest := k.value
	for j := i; j < len(d.tokens); j++ {
		t := &d.tokens[j]
		if j > i && (!k.split && t.class != sign || !d.closeTo(j)) {
			return
		}
		var ok bool
		if rest, ok = strings.CutPrefix(rest, t.key); !ok {
			return
		}
		if rest == "" {
			d.addTerm(d.tokens[i].start, t.end, k)
			return
		}
	}
}

func (d *draft) addTerm(start, end int, k known) {
	if k.kind == Phone && start > 0 && d.text[start-1] == '+' {
		start-- // the plus is part of the number, though not of its digits
	}
	if !k.part {
		d.force(k.kind, start, end, 1, "term")
		return
	}
	first, _ := utf8.DecodeRuneInString(d.text[start:])
	if !unicode.IsLower(first) && d.scanner.min <= 0.9 {
		d.force(k.kind, start, end, 0.9, "term")
	}
}

// closeTo reports whether little stands between a token and the one before it.
func (d *draft) closeTo(j int) bool {
	between := d.text[d.tokens[j-1].end:d.tokens[j].start]
	return len(between) <= 4 && !strings.ContainsAny(between, ";:!?()[]{}<>=\"")
}
