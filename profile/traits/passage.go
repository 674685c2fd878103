package traits

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clmkit/clmkit/internal/text"
)

// A word of a passage.
type word struct {
	text.Span
	plain string  // in lower case without accents
	voice voice   // who says it
	line  bool    // the first of a line
	in    tongues // the languages that have it as a word of grammar
}

// A sentence is a range of words.
type sentence struct {
	lo, hi   int
	question bool
	imagined bool
	misfit   bool    // something does not fit
	in       tongues // the languages whose phrases count
}

// A passage is a text that was cut up: words in clauses in sentences, with the phrases that were found in them.
type passage struct {
	text      string
	search    bool // the text is a search: no sentence, a row of words
	words     []word
	marks     []mark // before each word, and after the last
	sentences []sentence
	clauses   []clause
	hits      []hit
	others    bool // somebody else is spoken of, or a gift
}

// cut returns the words of a text. An article that is elided before a vowel is a word of its own, and an English "'s" is
// left off.
func cut(s string) []word {
	words := make([]word, 0, 8+len(s)/6)
	for t := range text.Tokens(s) {
		plain := strings.TrimSuffix(text.Plain(t.Word), "'s")
		if plain == "" { // marks without a letter
			continue
		}
		at := strings.IndexByte(plain, '\'')
		if at <= 0 || at+1 == len(plain) || !isElided(plain[:at]) {
			words = append(words, word{Span: t.Span, plain: plain})
			continue
		}
		mid := t.Start + strings.IndexFunc(t.In(s), isApostrophe)
		_, n := utf8.DecodeRuneInString(s[mid:])
		words = append(words,
			word{Span: text.Span{Start: t.Start, End: mid + n}, plain: plain[:at+1]},
			word{Span: text.Span{Start: mid + n, End: t.End}, plain: plain[at+1:]})
	}
	return words
}

func isApostrophe(c rune) bool {
	return c == '\'' || c == '’' || c == 'ʼ' || c == '‘' || c == '＇'
}

// isElided knows what French and Italian shorten before a vowel.
func isElided(s string) bool {
	switch s {
	case "l", "d", "j", "m", "t", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu",
		"un", "dell", "all", "nell", "sull", "dall", "quest", "quell":
		return true
	}
	return false
}

// mark is what stands between two words, as bits.
type mark uint16

const (
	comma    mark = 1 << iota // a pause: a new clause
	colon                     // a new clause, and what was announced
	end                       // a new sentence
	asked                     // with a question mark
	newline                   // at least one line break
	blank                     // a blank line
	cited                     // the line begins with a mark of quoted mail
	quotes                    // the word stands in quotation marks
	ruler                     // two dashes alone on a line: a signature follows
	pieces                    // a slash without spaces
	measured                  // an inch mark or a multiplication sign follows the word before
)

// scan reads the marks between the words.
func (p *passage) scan() {
	p.marks = make([]mark, len(p.words)+1)
	var q quotation
	from := 0
	for i := range p.marks {
		to := len(p.text)
		if i < len(p.words) {
			to = p.words[i].Start
		}
		p.marks[i] = p.gap(&q, i, from, max(from, to)) // pairs of characters overlap
		if i < len(p.words) {
			from = max(from, p.words[i].End)
			p.words[i].line = i == 0 || p.marks[i]&newline != 0
		}
	}
}

// gap reads the marks of text[from:to], which is before word i.
func (p *passage) gap(q *quotation, i, from, to int) mark {
	var m mark
	if to-from == 1 && p.text[from] == ' ' { // most gaps
		return q.state()
	}
	bare := from == 0 // nothing but white space since the line began
	for at, c := range p.text[from:to] {
		at += from
		switch {
		case c == '\n':
			if m&newline != 0 && bare {
				m |= blank
				q.closer = 0
			}
			m, bare = m|newline, true
			continue
		case c == '>' && bare, c == '|' && bare:
			m |= cited
		case c == '-' && bare && strings.HasPrefix(p.text[at:], "--"):
			m |= ruler
		case q.read(p.text, at, c):
		default:
			m |= markOf(c, p.text[from:to])
		}
		bare = bare && unicode.IsSpace(c)
	}
	return p.weigh(m, i, from, to) | q.state()
}

func markOf(c rune, gap string) mark {
	switch c {
	case '.', '!', ';', '…', '。', '！', '；', '।':
		return end
	case '?', '？', '؟', '\u037e':
		return end | asked
	case ',', '(', ')', '[', ']', '–', '—', '、', '，', '،', '•', '*':
		return comma
	case ':', '：':
		return colon
	case '-':
		if len(gap) > 1 {
			return comma
		}
	case '/':
		if len(gap) == 1 {
			return pieces
		}
	case '"', '″', '×':
		return measured
	}
	return 0
}

// weigh takes back a sentence's end that is none, after an abbreviation or where a line was wrapped, and makes one of the
// line breaks that are.
func (p *passage) weigh(m mark, i, from, to int) mark {
	if m&end != 0 && m&(asked|newline) == 0 && i > 0 && strings.HasPrefix(p.text[from:to], ".") && isShort(p.words[i-1].plain) {
		m &^= end
	}
	if m&newline != 0 && m&end == 0 {
		first, _ := utf8.DecodeRuneInString(p.text[to:])
		if m&(blank|cited|ruler|colon) != 0 || !unicode.IsLower(first) {
			m |= end
		}
	}
	return m
}

// isShort knows abbreviations that stand before a name or a number.
func isShort(w string) bool {
	switch w {
	case "dr", "mr", "mrs", "ms", "st", "prof", "nr", "no", "ca", "bzw", "sr", "sra", "mme", "gr", "sig", "tel", "str", "z", "b", "e", "g":
		return true
	}
	return false
}

// divide makes sentences of the words.
func (p *passage) divide() {
	lo := 0
	for i := 1; i <= len(p.words); i++ {
		if i < len(p.words) && p.marks[i]&end == 0 {
			continue
		}
		p.sentences = append(p.sentences, sentence{lo: lo, hi: i, question: p.marks[i]&asked != 0})
		lo = i
	}
}
