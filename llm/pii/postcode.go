package pii

import "strings"

// findPostcodes finds postcodes behind a word for them, and those of the United Kingdom, Canada and, with the state, the
// United States, which their shape gives away.
func findPostcodes(d *draft) {
	if !d.wants(Postcode) {
		return
	}
	for i := range d.tokens {
		last, shaped := d.postcode(i)
		if last < i || !d.free(d.tokens[i].start, d.tokens[last].end) {
			continue
		}
		switch {
		case d.spokenOf(i, cuePostcode, 4):
			d.add(Postcode, d.tokens[i].start, d.tokens[last].end, 0.85, "postcode")
		case shaped && capitals(strings.ReplaceAll(d.text[d.tokens[i].start:d.tokens[last].end], " ", "")):
			d.add(Postcode, d.tokens[i].start, d.tokens[last].end, 0.6, "postcode")
		case i > 0 && len(d.tokens[i].key) == 5 && d.tokens[i].class == digits && d.tokens[i].gap == space && isState(d.word(i-1)):
			d.add(Postcode, d.tokens[i-1].start, d.tokens[last].end, 0.6, "postcode")
		}
	}
}

// spokenOf reports whether one of the n tokens before another speaks of a subject.
func (d *draft) spokenOf(i int, c cue, n int) bool {
	for j := max(0, i-n); j < i; j++ {
		if d.tokens[j].cues&c != 0 {
			return true
		}
	}
	return false
}

// isState reports the abbreviations of the states and territories of the United States (USPS Publication 28, appendix B).
func isState(s string) bool {
	return len(s) == 2 && strings.Contains(" AL AK AZ AR CA CO CT DE DC FL GA GU HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA PR RI SC SD TN TX UT VT VA VI WA WV WI WY AA AE AP ", " "+s+" ")
}

// postcodeForms are the shapes of two groups: n digits, a letter each; 9 stands for a digit, A for a letter (Universal
// Postal Union, Postal addressing systems).
var postcodeForms = map[string]bool{
	"A9A 9A9": true, "A9A-9A9": true, // Canada
	"A9 9AA": true, "A99 9AA": true, "AA9 9AA": true, "AA99 9AA": true, "A9A 9AA": true, "AA9A 9AA": true, // United Kingdom
	"9999 AA":  true,                   // Netherlands
	"99-999":   true,                   // Poland
	"999 99":   true,                   // Sweden, Czechia, Slovakia, Greece
	"999-9999": true, "9999-999": true, // Japan, Portugal
	"99999-9999": true, "99999-999": true, // United States, Brazil
	"A99 A999": true, "AAA 9999": true, // Ireland, Malta
	"AA-9999": true, "AA-99999": true, // with the country
}

// postcode returns the last token of a postcode that begins at token i, or i-1, and whether its shape is that of no
// other number.
func (d *draft) postcode(i int) (last int, shaped bool) {
	t := &d.tokens[i]
	if t.class == sign || t.class == letters && len(t.key) > 3 || len(t.key) > 7 || !isASCII(t.key) {
		return i - 1, false
	}
	var buffer [16]byte
	form := formOf(buffer[:0], t.key)
	if ok, shaped := d.postcodeOfTwo(i, form); ok {
		return i + 1, shaped
	}
	if t.class == digits && len(t.key) >= 3 && len(t.key) <= 6 {
		return i, false
	}
	switch string(form) {
	case "A9A9A9":
		return i, canadian(t.key)
	case "9999AA":
		if capitals(d.word(i)) {
			return i, false
		}
	}
	return i - 1, false
}

// postcodeOfTwo reports whether tokens i, whose form is given, and i+1 are a postcode. The last letters of British ones
// are none of CIKMOV.
func (d *draft) postcodeOfTwo(i int, form []byte) (ok, shaped bool) {
	n := i + 1
	if n >= len(d.tokens) || d.tokens[n].gap != space && d.tokens[n].gap != dash || d.tokens[n].class == sign || len(d.tokens[n].key) > 5 {
		return false, false
	}
	second := d.tokens[n].key
	both := string(formOf(append(form, d.text[d.tokens[i].end]), second))
	switch {
	case !postcodeForms[both]:
		return false, false
	case both == "9999 AA": // two letters behind four digits are mostly a short word
		return capitals(d.word(n)), false
	case both == "A9A 9A9":
		return true, canadian(d.tokens[i].key)
	}
	return true, strings.HasSuffix(both, " 9AA") && !strings.ContainsAny(second[1:], "cikmov")
}

// canadian reports whether a code does not begin with one of DFIOQUWZ, which Canada does not use.
func canadian(key string) bool { return strings.IndexByte("dfioquwz", key[0]) < 0 }

// formOf appends a text with 9 for its digits and A for its letters.
func formOf(b []byte, s string) []byte {
	for i := range len(s) {
		if isDigit(s[i]) {
			b = append(b, '9')
		} else {
			b = append(b, 'A')
		}
	}
	return b
}
