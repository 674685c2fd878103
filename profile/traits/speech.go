package traits

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// voice says whose words a word belongs to.
type voice uint8

const (
	own        voice = iota // the customer's
	quoted                  // in quotation marks, or a line of quoted mail
	retold                  // what others said
	shops                   // an agent's turn of a conversation
	signed                  // a signature, and what follows
	instructed              // an instruction to the reader, and what follows
)

// A quotation is the state of the quotation marks while a text is read.
type quotation struct {
	closer rune // what ends the quotation; 0 outside of one
}

func (q *quotation) state() mark {
	if q.closer != 0 {
		return quotes
	}
	return 0
}

// read takes a character in and reports whether it is a quotation mark. One that is never closed holds to the end of the
// paragraph.
func (q *quotation) read(s string, at int, c rune) bool {
	if q.closer != 0 {
		if c == q.closer || c == '"' && q.closer == '”' || c == '”' && q.closer == '“' {
			q.closer = 0
			return true
		}
		return false
	}
	q.closer = closerOf(s, at, c)
	return q.closer != 0
}

// closerOf returns what closes a quotation that c opens, or 0.
func closerOf(s string, at int, c rune) rune {
	last, _ := utf8.DecodeLastRuneInString(s[:at])
	switch c {
	case '"':
		if unicode.IsDigit(last) { // inches
			return 0
		}
		return '"'
	case '“', '”':
		return '”'
	case '„':
		return '“'
	case '«':
		return '»'
	case '»':
		return '«'
	case '‹':
		return '›'
	case '「':
		return '」'
	case '『':
		return '』'
	case '\'', '‘', '`':
		return singleCloser(s, at, c, last)
	}
	return 0
}

// maxSingle is how far a quotation in single marks reaches, in bytes.
const maxSingle = 1000

// singleCloser opens a quotation in single marks only where it begins like one and ends.
func singleCloser(s string, at int, c, last rune) rune {
	closer := c
	if c == '‘' {
		closer = '’'
	}
	_, n := utf8.DecodeRuneInString(s[at:])
	next, _ := utf8.DecodeRuneInString(s[at+n:])
	if at > 0 && !unicode.IsSpace(last) && last != '(' && last != ':' || !unicode.IsLetter(next) {
		return 0
	}
	for rest := s[at+n : min(len(s), at+n+maxSingle)]; ; {
		i := strings.IndexRune(rest, closer)
		if i < 0 {
			return 0
		}
		rest = rest[i+utf8.RuneLen(closer):]
		if after, _ := utf8.DecodeRuneInString(rest); rest == "" || !unicode.IsLetter(after) {
			return closer
		}
	}
}

// assign says for each word whose it is. The hits are those of all phrases.
func (p *passage) assign() {
	p.assignQuoted()
	p.assignTurns()
	p.assignAnnounced()
	p.assignSettings()
	for _, h := range p.hits {
		if p.words[h.lo].voice != own {
			continue
		}
		switch {
		case h.class == told && !p.search:
			s := &p.sentences[h.sentence]
			p.give(s.lo, p.endOfTold(h.sentence), retold)
		case h.class == instruct:
			p.give(p.sentences[h.sentence].lo, len(p.words), instructed)
		case h.class == signature && p.words[h.lo].line && h.lo > 0:
			p.give(h.lo, len(p.words), signed)
		}
	}
}

// assignAnnounced gives away what somebody says after a colon: a sentence that begins without "I" and goes on with it.
func (p *passage) assignAnnounced() {
	for _, s := range p.sentences {
		for i := s.lo + 2; i < s.hi; i++ {
			if p.marks[i]&colon == 0 || !isI(p.words[i].plain) || slices.ContainsFunc(p.words[s.lo:i], func(w word) bool { return isI(w.plain) }) {
				continue
			}
			p.give(s.lo, s.hi, retold)
			break
		}
	}
}

// assignSettings gives away what sets a value, "size=M", and what follows: programs write so, and customers do not.
func (p *passage) assignSettings() {
	for _, s := range p.sentences {
		for i := s.lo; i < s.hi && !p.search; i++ {
			if end := p.words[i].End; strings.HasPrefix(p.text[end:], "=") && !strings.HasPrefix(p.text[end:], "==") {
				p.give(s.lo, len(p.words), instructed)
				return
			}
		}
	}
}

