package pii

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// plain returns a word in lower case and without accents.
func plain(s string) string {
	lower := true
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return plainRunes(s)
		}
		lower = lower && !isUpper(s[i])
	}
	if lower {
		return s
	}
	return strings.ToLower(s)
}

func plainRunes(s string) string {
	var b strings.Builder
	for _, r := range s {
		r = unicode.ToLower(r)
		switch {
		case unicode.Is(unicode.Mn, r) && r < 0x370: // combining accents
		case r < utf8.RuneSelf:
			b.WriteByte(byte(r))
		default:
			if base, ok := unaccented[r]; ok {
				b.WriteString(base)
			} else {
				b.WriteRune(r)
			}
		}
	}
	return b.String()
}

// unaccented holds the Latin, Greek and Cyrillic letters that have an accent, and the letter below it.
var unaccented = func() map[rune]string {
	m := map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'þ': "th", 'ё': "е", 'ς': "σ", 'ı': "i", 'ŀ': "l"}
	for base, accented := range map[string]string{
		"a": "àáâãäåāăąǎạảấầẩẫậắằẳẵặ", "c": "çćĉċč", "d": "ďđð", "e": "èéêëēĕėęěẹẻẽếềểễệ", "g": "ĝğġģ", "h": "ĥħ",
		"i": "ìíîïĩīĭįǐịỉ", "j": "ĵ", "k": "ķ", "l": "ĺļľł", "n": "ñńņňŉŋ", "o": "òóôõöøōŏőǒơọỏốồổỗộớờởỡợ", "r": "ŕŗř",
		"s": "śŝşšș", "t": "ţťŧț", "u": "ùúûüũūŭůűųǔưụủứừửữự", "w": "ŵ", "y": "ýÿŷỳỵỷỹ", "z": "źżž",
		"α": "ά", "ε": "έ", "η": "ή", "ι": "ίϊΐ", "ο": "ό", "υ": "ύϋΰ", "ω": "ώ", "и": "й",
	} {
		for _, r := range accented {
			m[r] = base
		}
	}
	return m
}()
