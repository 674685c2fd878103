// Package text cuts text into words, sentences and character n-grams, and brings words to a form in which they can be
// compared. Every token and sentence carries the byte offsets of the original, so that a finding can be quoted.
//
//	for token := range text.Tokens("Returns are free.") {
//		stem := text.English.Stem(token.Word)
//		fmt.Println(token.Start, token.End, token.Word, stem)
//	}
//	// 0 7 returns return
//	// 8 11 are are
//	// 12 16 free free
//
// Invalid UTF-8 is never an error: its bytes belong to no token, and offsets stay true.
package text
