package pii

// findDocuments finds the numbers of passports and driving licences. Their shapes differ by country and state, so the
// word for the document must stand before them.
func findDocuments(d *draft) {
	for i := range d.tokens {
		c := d.tokens[i].cues
		if c&cuePassport != 0 {
			d.matchDocument(i, Passport, 0.8, 6, 10)
		}
		if c&cueLicence != 0 {
			d.matchDocument(i, DrivingLicence, 0.8, 5, 20)
		}
	}
}

// matchDocument adds the first number in the eight tokens behind a word, if it is no date and has as many letters and
// digits as it should.
func (d *draft) matchDocument(word int, k Kind, score float64, least, most int) {
	for i := word + 1; i < min(word+9, len(d.tokens)); i++ {
		if d.tokens[i].class != digits && d.tokens[i].class != mixed {
			continue
		}
		first, last, size, figures := i, i, len(d.tokens[i].key), countDigits(d.tokens[i].key)
		if p := &d.tokens[i-1]; d.tokens[i].gap != apart && p.class == letters && p.end-p.start <= 2 && isUpper(d.text[p.start]) {
			first, size = i-1, size+p.end-p.start
		}
		for last+1 < len(d.tokens) && d.joins(last+1) && size+len(d.tokens[last+1].key) <= most {
			last++
			size += len(d.tokens[last].key)
			figures += countDigits(d.tokens[last].key)
		}
		if size >= least && size <= most && figures >= 4 && !d.looksLikeDate(first, last) {
			d.add(k, d.tokens[first].start, d.tokens[last].end, score, string(k))
		}
		return
	}
}

// joins reports whether a token goes on with the number before it.
func (d *draft) joins(i int) bool {
	t := &d.tokens[i]
	return t.gap == dash && t.class != sign || t.gap == space && (t.class == digits || t.class == mixed)
}

func countDigits(s string) int {
	n := 0
	for i := range len(s) {
		if isDigit(s[i]) {
			n++
		}
	}
	return n
}
