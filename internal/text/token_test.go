package text_test

import (
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/clmkit/clmkit/internal/text"
)

func wordsOf(s string) []string {
	var words []string
	for token := range text.Tokens(s) {
		words = append(words, token.Word)
	}
	return words
}

func TestTokens(t *testing.T) {
	tests := []struct {
		name, in string
		want     []string
	}{
		{"nothing", "", nil},
		{"punctuation, symbols and space are no words", " – €!\t👍🏽 ...", nil},
		{"words are lower-cased", "Order FOUR Mugs", []string{"order", "four", "mugs"}},
		{"an apostrophe is part of the word, whichever it is", "Don't, don’t", []string{"don't", "don't"}},
		{"a hyphen separates", "e-mail", []string{"e", "mail"}},
		{"numbers keep their points and commas", "3.14 and 5,000", []string{"3.14", "and", "5,000"}},
		{"accents are composed", "Cafe\u0301 CAFÉ", []string{"café", "café"}},
		{"full-width letters become plain", "ＡＢｃ１", []string{"abc1"}},
		{"soft hyphens vanish", "deli\u00advery", []string{"delivery"}},
		{"Chinese gives pairs", "退货政策", []string{"退货", "货政", "政策"}},
		{"a lone character stands for itself", "茶 and 水", []string{"茶", "and", "水"}},
		{"Japanese scripts run into each other", "東京タワー", []string{"東京", "京タ", "タワ", "ワー"}},
		{"punctuation ends a run", "東京。大阪", []string{"東京", "大阪"}},
		{"Korean gives pairs within its words", "한국어 책", []string{"한국", "국어", "책"}},
		{"a Thai mark belongs to its letter", "วันนี้", []string{"วัน", "นนี้"}},
		{"broken bytes are no words", "a\xffb \xc3", []string{"a", "b"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { assert.Equal(t, test.want, wordsOf(test.in)) })
	}
}

func TestTokensStopWhenTheLoopDoes(t *testing.T) {
	for _, s := range []string{"one two three", "東京大阪 two", "one 東京大阪"} {
		for range wordsOf(s) {
			n := 0
			for range text.Tokens(s) {
				n++
				break
			}
			assert.Equal(t, 1, n, s)
		}
	}
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{"", "Don't e-mail 3.14", "退货政策 ok", "วันนี้", "\xff\xc3a", "e\u0301\u0302", "한국어"} {
		f.Add(s)
	}
	languages := []text.Language{"", "ar", "da", "de", "es", "fi", "fr", "ga", "hu", "it", "nl", "no", "pt", "ro", "ru",
		"sv", "ta", "tr", "xx"}
	f.Fuzz(func(t *testing.T, s string) {
		last := text.Span{}
		for token := range text.Tokens(s) {
			if token.Start < last.Start || token.End < last.End || token.Start >= token.End || token.End > len(s) {
				t.Fatalf("%q: token %v after %v", s, token.Span, last)
			}
			if text.Lower(token.In(s)) != token.Word || !utf8.ValidString(token.Word) {
				t.Fatalf("%q: %q is not the word of %q", s, token.Word, token.In(s))
			}
			for _, l := range languages {
				if stem := l.Stem(token.Word); !utf8.ValidString(stem) && utf8.ValidString(token.In(s)) {
					t.Fatalf("%q: stem %q of %q in %q", s, stem, token.Word, l)
				}
			}
			last = token.Span
		}
		if len(text.Scripts(s)) > 0 && len(slices.Collect(text.Tokens(s))) == 0 {
			t.Fatalf("%q has letters and no tokens", s)
		}
	})
}

func BenchmarkTokens(b *testing.B) {
	const s = "Your order of four mugs was shipped on Monday; it's due at the café by 5 p.m. on Wednesday. "
	b.SetBytes(int64(len(s)))
	b.ReportAllocs()
	for b.Loop() {
		for range text.Tokens(s) {
		}
	}
}

func BenchmarkStem(b *testing.B) {
	for b.Loop() {
		text.English.Stem("deliveries")
	}
}
