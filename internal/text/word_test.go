package text_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/clmkit/clmkit/internal/text"
)

func TestStem(t *testing.T) {
	tests := []struct {
		language text.Language
		words    string
		stem     string
	}{
		{"", "return returns returned returning", "return"},
		{"en-GB", "delivery deliveries", "deliveri"},
		{"EN_us", "customer's customers customer", "custom"},
		{"de", "häuser hauses", "haus"},
		{"fr", "continuellement continuelle", "continuel"},
		{"es", "camisetas camiseta", "camiset"},
		{"ru", "книга книги книгу", "книг"},
		{"id", "pesanan", "pesanan"},
		{"und", "returns", "returns"},
	}
	for _, test := range tests {
		for word := range strings.FieldsSeq(test.words) {
			assert.Equal(t, test.stem, test.language.Stem(word), "%s in %q", word, test.language)
		}
	}
	long := strings.Repeat("ing", 70)
	assert.Equal(t, long, text.English.Stem(long), "too long to be a word")
	assert.Equal(t, "a\ufffds", text.English.Stem("a\xffs"), "not UTF-8")
}

func TestLowerCaseASCIIIsReturnedAsItIs(t *testing.T) {
	assert.Zero(t, testing.AllocsPerRun(10, func() { text.Plain(text.Lower("it's 30 days")) }))
}

func TestPlain(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{"mug", "mug"},
		{"café", "cafe"},
		{"straße", "strasse"},
		{"àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿ", "aaaaaaaeceeeeiiiidnoooooouuuuythy"},
		{"łódź źdźbło çağ ırmak şeker", "lodz zdzblo cag irmak seker"},
		{"đường phố tiếng việt", "duong pho tieng viet"},
		{"ёж и йод", "еж и йод"},
		{"αθήνας", "αθηνασ"},
		{"مُحَمَّد", "محمد"},
		{"退货", "退货"},
		{"5×3÷2", "5×3÷2"},
	}
	for _, test := range tests {
		assert.Equal(t, test.want, text.Plain(test.in))
	}
}

// TestPlainUndoesEveryAccent puts each accent on each letter that takes it: composed or not, the plain word is the same.
func TestPlainUndoesEveryAccent(t *testing.T) {
	composed := 0
	for mark := rune(0x300); mark < 0x370; mark++ {
		for letter := 'a'; letter <= 'z'; letter++ {
			lower := text.Lower(string([]rune{letter, mark}))
			if utf8.RuneCountInString(lower) == 1 {
				composed++
			}
			assert.Equal(t, string(letter), text.Plain(lower), "%c with U+%04X", letter, mark)
		}
	}
	assert.Equal(t, 83, composed, "the letters of the European alphabets that have a character of their own")
}

func TestIsStopWord(t *testing.T) {
	assert.True(t, text.English.IsStopWord("the"))
	assert.True(t, text.Language("de-AT").IsStopWord("und"))
	assert.True(t, text.Language("fr").IsStopWord("où"))
	assert.True(t, text.Language("es").IsStopWord("está"))
	assert.False(t, text.English.IsStopWord("refund"))
	assert.False(t, text.English.IsStopWord("not"), "a negation carries meaning")
	assert.False(t, text.Language("id").IsStopWord("the"))
}

func TestGrams(t *testing.T) {
	grams := func(word string, shortest, longest int) []string {
		return slices.Collect(text.Grams(word, shortest, longest))
	}
	assert.Equal(t, []string{" te", "tea", "ea "}, grams("tea", 3, 3))
	assert.Equal(t, []string{" é", " éa", "éa", "éa ", "a "}, grams("éa", 2, 3))
	assert.Equal(t, []string{" a "}, grams("a", 3, 5))
	assert.Empty(t, grams("a", 4, 5))
	assert.Empty(t, grams("", 1, 5))
}

func TestScripts(t *testing.T) {
	assert.Empty(t, text.Scripts("12 € 👍"))
	assert.Equal(t, []text.ScriptShare{{text.Latin, 1}}, text.Scripts("Grüße, 3x"))
	assert.Equal(t, []text.ScriptShare{{text.Hiragana, 0.5}, {text.Han, 0.3}, {text.Katakana, 0.2}},
		text.Scripts("東とても大カナのは京"))
	assert.Equal(t, []text.ScriptShare{{text.Cyrillic, 0.5}, {text.Latin, 0.5}}, text.Scripts("aя"), "equals by code")
	of := map[rune]text.Script{'я': text.Cyrillic, 'ω': text.Greek, 'ἀ': text.Greek, 'ש': text.Hebrew, 'ع': text.Arabic,
		'क': text.Devanagari, 'த': text.Tamil, 'ก': text.Thai, 'ລ': text.Lao, 'ក': text.Khmer, 'မ': text.Burmese,
		'한': text.Hangul, 'ა': text.Other, 'é': text.Latin, 'ｱ': text.Katakana, '7': text.Common, '@': text.Common}
	for c, want := range of {
		assert.Equal(t, want, text.ScriptOf(c), "%c", c)
	}
}
