package text_test

import (
	"fmt"
	"slices"

	"github.com/clmkit/clmkit/internal/text"
)

func ExampleTokens() {
	for token := range text.Tokens("Returns are free.") {
		stem := text.English.Stem(token.Word)
		fmt.Println(token.Start, token.End, token.Word, stem)
	}
	// Output:
	// 0 7 returns return
	// 8 11 are are
	// 12 16 free free
}

func ExampleTokens_chinese() {
	for token := range text.Tokens("退货政策") {
		fmt.Println(token.Start, token.End, token.Word)
	}
	// Output:
	// 0 6 退货
	// 3 9 货政
	// 6 12 政策
}

func ExampleSentences() {
	const s = "Ask Dr. Smith. Returns are free for 30 days."
	for span := range text.Sentences(s) {
		fmt.Printf("%d-%d %s\n", span.Start, span.End, span.In(s))
	}
	// Output:
	// 0-14 Ask Dr. Smith.
	// 15-44 Returns are free for 30 days.
}

func ExampleLanguage_Stem() {
	fmt.Println(text.English.Stem("deliveries"), text.Language("de").Stem("häuser"))
	// Output: deliveri haus
}

func ExampleLanguage_IsStopWord() {
	fmt.Println(text.English.IsStopWord("the"), text.English.IsStopWord("refund"))
	// Output: true false
}

func ExampleLower() {
	fmt.Println(text.Lower("DON’T Cafe\u0301 ＡＢＣ"))
	// Output: don't café abc
}

func ExamplePlain() {
	fmt.Println(text.Plain("straße"), text.Plain("tiếng"))
	// Output: strasse tieng
}

func ExampleGrams() {
	fmt.Printf("%q\n", slices.Collect(text.Grams("tea", 3, 4)))
	// Output: [" te" " tea" "tea" "tea " "ea "]
}

func ExampleScripts() {
	for _, s := range text.Scripts("Tokyo は東京") {
		fmt.Printf("%s %.3f\n", s.Script, s.Share)
	}
	// Output:
	// Latn 0.625
	// Hani 0.250
	// Hira 0.125
}
