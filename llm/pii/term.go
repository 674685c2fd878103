package pii

import (
	"slices"
	"sort"
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
	var all []known
	for _, t := range terms {
		all = append(all, t.known()...)
	}
	if len(all) == 0 {
		return
	}
	slices.SortStableFunc(all, func(a, b known) int { return strings.Compare(a.value, b.value) })
	for i := range d.tokens {
		d.matchAt(i, all)
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

// matchAt adds the terms, sorted by value, that the tokens from i on spell. With each token it goes on with those that
// begin as the tokens do, so that many terms cost little more than few.
func (d *draft) matchAt(i int, all []known) {
	n, whole := 0, true // letters that were read, in one token or in signs
	for j := i; j < len(d.tokens); j++ {
		t := &d.tokens[j]
		if j > i && !d.closeTo(j) {
			return
		}
		whole = whole && (j == i || t.class == sign)
		all = startingWith(all, n, t.key)
		n += len(t.key)
		for len(all) > 0 && len(all[0].value) == n {
			if k := all[0]; whole || k.split {
				d.addTerm(d.tokens[i].start, t.end, k)
			}
			all = all[1:]
		}
		if len(all) == 0 {
			return
		}
	}
}

// startingWith are those of the sorted terms whose values go on with key after n bytes, in which they are alike.
func startingWith(all []known, n int, key string) []known {
	first := sort.Search(len(all), func(i int) bool { return all[i].value[n:] >= key })
	all = all[first:]
	return all[:sort.Search(len(all), func(i int) bool { return !strings.HasPrefix(all[i].value[n:], key) })]
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
