package pii

import "strings"

// boxes are the words for a post office box, by the first of them. Those in capitals are no boxes otherwise.
var boxes = map[string][][]string{
	"p": {{"o", "box"}}, "po": {{"box"}}, "post": {{"box"}}, "boite": {{"postale"}}, "apartado": {{"postal"}, {}}, "casella": {{"postale"}},
	"caixa": {{"postal"}}, "casilla": {{"postal"}, {}}, "kotak": {{"pos"}}, "postfach": {{}}, "postbus": {{}}, "postboks": {{}}, "postbox": {{}},
	"pobox": {{}}, "lokero": {{}}, "信箱": {{}}, "bp": {{}}, "cp": {{}},
}

// military are the words that begin a military address: a unit with a box, a ship, or the post office itself (USPS
// Publication 28, section 225).
var military = map[string]func(d *draft, i int) int{
	"psc": (*draft).militaryUnit, "unit": (*draft).militaryUnit, "cmr": (*draft).militaryUnit,
	"uss": (*draft).ship, "usns": (*draft).ship, "usnv": (*draft).ship, "uscgc": (*draft).ship,
	"apo": (*draft).militaryPost, "fpo": (*draft).militaryPost, "dpo": (*draft).militaryPost,
}

// boxAt returns the last token of a post office box or a military address that begins at token i, or i-1. A number may
// stand before the box.
func (d *draft) boxAt(i int) int {
	t := &d.tokens[i]
	if t.class == digits {
		if next := i + 1; next < len(d.tokens) && d.tokens[next].gap == space && d.tokens[next].class == letters {
			if last := d.boxAt(next); last > next {
				return last
			}
		}
		return i - 1
	}
	if read := military[t.key]; read != nil {
		if last := read(d, i); last > i {
			return last
		}
	}
	for _, rest := range boxes[t.key] {
		if last := d.boxNumber(i + 1 + len(rest)); last > i && d.follows(i+1, rest) && (len(t.key) > 2 || len(rest) > 0 || d.shortBox(i)) {
			return last
		}
	}
	return i - 1
}

// shortBox reports BP and CP, which are written in capitals and before a space.
func (d *draft) shortBox(i int) bool { return capitals(d.word(i)) && d.tokens[i+1].gap == space }

// boxNumber returns the last token of a number such as "1234" or "12 34 56" at token j, or 0.
func (d *draft) boxNumber(j int) int {
	if !d.follow(j, digits) && !d.follow(j, mixed) {
		return 0
	}
	for j+1 < len(d.tokens) && d.tokens[j+1].gap == space && d.tokens[j+1].class == digits && len(d.tokens[j+1].key) <= 3 && len(d.tokens[j].key) <= 3 {
		j++
	}
	return j
}

// militaryUnit reads "PSC 1234, Box 5678" and what follows.
func (d *draft) militaryUnit(i int) int {
	if !d.follow(i+1, digits) || d.keyAt(i+2) != "box" || !d.follow(i+3, digits) {
		return 0
	}
	return max(i+3, d.militaryPost(i+4))
}

// ship reads "USNS Comfort" if a post office follows it.
func (d *draft) ship(i int) int {
	if i+1 >= len(d.tokens) || !d.capital(i) || !d.soft(i+1) {
		return 0
	}
	return d.militaryPost(d.nameEnd(i+1) + 1)
}

// militaryPost reads "APO AE 09012" from token i on.
func (d *draft) militaryPost(i int) int {
	if isWord(d.keyAt(i), "apo", "fpo", "dpo") && isState(strings.ToUpper(d.keyAt(i+1))) && d.follow(i+2, digits) {
		return i + 2
	}
	return 0
}

func (d *draft) keyAt(i int) string {
	if i >= len(d.tokens) {
		return ""
	}
	return d.tokens[i].key
}

// follow reports whether a token is of a class and close to the one before it.
func (d *draft) follow(i int, c class) bool {
	return i < len(d.tokens) && d.tokens[i].class == c && d.tokens[i].start-d.tokens[i-1].end <= 3
}
