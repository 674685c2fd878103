package text

import (
	"strings"
	"unicode/utf8"
)

// Base letters of the blocks Latin-1 Supplement and Latin Extended-A from U+00DF to U+017F, and of the lower-case
// letters of Vietnamese from U+1EA1 to U+1EF9, every second code. A digit stands for a pair of letters; '?' is no letter.
const (
	latinBases      = "0aaaaaa1ceeeeiiiidnooooo?ouuuuy2y" + "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii33jjkkklllllllllln" + "nnnnnnnnoooooo44rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"
	vietnameseBases = "aaaaaaaaaaaaeeeeeeeeiioooooooooooouuuuuuuyyyy"
	greekAccents    = "άέήίόύώϊϋΐΰς"
	greekBases      = "αεηιουωιυιυσ"
)

// Plain returns a word that Lower has made without its accents, as it is written on a keyboard that lacks them: café and
// cafe become the same, ß becomes ss, ё becomes е. The vowel points of Hebrew and Arabic go too. Letters that are of
// their own in another alphabet, such as й, stay.
func Plain(word string) string {
	i := 0
	for i < len(word) && word[i] < utf8.RuneSelf {
		i++
	}
	if i == len(word) {
		return word
	}
	var out strings.Builder
	for _, c := range word {
		writePlain(&out, c)
	}
	return out.String()
}

func writePlain(out *strings.Builder, c rune) {
	switch {
	case c >= 0xdf && c <= 0x17f:
		writeLatin(out, c, latinBases[c-0xdf])
	case c >= 0x1ea1 && c <= 0x1ef9:
		writeLatin(out, c, vietnameseBases[(c-0x1ea1)/2])
	case isPoint(c):
	default:
		from, to := "ёǎǐǒǔơưǹșț", "еaiouounst"
		if c >= 0x370 && c < 0x400 {
			from, to = greekAccents, greekBases
		}
		if base := counterpart(c, from, to); base != 0 {
			c = base
		}
		out.WriteRune(c)
	}
}

func writeLatin(out *strings.Builder, c rune, base byte) {
	switch {
	case base == '?':
		out.WriteRune(c)
	case base <= '4':
		pair := 2 * (base - '0')
		out.WriteString("ssaethijoe"[pair : pair+2])
	default:
		out.WriteByte(base)
	}
}

// isPoint reports whether c is a mark above or below a letter of the Latin, Greek, Cyrillic, Hebrew or Arabic alphabet,
// or the Arabic stroke that only stretches a word.
func isPoint(c rune) bool {
	return c >= 0x300 && c < 0x370 || c >= 0x591 && c <= 0x5c7 || c >= 0x64b && c <= 0x655 || c == 0x670 || c == 0x640
}