// owned reports whether a sentence is about what belongs to the customer and is not the customer, as a boss or a dog:
// "my boss wears". What it says of tastes and sizes is somebody else's.
func (p *passage) owned(s *sentence) bool {
	if p.search || s.hi-s.lo < 3 || p.words[s.lo].voice != own {
		return false
	}
	return isMy(p.words[s.lo].plain) && !isOneself(p.words[s.lo+1].plain) && isDoing(p.words[s.lo+2].plain)
}

func isMy(w string) bool {
	switch w {
	case "my", "our", "mein", "meine", "unser", "unsere", "mon", "ma", "mes", "notre", "mi", "mis", "nuestro", "nuestra",
		"mio", "mia", "mijn", "onze", "meu", "minha":
		return true
	}
	return false
}

// isOneself knows what stands for the customer behind "my".
func isOneself(w string) bool {
	switch w {
	case "size", "sizes", "waist", "foot", "feet", "shoe", "passion", "hobby", "style", "taste", "favourite", "favorite", "brand", "budget",
		"grosse", "schuhgrosse", "leidenschaft", "lieblingsmarke", "stil", "taille", "pointure", "marque", "talla", "pie",
		"marca", "taglia", "piede", "maat", "schoenmaat", "voet", "tamanho", "pe":
		return true
	}
	return false
}

// isDoing knows the verbs of tastes and sizes in the third person.
func isDoing(w string) bool {
	switch w {
	case "is", "has", "wears", "takes", "needs", "wants", "loves", "likes", "hates", "adores", "prefers", "swears", "collects",
		"ist", "hat", "tragt", "braucht", "will", "liebt", "mag", "hasst", "schwort",
		"est", "porte", "aime", "adore", "deteste", "veut", "fait", "es", "lleva", "usa", "ama", "adora", "odia", "quiere", "calza",
		"porta", "vuole", "odio", "draagt", "heeft", "wil", "haat", "houdt", "veste", "calca", "gosta", "quer", "odeia":
		return true
	}
	return false
}

// isI knows the pronouns of the first person that stand before its statements.
func isI(w string) bool {
	switch w {
	case "i", "i'm", "i've", "i'd", "my", "we", "ich", "wir", "mein", "meine", "je", "j'", "nous", "mon", "ma", "yo", "me", "mi",
		"adoro", "prefiero", "io", "ik", "wij", "mijn", "eu", "meu", "minha", "nos", "amo", "uso", "porto", "llevo":
		return true
	}
	return false
}

// instructs reports whether a text seems to instruct whoever reads: by its phrases, or because it has pieces of the
// formats that models read and write, which customers do not.
func (p *passage) instructs() bool {
	for _, piece := range []string{`{"`, "{'", "[{", "```", "<|", "</", "[INST"} {
		if strings.Contains(p.text, piece) {
			return true
		}
	}
	if slices.ContainsFunc(p.words, func(w word) bool { return w.voice == instructed }) {
		return true
	}
	return slices.ContainsFunc(p.hits, func(h hit) bool { return h.class == instruct })
}

// endOfTold is where what others said ends: with the sentence, or with the text when the sentence ends in a colon.
func (p *passage) endOfTold(sentence int) int {
	hi := p.sentences[sentence].hi
	if p.marks[hi]&colon != 0 {
		return len(p.words)
	}
	return hi
}

// give makes words somebody's, those that are the customer's so far.
func (p *passage) give(lo, hi int, v voice) {
	for i := lo; i < hi; i++ {
		if p.words[i].voice == own {
			p.words[i].voice = v
		}
	}
}

// assignQuoted gives away what is in quotation marks, the lines of quoted mail, and what is below a ruler.
func (p *passage) assignQuoted() {
	line := false
	for i := range p.words {
		m := p.marks[i]
		if m&ruler != 0 {
			p.give(i, len(p.words), signed)
			return
		}
		if m&newline != 0 || i == 0 {
			line = m&cited != 0
		}
		if line || m&quotes != 0 {
			p.words[i].voice = quoted
		}
	}
}

// assignTurns gives the turns of a conversation that are not the customer's away: "Agent: ...".
func (p *passage) assignTurns() {
	open := -1
	for _, h := range p.hits {
		if h.class != speaker || !p.words[h.lo].line {
			continue
		}
		if h.value == "shop" && p.marks[h.hi]&comma != 0 { // "Assistant, ..." is told what to do
			p.give(h.lo, len(p.words), instructed)
		}
		if p.marks[h.hi]&colon == 0 {
			continue
		}
		if open >= 0 {
			p.give(open, h.lo, shops)
		}
		open = -1
		if h.value == "shop" {
			open = h.lo
		}
	}
	if open >= 0 {
		p.give(open, len(p.words), shops)
	}
}
