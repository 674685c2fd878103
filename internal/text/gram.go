package text

import (
	"iter"
	"unicode/utf8"
)

// Grams yields the character n-grams of a word for shortest <= n <= longest, with a space before the word and one after
// it, so that beginnings and endings differ from middles: the 3-grams of "tea" are " te", "tea" and "ea ". They come in
// order of place, then length. A word shorter than an n-gram has none of that length, and the empty word has none.
func Grams(word string, shortest, longest int) iter.Seq[string] {
	return func(yield func(string) bool) {
		if word == "" {
			return
		}
		padded := " " + word + " "
		for start := range padded {
			end := start
			for n := 1; n <= longest && end < len(padded); n++ {
				_, size := utf8.DecodeRuneInString(padded[end:])
				end += size
				if n >= shortest && !yield(padded[start:end]) {
					return
				}
			}
		}
	}
}
