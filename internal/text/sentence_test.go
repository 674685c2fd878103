package text_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"

	"github.com/clmkit/clmkit/internal/text"
)

func TestSentences(t *testing.T) {
	tests := []struct {
		name, in string
		want     []string
	}{
		{"nothing", "", nil},
		{"white space only", " \n\t ", nil},
		{"end marks", "Wait! Why? It is free. ", []string{"Wait!", "Why?", "It is free."}},
		{"a decimal point ends nothing", "It costs 3.50 EUR. Pay.", []string{"It costs 3.50 EUR.", "Pay."}},
		{"a title before a name", "Ask Dr. Smith. He knows.", []string{"Ask Dr. Smith.", "He knows."}},
		{"a number sign", "See No. 5 of Art. 7.", []string{"See No. 5 of Art. 7."}},
		{"the same word at the end of a sentence", "Is it late? No. Shipping is fast.", []string{"Is it late?", "No.", "Shipping is fast."}},
		{"entries of a list", "1. Open it.\n2. Wash it.\n- Dry it", []string{"1. Open it.", "2. Wash it.", "- Dry it"}},
		{"a wrapped line", "Returns are\nfree. Always.", []string{"Returns are\nfree.", "Always."}},
		{"a headline", "## Returns\nfree of charge", []string{"## Returns\nfree of charge"}},
		{"a paragraph", "Returns\n\nare free", []string{"Returns", "are free"}},
		{"a carriage return", "One.\r\nTwo.", []string{"One.", "Two."}},
		{"Chinese and Japanese", "可以退货。请联系我们。", []string{"可以退货。", "请联系我们。"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for span := range text.Sentences(test.in) {
				got = append(got, span.In(test.in))
			}
			assert.Equal(t, test.want, got)
		})
	}
}

func TestSentencesStopWhenTheLoopDoes(t *testing.T) {
	n := 0
	for range text.Sentences("One. Two. Three.") {
		n++
		break
	}
	assert.Equal(t, 1, n)
}

func FuzzSentences(f *testing.F) {
	for _, s := range []string{"", "One. Two", "Dr. \xff", "1.\n\n2.", "a\r\nb", "\xe2\x80\xa8 。"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var joined strings.Builder
		last := 0
		for span := range text.Sentences(s) {
			if span.Start < last || span.Start >= span.End || span.End > len(s) {
				t.Fatalf("%q: span %v after %d", s, span, last)
			}
			if gap := s[last:span.Start]; strings.TrimFunc(gap, unicode.IsSpace) != "" {
				t.Fatalf("%q: lost %q", s, gap)
			}
			joined.WriteString(span.In(s))
			last = span.End
		}
		if strings.TrimFunc(s[last:], unicode.IsSpace) != "" {
			t.Fatalf("%q: lost %q", s, s[last:])
		}
	})
}
