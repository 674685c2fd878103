package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Lower returns s in lower case with the differences removed that writers do not mean: a letter and its accent become
// one character where Unicode has it (for the accents of Latin and Cyrillic alphabets: normalisation form C as far as
// the stemmers need it), full-width Latin becomes plain, typographic apostrophes become ', soft hyphens and zero-width
// characters go. Bytes that are not UTF-8 become U+FFFD. It allocates nothing for text that is lower-case ASCII.
func Lower(s string) string {
	if isLowerASCII(s) {
		return s
	}
	out := make([]rune, 0, len(s))
	for _, c := range s {
		switch c = unicode.ToLower(c); {
		case c == '’' || c == 'ʼ' || c == '‘':
			c = '\''
		case c >= '！' && c <= '～':
			c = unicode.ToLower(c - '！' + '!')
		case c == '\u00ad' || c == '\u200b' || c == '\u2060' || c == '\ufeff':
			continue
		case c >= 0x300 && c < 0x370 && len(out) > 0:
			if both := compose(out[len(out)-1], c); both != 0 {
				out[len(out)-1] = both
				continue
			}
		}
		out = append(out, c)
	}
	return string(out)
}

func isLowerASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf || s[i] >= 'A' && s[i] <= 'Z' {
			return false
		}
	}
	return true
}

// compose returns the one character for a lower-case letter with an accent, or 0 when there is none.
func compose(letter, mark rune) rune {
	from, to := "", ""
	switch mark {
	case 0x300: // grave
		from, to = "aeinou", "àèìǹòù"
	case 0x301: // acute
		from, to = "aceilnorsuyzгк", "áćéíĺńóŕśúýźѓќ"
	case 0x302: // circumflex
		from, to = "aceghijosuwy", "âĉêĝĥîĵôŝûŵŷ"
	case 0x303: // tilde
		from, to = "ainou", "ãĩñõũ"
	case 0x304: // macron
		from, to = "aeiou", "āēīōū"
	case 0x306: // breve
		from, to = "aegiouиу", "ăĕğĭŏŭйў"
	case 0x307: // dot above
		from, to = "cegz", "ċėġż"
	case 0x308: // diaeresis
		from, to = "aeiouyеі", "äëïöüÿёї"
	case 0x30a: // ring
		from, to = "au", "åů"
	case 0x30b: // double acute
		from, to = "ou", "őű"
	case 0x30c: // caron
		from, to = "cdelnrstz", "čďěľňřšťž"
	case 0x326: // comma below
		from, to = "st", "șț"
	case 0x327: // cedilla
		from, to = "cgklnrst", "çģķļņŗşţ"
	case 0x328: // ogonek
		from, to = "aeiu", "ąęįų"
	}
	return counterpart(letter, from, to)
}

// counterpart returns the character of to at the place that c has in from, or 0.
func counterpart(c rune, from, to string) rune {
	i := strings.IndexRune(from, c)
	if i < 0 {
		return 0
	}
	for range utf8.RuneCountInString(from[:i]) {
		_, n := utf8.DecodeRuneInString(to)
		to = to[n:]
	}
	r, _ := utf8.DecodeRuneInString(to)
	return r
}
