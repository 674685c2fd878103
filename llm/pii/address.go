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

// places are regional designations that come between towns and countries.
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

// opening returns the last token of the first part of an address, and what speaks for it.
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
	if last, _ := d.postcode(i); last >= i && d.tokens[i].class == digits && len(d.tokens[i].key) >= 4 {
		if city := d.cityAt(last + 1); city > last && d.tokens[last+1].gap == space {
			return city, 0.3, needsPlace
		}
	}
	return 0, 0, needsNothing
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
	case score > 0 && (isWord(d.tokens[i-1].key, "at", "to", "in", "on", "is", "near", "an", "nach", "in", "am", "ist", "a", "au", "en", "est", "es", "al", "e", "op", "aan", "di", "ke", "corner", "of", "the", "from") || strings.ContainsAny(between, ":\n")):
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

// boxWords begin a box or a military address.
var boxWords = set("psc unit cmr uss usns usnv usnsh uscgc apo fpo dpo p po post boite apartado casella caixa casilla kotak bp cp postfach postbus postboks postbox pobox lokero 信箱")

// boxAt returns the last token of a post office box or a military address that begins at token i, or i-1.
func (d *draft) boxAt(i int) int {
	j := i
	if !boxWords[d.tokens[i].key] && d.tokens[i].class != digits {
		return i - 1
	}
	switch k := d.tokens[i].key; {
	case isWord(k, "psc", "unit", "cmr") && d.follow(i+1, digits) && d.keyAt(i+2) == "box" && d.follow(i+3, digits):
		return d.militaryAt(i + 3)
	case isWord(k, "uss", "usns", "usnv", "usnsh", "uscgc") && i+1 < len(d.tokens) && d.capital(i) && d.soft(i+1):
		last := d.nameEnd(i + 1)
		if end := d.militaryAt(last); last > i && end > last {
			return end
		}
		return i - 1
	case isWord(k, "apo", "fpo", "dpo") && isState(strings.ToUpper(d.keyAt(i+1))) && d.follow(i+2, digits):
		return i + 2
	case k == "p" && d.keyAt(i+1) == "o" && d.keyAt(i+2) == "box":
		j = i + 3
	case k == "po" && d.keyAt(i+1) == "box", k == "post" && isWord(d.keyAt(i+1), "box"), k == "boite" && d.keyAt(i+1) == "postale", k == "apartado" && d.keyAt(i+1) == "postal", k == "casella" && d.keyAt(i+1) == "postale",
		k == "caixa" && d.keyAt(i+1) == "postal", k == "casilla" && d.keyAt(i+1) == "postal", k == "kotak" && d.keyAt(i+1) == "pos":
		j = i + 2
	case (k == "bp" || k == "cp") && d.word(i) == strings.ToUpper(k) && d.tokens[min(i+1, len(d.tokens)-1)].gap == space, isWord(k, "postfach", "postbus", "postboks", "postbox", "pobox", "apartado", "casilla", "lokero", "信箱"):
		j = i + 1
	case d.tokens[i].class == digits && i+1 < len(d.tokens) && d.tokens[i+1].gap == space && d.tokens[i+1].class == letters: // a number before the box
		if last := d.boxAt(i + 1); last > i {
			return last
		}
		return i - 1
	default:
		return i - 1
	}
	if !d.follow(j, digits) && !(j < len(d.tokens) && d.tokens[j].class == mixed && d.soft(j)) {
		return i - 1
	}
	for j+1 < len(d.tokens) && d.tokens[j+1].gap == space && d.tokens[j+1].class == digits && len(d.tokens[j+1].key) <= 3 && len(d.tokens[j].key) <= 3 { // "12 34 56"
		j++
	}
	return j
}

// militaryAt returns the last token of "APO AE 09012" behind token i, or i.
func (d *draft) militaryAt(i int) int {
	if isWord(d.keyAt(i+1), "apo", "fpo", "dpo") && isState(strings.ToUpper(d.keyAt(i+2))) && d.follow(i+3, digits) {
		return i + 3
	}
	return i
}

func (d *draft) keyAt(i int) string {
	if i >= len(d.tokens) {
		return ""
	}
	return d.tokens[i].key
}

func (d *draft) follow(i int, c class) bool {
	return i < len(d.tokens) && d.tokens[i].class == c && d.tokens[i].start-d.tokens[i-1].end <= 3
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
