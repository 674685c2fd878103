package pii

import "strings"

// An address is read line by line, or from comma to comma: it begins with a street, a unit, a box or a postcode with its
// town, and what follows adds to its score if it is a part of an address too.

// unitWords stand before the number of a flat, a floor or a door; those of the second list may mean much else.
var (
	unitWords = set("apt apartment suite ste unit flat room rm floor fl appartement appt wohnung whg stock etage stiege piso puerta pta planta depto departamento dpto interno scala apto apartamento sala andar bloco bloque " +
		"lgh leilighet bldg building block trlr bte lok кв квартира pmb")
	unitStrong = set("apt apartment suite ste appt wohnung apto depto dpto lgh кв квартира pmb")
)

// part is a part of an address.
type part uint8

const (
	nothing part = iota
	unitPart
	boxPart
	postcodePart
	countryPart
	regionPart
	cityPart
	streetPart
)

// findAddresses reads an address from each token on where one can begin.
func findAddresses(d *draft) {
	if !d.wants(Address) {
		return
	}
	for i := 0; i < len(d.tokens); i++ {
		if last := d.matchAddress(i); last > i {
			i = last
		}
	}
}

// matchAddress adds an address that begins at token i and returns its last token, or 0.
func (d *draft) matchAddress(i int) int {
	if i > 0 && d.tokens[i].gap != space && d.inChain(i) {
		return 0
	}
	last, score, needs := d.opening(i)
	if score == 0 {
		return 0
	}
	leads := d.announced(i)
	end, more := d.continued(last, needs == needsNothing)
	score += leads + more
	if score < d.scanner.min || needs == needsPart && more < 0.25 || needs == needsPlace && more < 0.25 && (leads < 0.3 || more == 0 && !d.closes(last)) {
		return 0
	}
	d.add(Address, d.tokens[i].start, d.tokens[end].end, min(score, 0.95), "address")
	return end
}

// inChain reports a token grown together with the one before it: the middle of a number, an e-mail or a name.
func (d *draft) inChain(i int) bool {
	c := d.text[d.tokens[i].start-1]
	return c == '@' || c == '_' || c == '#' || (c == '-' || c == '/' || c == '.' || c == '\'' || c == ',' || c == ':') && d.tokens[i].start-d.tokens[i-1].end == 1 ||
		c == '$' || strings.HasSuffix(d.text[:d.tokens[i].start], "€") || strings.HasSuffix(d.text[:d.tokens[i].start], "£")
}

// opening returns the last token of the first part of an address, what speaks for it and what it needs.
func (d *draft) opening(i int) (last int, score float64, needs need) {
	if last := d.boxAt(i); last >= i {
		if isWord(d.tokens[i].key, "bp", "cp") {
			return last, 0.4, needsPlace
		}
		return last, 0.85, needsNothing
	}
	if last := d.unitAt(i); last > i {
		if unitStrong[d.tokens[i].key] {
			return last, 0.6, needsNothing
		}
		return last, 0.15, needsPart
	}
	if s, ok := d.readStreet(i); ok && (s.leading || d.tokens[i].class == letters && (s.glued || d.runStart(i))) {
		return s.last, s.score, s.needs
	}
	if last := d.cornerAt(i); last > i {
		return last, 0.6, needsNothing
	}
	if last := d.townAt(i); last > i {
		return last, 0.3, needsPlace
	}
	return 0, 0, needsNothing
}

// townAt returns the last token of a postcode of digits and the town behind it, or 0.
func (d *draft) townAt(i int) int {
	if d.tokens[i].class != digits || len(d.tokens[i].key) < 4 {
		return 0
	}
	last, _ := d.postcode(i)
	if last < i || last+1 >= len(d.tokens) || d.tokens[last+1].gap != space {
		return 0
	}
	if city := d.cityAt(last + 1); city > last {
		return city
	}
	return 0
}

// runStart reports whether a token is the first of its run of capitalised words. Words that merely begin a sentence
// before a number count as a run of their own, so a street starts behind a word that is spoken in front of one.
func (d *draft) runStart(i int) bool {
	return d.capital(i) && (i == 0 || !d.goesOn(i) || !d.capital(i-1) || stopWords[d.tokens[i-1].key]) || streetBeforeStrong[d.tokens[i].key]
}

// soft reports whether a token stands on the same line as the one before it, with nothing but a space, a comma or a dot
// between them.
func (d *draft) soft(j int) bool {
	between := d.text[d.tokens[j-1].end:d.tokens[j].start]
	return between == " " || between == ", " || between == "  " || between == ". "
}

// cornerAt reads "the corner of A and B".
func (d *draft) cornerAt(i int) int {
	if d.tokens[i].key != "corner" || i+2 >= len(d.tokens) || d.tokens[i+1].key != "of" {
		return 0
	}
	for j := i + 3; j < min(i+3+maxStreetWords, len(d.tokens)-1); j++ {
		if !d.soft(j) {
			return 0
		}
		if isWord(d.tokens[j].key, "and", "und", "et", "y") {
			if s, ok := d.readStreet(j + 1); ok && d.soft(j+1) {
				return s.last
			}
			return max(0, d.nameEnd(j+1))
		}
	}
	return 0
}

// leading are words that stand right before a place.
var leading = set("at to in on is near an nach am ist a au en est es al e op aan di ke corner of the from")

// announced returns what the words before an opening add: one that speaks of addresses, and one that leads to a place.
func (d *draft) announced(i int) float64 {
	score := 0.0
	if d.spokenOf(i, cueAddress, 10) {
		score = 0.2
	}
	if i == 0 {
		return score
	}
	between := d.text[d.tokens[i-1].end:d.tokens[i].start]
	switch {
	case score > 0 && (leading[d.tokens[i-1].key] || strings.ContainsAny(between, ":\n")):
		score += 0.15
	case isWord(d.tokens[i-1].key, "at", "on") && between == " ":
		score += 0.1
	}
	return score
}

// unitAt returns the last token of a unit that begins at token i: "Apt. 4", "Suite 12B", "3. Stock", or 0.
func (d *draft) unitAt(i int) int {
	t := &d.tokens[i]
	if !unitWords[t.key] || i+1 >= len(d.tokens) {
		return 0
	}
	n := &d.tokens[i+1]
	between := d.text[t.end:n.start]
	if between != " " && between != ". " && between != "." && between != " #" && between != ": " || len(n.key) > 6 {
		return 0
	}
	if countDigits(n.key) > 0 && n.class != sign || len(n.key) == 1 && n.class == letters && d.capital(i+1) && unitStrong[t.key] {
		return i + 1
	}
	return 0
}

// cityAt returns the last of the capitalised words of a town that begins at token i, or i-1: at most four, with
// particles between them.
func (d *draft) cityAt(i int) int {
	last := i - 1
	for j := i; j < min(i+5, len(d.tokens)); j++ {
		t := &d.tokens[j]
		if j > i && !d.goesOn(j) || t.class != letters {
			break
		}
		if d.capital(j) && (j == i || d.unitAt(j) == 0) {
			last = j
		} else if !particles[t.key] && !isWord(t.key, "am", "im", "an", "bei", "ob", "upon", "on", "near", "sur", "sous", "en", "u", "nad", "pod", "in", "aan", "under", "by") {
			break
		}
	}
	if last == i && stopWords[d.tokens[i].key] {
		return i - 1
	}
	return last
}
